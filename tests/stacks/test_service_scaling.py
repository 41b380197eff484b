"""How many tasks run."""

import pytest

from tests.stacks.conftest import Variant
from tests.stacks.synthesized import Stack

pytestmark = pytest.mark.unit


def limits(stacks: dict[str, Stack]) -> tuple[int, int]:
    target = stacks["service"].one("aws_appautoscaling_target")
    return target["min_capacity"], target["max_capacity"]


def test_the_service_scales_between_the_limits_of_the_settings(prod: dict[str, Stack]) -> None:
    target = prod["service"].one("aws_appautoscaling_target")
    assert limits(prod) == (2, 6)
    assert target["resource_id"] == "service/ClusterPlotlyDash/${aws_ecs_service.service.name}"
    assert target["scalable_dimension"] == "ecs:service:DesiredCount"


def test_it_follows_cpu_and_requests(prod: dict[str, Stack]) -> None:
    policies = prod["service"].all("aws_appautoscaling_policy").values()
    tracked = {}
    for policy in policies:
        assert policy["policy_type"] == "TargetTrackingScaling"
        configuration = policy["target_tracking_scaling_policy_configuration"]
        tracked[configuration["predefined_metric_specification"]["predefined_metric_type"]] = configuration
    assert tracked["ECSServiceAverageCPUUtilization"]["target_value"] == 60
    requests = tracked["ALBRequestCountPerTarget"]
    assert requests["target_value"] == 12000
    load_balancer, _, target_group = requests["predefined_metric_specification"]["resource_label"].partition("}/${")
    assert "plotly-dash-prod-alb" in load_balancer
    assert load_balancer.endswith("arn_suffix")
    assert target_group.startswith("aws_lb_target_group.")
    assert len(tracked) == 2


def test_tasks_are_added_faster_than_removed(prod: dict[str, Stack]) -> None:
    for policy in prod["service"].all("aws_appautoscaling_policy").values():
        configuration = policy["target_tracking_scaling_policy_configuration"]
        assert configuration["scale_out_cooldown"] < configuration["scale_in_cooldown"]


def test_without_off_hours_nothing_is_scheduled(prod: dict[str, Stack]) -> None:
    assert not prod["service"].all("aws_appautoscaling_scheduled_action")
    assert "lifecycle" not in prod["service"].one("aws_appautoscaling_target")


class TestOffHours:
    @pytest.fixture
    def service(self, variant: Variant) -> Stack:
        return variant(
            "dev",
            scaling__off_hours_tasks="0",
            scaling__work_begins="06:30",
            scaling__work_days="MON-THU",
            scaling__time_zone="Europe/Berlin",
        )["service"]

    def test_as_few_tasks_run_as_the_settings_say(self, service: Stack) -> None:
        ends = service.role("aws_appautoscaling_scheduled_action", "work_ends")
        assert ends["schedule"] == "cron(0 19 ? * MON-THU *)"
        assert ends["timezone"] == "Europe/Berlin"
        assert ends["scalable_target_action"] == {"min_capacity": "0", "max_capacity": "0"}

    def test_and_as_many_as_are_needed_in_the_morning(self, service: Stack) -> None:
        begins = service.role("aws_appautoscaling_scheduled_action", "work_begins")
        assert begins["schedule"] == "cron(30 6 ? * MON-THU *)"
        assert begins["timezone"] == "Europe/Berlin"
        assert begins["scalable_target_action"] == {"min_capacity": "1", "max_capacity": "2"}

    def test_a_plan_in_the_evening_does_not_bring_them_back(self, service: Stack) -> None:
        target = service.one("aws_appautoscaling_target")
        assert target["lifecycle"] == {"ignore_changes": ["min_capacity", "max_capacity"]}


def test_scaling_can_be_switched_off(variant: Variant) -> None:
    service = variant("prod", scaling__enabled="false")["service"]
    assert not [type_ for type_ in service.json["resource"] if "appautoscaling" in type_]
