"""How tasks run and are replaced."""

import pytest

from tests.stacks.conftest import Variant
from tests.stacks.synthesized import Stack

pytestmark = pytest.mark.unit


def capacity(stacks: dict[str, Stack]) -> list[tuple[str, int, int | None]]:
    strategy = stacks["service"].one("aws_ecs_service")["capacity_provider_strategy"]
    return [(item["capacity_provider"], item["weight"], item.get("base")) for item in strategy]


def test_no_task_goes_before_its_successor_is_healthy(prod: dict[str, Stack]) -> None:
    service = prod["service"].one("aws_ecs_service")
    assert (service["deployment_minimum_healthy_percent"], service["deployment_maximum_percent"]) == (100, 200)


def test_a_deployment_that_fails_is_taken_back(prod: dict[str, Stack]) -> None:
    service = prod["service"].one("aws_ecs_service")
    assert service["deployment_circuit_breaker"] == {"enable": True, "rollback": True}


def test_a_deployment_that_raises_an_alarm_is_taken_back(prod: dict[str, Stack]) -> None:
    service = prod["service"].one("aws_ecs_service")
    alarms = prod["service"].all("aws_cloudwatch_metric_alarm")
    assert service["alarms"]["enable"] is True
    assert service["alarms"]["rollback"] is True
    assert sorted(service["alarms"]["alarm_names"]) == sorted(alarm["alarm_name"] for alarm in alarms.values())
    # ECS refuses a service that names an alarm which is not there yet.
    assert {f"aws_cloudwatch_metric_alarm.{name}" for name in alarms} <= set(service["depends_on"])


def test_alarms_can_be_left_out_of_it(variant: Variant) -> None:
    stacks = variant("prod", service__alarm_rollback="false")
    assert "alarms" not in stacks["service"].one("aws_ecs_service")
    assert stacks["service"].all("aws_cloudwatch_metric_alarm")


@pytest.mark.parametrize(
    ("share", "expected"),
    [
        ("0.0", [("FARGATE", 100, 1)]),
        ("0.7", [("FARGATE", 30, 1), ("FARGATE_SPOT", 70, None)]),
        ("1.0", [("FARGATE_SPOT", 100, None)]),
    ],
)
def test_a_share_of_the_tasks_runs_on_spot(
    share: str, expected: list[tuple[str, int, int | None]], variant: Variant
) -> None:
    assert capacity(variant("prod", service__spot_share=share)) == expected


def test_another_share_of_spot_replaces_tasks_and_not_the_service(prod: dict[str, Stack]) -> None:
    service = prod["service"].one("aws_ecs_service")
    assert service["force_new_deployment"] is True
    assert "launch_type" not in service


def test_tasks_move_when_zones_become_uneven(prod: dict[str, Stack], variant: Variant) -> None:
    assert prod["service"].one("aws_ecs_service")["availability_zone_rebalancing"] == "ENABLED"
    still = variant("prod", service__zone_rebalancing="false")
    assert still["service"].one("aws_ecs_service")["availability_zone_rebalancing"] == "DISABLED"


def test_the_platform_is_named(prod: dict[str, Stack]) -> None:
    assert prod["service"].one("aws_ecs_service")["platform_version"] == "1.4.0"


def test_a_deployment_leaves_the_number_of_tasks_to_the_scaling(prod: dict[str, Stack], variant: Variant) -> None:
    assert prod["service"].one("aws_ecs_service")["lifecycle"] == {"ignore_changes": ["desired_count"]}
    fixed = variant("prod", scaling__enabled="false")
    assert "lifecycle" not in fixed["service"].one("aws_ecs_service")
