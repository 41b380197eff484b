"""A CloudWatch alarm that says what to do."""

from collections.abc import Mapping

from cdktf_cdktf_provider_aws.cloudwatch_metric_alarm import (
    CloudwatchMetricAlarm,
    CloudwatchMetricAlarmMetricQuery,
    CloudwatchMetricAlarmMetricQueryMetric,
)
from constructs import Construct

from stacks.parts.metrics import Metric

_PERIOD_SECONDS = 60
_MINUTES = 5
# Not all five: what the load balancer counts comes late, and FILL takes minutes that have not come yet for good ones:
# https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/using-metric-math.html
_BAD_MINUTES = 3


class Alarm(Construct):
    """An alarm that is raised once three of the last five minutes are above a threshold.

    It tells a topic that it is raised, and that it is over. It is named `<deployment>-<id>`, with dashes; its
    description says when it is raised and what to do, and docs/runbook.md does so at length, under the same id.

    `metrics` are known by their names to `expression`, which is metric math; a single metric needs none. A minute
    without data is a good one, unless `missing_is_bad`. CloudWatch charges $0.10 for each metric and month:
    https://aws.amazon.com/cloudwatch/pricing/

    Typed attributes: `alarm`, and its `name`, which is known before it is made.
    """

    def __init__(
        self,
        scope: Construct,
        id: str,
        *,
        deployment: str,
        raised: str,
        remedy: str,
        topic_arn: str,
        metrics: Mapping[str, Metric],
        above: float,
        expression: str | None = None,
        missing_is_bad: bool = False,
    ) -> None:
        super().__init__(scope, id)
        entry = id.replace("_", "-")
        self.name = f"{deployment}-{entry}"
        queries = [_measured(name, metric, judged=expression is None) for name, metric in metrics.items()]
        if expression is not None:
            queries.append(
                CloudwatchMetricAlarmMetricQuery(id="judged", label=entry, expression=expression, return_data=True)
            )
        self.alarm = CloudwatchMetricAlarm(
            self,
            "alarm",
            alarm_name=self.name,
            alarm_description=f"{raised} Do: {remedy} (docs/runbook.md#{entry})",
            metric_query=queries,
            comparison_operator="GreaterThanThreshold",
            threshold=above,
            evaluation_periods=_MINUTES,
            datapoints_to_alarm=_BAD_MINUTES,
            treat_missing_data="breaching" if missing_is_bad else "notBreaching",
            alarm_actions=[topic_arn],
            ok_actions=[topic_arn],
        )


def _measured(name: str, metric: Metric, *, judged: bool) -> CloudwatchMetricAlarmMetricQuery:
    return CloudwatchMetricAlarmMetricQuery(
        id=name,
        metric=CloudwatchMetricAlarmMetricQueryMetric(
            namespace=metric.namespace,
            metric_name=metric.name,
            dimensions=dict(metric.dimensions),
            stat=metric.statistic,
            period=_PERIOD_SECONDS,
        ),
        return_data=judged,
    )
