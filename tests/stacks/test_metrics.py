"""The metrics that alarms and graphs ask for are those that the dashboard writes."""

import json
import logging
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any, cast

import pytest

from config import load_settings
from dashboard.data import DataStore, Snapshot, State
from dashboard.dataset import Dataset
from dashboard.metrics import Metrics
from tests.settings import environ_for_children
from tests.stacks.alarms import alarms_of, metrics_of
from tests.stacks.synthesized import ENVIRONMENTS, Stack

pytestmark = pytest.mark.unit

# Namespace, name, and the dimension with its value.
Named = tuple[str, str, str, str]


@pytest.fixture
def written(caplog: pytest.LogCaptureFixture) -> set[Named]:
    """What the dashboard in prod's containers writes in a minute."""
    caplog.set_level(logging.INFO)
    snapshot = Snapshot(cast(Dataset, None), version="1", version_id=None, modified_at=datetime.now(UTC))
    store = cast(DataStore, SimpleNamespace(state=State(snapshot=snapshot)))
    told = load_settings(environ_for_children() | ENVIRONMENTS["prod"]).container_environment
    metrics = Metrics(store, namespace=told["METRICS_NAMESPACE"], service_name=told["SERVICE_NAME"])
    metrics.count_callback(1.0, 200)
    metrics.flush()
    (document,) = [record.__dict__["fields"] for record in caplog.records]
    (directive,) = document["_aws"]["CloudWatchMetrics"]
    assert ["ServiceName"] in directive["Dimensions"]
    return {
        (directive["Namespace"], metric["Name"], "ServiceName", document["ServiceName"])
        for metric in directive["Metrics"]
    }


def watched(stack: Stack) -> set[tuple[str, ...]]:
    """Return what alarms of a stack ask for, of AWS and of the dashboard."""
    metrics = [metric for alarm in alarms_of(stack).values() for metric in metrics_of(alarm).values()]
    return {
        (metric["namespace"], metric["metric_name"], *(part for pair in metric["dimensions"].items() for part in pair))
        for metric in metrics
    }


def drawn(stack: Stack) -> set[tuple[str, ...]]:
    """Return what graphs of a stack ask for, of AWS and of the dashboard."""
    widgets: list[dict[str, Any]] = json.loads(stack.one("aws_cloudwatch_dashboard")["dashboard_body"])["widgets"]
    return {tuple(line[:-1]) for widget in widgets for line in widget["properties"].get("metrics", ())}


def test_all_that_the_dashboard_writes_is_watched_or_drawn_and_nothing_else(
    written: set[Named], prod: dict[str, Stack]
) -> None:
    asked = watched(prod["monitoring"]) | drawn(prod["monitoring"])
    assert {metric for metric in asked if not metric[0].startswith(("AWS/", "ECS/"))} == written
