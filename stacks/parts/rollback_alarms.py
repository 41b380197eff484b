"""The alarms that judge a deployment."""

from functools import partial

from constructs import Construct

from config import Settings
from stacks.parts.alarm import Alarm
from stacks.parts.metrics import LoadBalancerMetrics

# A minute with fewer is a good one: the failed or slow request of one reader at night rolls nothing back.
_FEWEST_ERRORS = 5
_FEWEST_REQUESTS = 20


class RollbackAlarms(Construct):
    """Three alarms of what readers suffer: errors, tasks that do not answer, and slowness.

    They tell the alerts' topic at any time, and ECS rolls a deployment back that raises one of them, if the service
    names them. A deployment as such raises none: a starting task is `initial` until its first health checks are done,
    a leaving one `draining`, and neither is unhealthy:
    https://docs.aws.amazon.com/elasticloadbalancing/latest/application/target-group-health-checks.html#target-health-states

    ECS takes names, which no dependency follows from: the service must depend on `alarms`, so that it never names one
    that is not there. While one of them is raised as a deployment begins, ECS disregards them until it ends, so that a
    mended version can be deployed:
    https://docs.aws.amazon.com/AmazonECS/latest/developerguide/deployment-alarm-failure.html
    https://github.com/aws/copilot-cli/pull/4512

    Their six metrics cost $0.60 a month: https://aws.amazon.com/cloudwatch/pricing/
    Typed attributes: `alarms`, and their `names`.
    """

    def __init__(
        self,
        scope: Construct,
        id: str,
        *,
        settings: Settings,
        load_balancer_arn_suffix: str,
        target_group_arn_suffix: str,
        topic_arn: str,
    ) -> None:
        super().__init__(scope, id)
        limits = settings.alarms
        measured = LoadBalancerMetrics(load_balancer=load_balancer_arn_suffix, target_group=target_group_arn_suffix)
        alarm = partial(Alarm, self, deployment=settings.deployment_name, topic_arn=topic_arn)
        # Requests that found no target are among the load balancer's errors alone, so these are added to the requests.
        errors = "(FILL(target_errors, 0) + FILL(load_balancer_errors, 0))"
        requests = "(FILL(requests, 0) + FILL(load_balancer_errors, 0))"
        alarms = [
            alarm(
                "server_errors",
                raised=f"More than {limits.server_error_percent:g} % of the requests end with a server error.",
                remedy="deploy the version before; the log says what went wrong.",
                metrics={
                    "requests": measured.requests,
                    "target_errors": measured.target_errors,
                    "load_balancer_errors": measured.load_balancer_errors,
                },
                expression=f"IF({errors} >= {_FEWEST_ERRORS}, 100 * {errors} / {requests}, 0)",
                above=limits.server_error_percent,
            ),
            alarm(
                "unhealthy_tasks",
                raised="Tasks fail the load balancer's health check.",
                remedy="ECS replaces them; if it goes on, ./dashctl status and ./dashctl logs say why they fail.",
                metrics={"unhealthy": measured.unhealthy_targets},
                above=0,
            ),
            alarm(
                "slow_answers",
                raised=f"One request of twenty takes more than {limits.latency_p95_seconds:g} s.",
                remedy="look for the slowest requests in the log; give a task more CPU, or the service more tasks.",
                metrics={"requests": measured.requests, "seconds": measured.seconds("p95")},
                expression=f"IF(requests >= {_FEWEST_REQUESTS}, seconds, 0)",
                above=limits.latency_p95_seconds,
            ),
        ]
        self.alarms = [each.alarm for each in alarms]
        self.names = [each.name for each in alarms]
