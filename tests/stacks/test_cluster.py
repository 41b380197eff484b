"""The cluster. Its shells: test_exec.py."""

import pytest

from tests.stacks.synthesized import Stack

pytestmark = pytest.mark.unit


def test_is_on_fargate_with_container_insights(prod: dict[str, Stack]) -> None:
    cluster = prod["cluster"].one("aws_ecs_cluster")
    assert cluster["name"] == "ClusterPlotlyDash"
    assert cluster["setting"] == [{"name": "containerInsights", "value": "enabled"}]


def test_offers_spot_too(prod: dict[str, Stack]) -> None:
    providers = prod["cluster"].one("aws_ecs_cluster_capacity_providers")["capacity_providers"]
    assert providers == ["FARGATE", "FARGATE_SPOT"]


def test_insights_can_be_switched_off(dev: dict[str, Stack]) -> None:
    setting = dev["cluster"].one("aws_ecs_cluster")["setting"]
    assert setting == [{"name": "containerInsights", "value": "disabled"}]
