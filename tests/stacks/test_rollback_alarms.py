"""The alarms that judge a deployment: they see what readers suffer, and nothing that a deployment does as such."""

import json
from typing import Any

import pytest

from tests.stacks.alarms import Minute, alarms_of, is_raised, metrics_of
from tests.stacks.synthesized import Stack

pytestmark = pytest.mark.unit

NAMES = ["server-errors", "slow-answers", "unhealthy-tasks"]
NOTHING: Minute = {}
GOOD: Minute = {"requests": 1000, "seconds": 0.05, "unhealthy": 0}


@pytest.fixture(scope="module")
def alarms(prod: dict[str, Stack]) -> dict[str, dict[str, Any]]:
    return alarms_of(prod["service"])


@pytest.mark.parametrize(
    ("name", "bad"),
    [
        ("server-errors", {"requests": 1000, "target_errors": 11}),
        ("server-errors", {"requests": 1000, "target_errors": 6, "load_balancer_errors": 5}),
        ("slow-answers", {"requests": 20, "seconds": 1.1}),
        ("unhealthy-tasks", {"unhealthy": 1}),
    ],
)
class TestThreeOfFiveMinutes:
    def test_raise_an_alarm(self, name: str, bad: Minute, alarms: dict[str, dict[str, Any]]) -> None:
        assert is_raised(alarms[name], [bad, GOOD, bad, GOOD, bad])

    def test_fewer_do_not(self, name: str, bad: Minute, alarms: dict[str, dict[str, Any]]) -> None:
        assert not is_raised(alarms[name], [bad, GOOD, bad, GOOD, GOOD])

    def test_may_be_followed_by_minutes_whose_metrics_are_late(
        self, name: str, bad: Minute, alarms: dict[str, dict[str, Any]]
    ) -> None:
        assert is_raised(alarms[name], [bad, bad, bad, NOTHING, NOTHING])


class TestServerErrors:
    def test_are_no_share_of_a_few_requests(self, alarms: dict[str, dict[str, Any]]) -> None:
        assert not is_raised(alarms["server-errors"], [{"requests": 4, "target_errors": 4}] * 5)

    def test_below_the_share_of_the_settings_are_borne(self, alarms: dict[str, dict[str, Any]]) -> None:
        assert not is_raised(alarms["server-errors"], [{"requests": 1000, "target_errors": 10}] * 5)

    def test_are_seen_when_no_task_is_there_to_be_asked(self, alarms: dict[str, dict[str, Any]]) -> None:
        """Then the load balancer counts errors, and no requests."""
        assert is_raised(alarms["server-errors"], [{"load_balancer_errors": 5}] * 5)


def test_one_slow_reader_is_not_slowness(alarms: dict[str, dict[str, Any]]) -> None:
    assert not is_raised(alarms["slow-answers"], [{"requests": 19, "seconds": 30}] * 5)


@pytest.mark.parametrize("name", NAMES)
def test_minutes_without_data_raise_nothing(name: str, alarms: dict[str, dict[str, Any]]) -> None:
    assert not is_raised(alarms[name], [NOTHING] * 5)


@pytest.mark.parametrize("name", NAMES)
def test_they_watch_this_deployment(name: str, alarms: dict[str, dict[str, Any]]) -> None:
    for metric in metrics_of(alarms[name]).values():
        assert metric["namespace"] == "AWS/ApplicationELB"
        dimensions = dict(metric["dimensions"])
        assert dimensions.pop("LoadBalancer").endswith("-alb.outputs.cross-stack-output-aws_lbload_balancerarn_suffix}")
        if metric["metric_name"] == "HTTPCode_ELB_5XX_Count":  # which the load balancer has for itself only
            assert not dimensions
        else:
            (target_group,) = dimensions.values()
            assert target_group.startswith("${aws_lb_target_group.")
            assert target_group.endswith(".arn_suffix}")


@pytest.mark.parametrize("name", NAMES)
def test_they_tell_the_topic_at_the_beginning_and_the_end(name: str, alarms: dict[str, dict[str, Any]]) -> None:
    assert alarms[name]["alarm_actions"] == alarms[name]["ok_actions"]
    (topic,) = alarms[name]["alarm_actions"]
    assert topic.endswith("-alerts.outputs.cross-stack-output-aws_sns_topicalertsarn}")


def test_the_service_rolls_back_on_each_and_is_made_after_it(prod: dict[str, Stack]) -> None:
    service = prod["service"].one("aws_ecs_service")
    assert service["alarms"] == {
        "alarm_names": [
            "plotly-dash-prod-server-errors",
            "plotly-dash-prod-unhealthy-tasks",
            "plotly-dash-prod-slow-answers",
        ],
        "enable": True,
        "rollback": True,
    }
    emitted = prod["service"].all("aws_cloudwatch_metric_alarm")
    assert sorted(service["alarms"]["alarm_names"]) == sorted(alarm["alarm_name"] for alarm in emitted.values())
    assert {f"aws_cloudwatch_metric_alarm.{name}" for name in emitted} <= set(service["depends_on"])


def test_there_are_none_without_alarms(reference: dict[str, Stack]) -> None:
    assert "aws_cloudwatch_metric_alarm" not in json.dumps(reference["service"].json)
