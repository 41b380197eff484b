"""Judges an emitted alarm as CloudWatch does, minute by minute, for tests to say when it is raised.

https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/using-metric-math.html
"""

import ast
import operator
from collections.abc import Mapping
from typing import Any

from tests.stacks.synthesized import Stack

Minute = Mapping[str, float]

# In dev: alarms, but no Container Insights, firewall, NAT or age of the data, and no task outside of working hours.
BARE = {
    "alarms__enabled": "true",
    "service__internet_access": "false",
    "vpc__interface_endpoints": "true",
    "vpc__nat": "none",
}

_ARITHMETIC = {ast.Add: operator.add, ast.Mult: operator.mul, ast.Div: operator.truediv}
_COMPARISONS = {ast.Lt: operator.lt, ast.GtE: operator.ge}


def alarms_of(*stacks: Stack) -> dict[str, dict[str, Any]]:
    """Return the alarms of stacks by what follows the deployment's name: `server-errors`."""
    return {
        alarm["alarm_name"].removeprefix("plotly-dash-prod-").removeprefix("plotly-dash-dev-"): alarm
        for stack in stacks
        for alarm in stack.all("aws_cloudwatch_metric_alarm").values()
    }


def metrics_of(alarm: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    """Return the metrics that an alarm watches, by their ids."""
    return {query["id"]: query["metric"] for query in alarm["metric_query"] if "metric" in query}


def is_raised(alarm: Mapping[str, Any], minutes: list[Minute]) -> bool:
    """Tell whether an alarm is raised by the last five minutes, each with the metrics that it has data of."""
    assert len(minutes) == alarm["evaluation_periods"]
    assert alarm["comparison_operator"] == "GreaterThanThreshold"
    (judged,) = [query for query in alarm["metric_query"] if query["return_data"]]
    text = judged.get("expression", judged["id"]).replace(" AND ", " and ")
    expression = ast.parse(text, mode="eval").body
    missing_is_bad = alarm["treat_missing_data"] == "breaching"
    values = [_value(expression, minute) for minute in minutes]
    bad: list[bool] = [missing_is_bad if value is None else value > alarm["threshold"] for value in values]
    enough: int = alarm["datapoints_to_alarm"]
    return sum(bad) >= enough


def _value(node: ast.expr, minute: Minute) -> float | None:
    """Return the value of metric math in one minute; None where data are missing, or a division is by zero."""
    match node:
        case ast.Constant(value=int() | float() as number):
            return number
        case ast.Name(id=name):
            return minute.get(name)
        case ast.BinOp(left=left, op=operation, right=right):
            one, other = _value(left, minute), _value(right, minute)
            if one is None or other is None or (isinstance(operation, ast.Div) and other == 0):
                return None
            return float(_ARITHMETIC[type(operation)](one, other))
        case ast.Compare(left=left, ops=[comparison], comparators=[right]):
            one, other = _value(left, minute), _value(right, minute)
            return None if one is None or other is None else float(_COMPARISONS[type(comparison)](one, other))
        case ast.BoolOp(op=ast.And(), values=parts):
            found = [_value(part, minute) for part in parts]
            return None if None in found else float(all(found))
        case ast.Call(func=ast.Name(id="FILL"), args=[metric, filling]):
            value = _value(metric, minute)
            return _value(filling, minute) if value is None else value
        case ast.Call(func=ast.Name(id="IF"), args=[condition, then, otherwise]):
            holds = _value(condition, minute)
            return None if holds is None else _value(then if holds else otherwise, minute)
        case ast.Call(func=ast.Name(id="MAX"), args=[ast.List(elts=series)]):
            return max((value for each in series if (value := _value(each, minute)) is not None), default=None)
    raise AssertionError(f"not in these tests' metric math: {ast.unparse(node)}")
