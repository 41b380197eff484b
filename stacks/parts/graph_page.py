"""One CloudWatch page of alarms and graphs."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from cdktf_cdktf_provider_aws.cloudwatch_dashboard import CloudwatchDashboard
from constructs import Construct

from stacks.parts.metrics import Metric

# https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/CloudWatch-Dashboard-Body-Structure.html
_COLUMNS = 24
_GRAPH_COLUMNS, _GRAPH_ROWS = 8, 6
_ALARM_ROWS = 4
_PERIOD_SECONDS = 60


@dataclass(frozen=True, kw_only=True)
class Graph:
    """Lines by their labels, and the limit above which an alarm is raised, if there is one."""

    title: str
    lines: Mapping[str, Metric]
    limit: float | None = None


class GraphPage(Construct):
    """A CloudWatch dashboard: the states of alarms at the top, below them graphs, three in a row.

    Its name is unique in the account, whatever the region. Typed attributes: `url`, of its page in AWS's console; those
    of China and GovCloud have other host names.
    """

    def __init__(
        self, scope: Construct, id: str, *, name: str, region: str, alarm_arns: list[str], graphs: list[Graph]
    ) -> None:
        super().__init__(scope, id)
        alarms = {"title": "Alarms", "alarms": alarm_arns}
        widgets = [_widget("alarm", 0, 0, _COLUMNS, _ALARM_ROWS, alarms)]
        for index, graph in enumerate(graphs):
            row, column = divmod(index, _COLUMNS // _GRAPH_COLUMNS)
            x, y = column * _GRAPH_COLUMNS, _ALARM_ROWS + row * _GRAPH_ROWS
            widgets.append(_widget("metric", x, y, _GRAPH_COLUMNS, _GRAPH_ROWS, _properties(graph, region)))
        # Not Fn.jsonencode: the values of other stacks are texts without quotes, and so the body can be read in review.
        CloudwatchDashboard(self, "page", dashboard_name=name, dashboard_body=json.dumps({"widgets": widgets}))
        self.url = (
            f"https://{region}.console.aws.amazon.com/cloudwatch/home?region={region}#dashboards/dashboard/{name}"
        )


def _widget(type: str, x: int, y: int, width: int, height: int, properties: dict[str, Any]) -> dict[str, Any]:
    return {"type": type, "x": x, "y": y, "width": width, "height": height, "properties": properties}


def _properties(graph: Graph, region: str) -> dict[str, Any]:
    properties: dict[str, Any] = {
        "title": graph.title,
        "view": "timeSeries",
        "region": region,
        "period": _PERIOD_SECONDS,
        "metrics": [_line(label, metric) for label, metric in graph.lines.items()],
        "yAxis": {"left": {"min": 0}},
    }
    if graph.limit is not None:
        properties["annotations"] = {"horizontal": [{"label": "alarm", "value": graph.limit}]}
    return properties


def _line(label: str, metric: Metric) -> list[Any]:
    dimensions = [part for dimension in metric.dimensions.items() for part in dimension]
    return [metric.namespace, metric.name, *dimensions, {"label": label, "stat": metric.statistic}]
