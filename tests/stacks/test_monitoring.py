"""The alarms that no deployment waits for, and what the runbook says about each alarm."""

import re
from typing import Any

import pytest

from tests.stacks.alarms import BARE, Minute, alarms_of, is_raised, metrics_of
from tests.stacks.conftest import Variant
from tests.stacks.synthesized import ROOT, Stack

pytestmark = pytest.mark.unit

RUNBOOK = (ROOT / "docs" / "runbook.md").read_text()
NOTHING: Minute = {}


@pytest.fixture(scope="module")
def alarms(prod: dict[str, Stack]) -> dict[str, dict[str, Any]]:
    return alarms_of(prod["service"], prod["monitoring"])


@pytest.fixture(scope="module")
def bare(variant: Variant) -> dict[str, Stack]:
    return variant("dev", **BARE)


@pytest.fixture(scope="module")
def always_on(variant: Variant) -> dict[str, Stack]:
    """Alarms, without Container Insights, of a service that always has a task, behind one NAT gateway."""
    return variant("dev", alarms__enabled="true", scaling__off_hours_tasks="1")


class TestNoRunningTask:
    @pytest.mark.parametrize("minute", [{"wanted": 2, "running": 0}, {"wanted": 1}], ids=["none", "nothing told"])
    def test_is_told_while_one_is_wanted(self, minute: Minute, alarms: dict[str, dict[str, Any]]) -> None:
        assert is_raised(alarms["no-running-task"], [minute] * 3 + [NOTHING] * 2)

    @pytest.mark.parametrize(
        "minute",
        [{"wanted": 0, "running": 0}, NOTHING, {"wanted": 2, "running": 1}],
        ids=["off hours", "no service", "one of two"],
    )
    def test_is_not_told_otherwise(self, minute: Minute, alarms: dict[str, dict[str, Any]]) -> None:
        assert not is_raised(alarms["no-running-task"], [minute] * 5)

    def test_is_told_by_silence_without_container_insights(self, always_on: dict[str, Stack]) -> None:
        alarm = alarms_of(always_on["monitoring"])["no-running-task"]
        assert {metric["namespace"] for metric in metrics_of(alarm).values()} == {"AWS/ECS"}
        assert is_raised(alarm, [NOTHING] * 5)
        assert not is_raised(alarm, [{"samples": 1}] * 5)

    def test_is_no_alarm_where_nobody_can_tell(self, bare: dict[str, Stack]) -> None:
        assert "no-running-task" not in alarms_of(bare["monitoring"])


@pytest.mark.parametrize(
    ("name", "bad", "good"),
    [
        ("cpu", {"cpu": 86}, {"cpu": 85}),
        ("memory", {"memory": 86}, {"memory": 85}),
        ("callback-errors", {"errors": 1}, {"errors": 0}),
        ("data-problem", {"problem": 1}, {"problem": 0}),
        ("data-age", {"age": 48 * 3600 + 1}, {"age": 48 * 3600}),
        ("nat-ports", {"nat_0": 0, "nat_1": 1}, {"nat_0": 0, "nat_1": 0}),
    ],
)
def test_an_alarm_is_raised_above_its_threshold(
    name: str, bad: Minute, good: Minute, alarms: dict[str, dict[str, Any]]
) -> None:
    assert is_raised(alarms[name], [bad, good, bad, good, bad])
    assert not is_raised(alarms[name], [good] * 5)
    assert not is_raised(alarms[name], [NOTHING] * 5)


def test_a_minute_is_judged_by_its_worst_task_but_cpu_by_the_average(alarms: dict[str, dict[str, Any]]) -> None:
    """Counts are summed; of the tasks' CPU scaling, too, looks at the average."""
    taken = {
        metric["metric_name"]: metric["stat"] for alarm in alarms.values() for metric in metrics_of(alarm).values()
    }
    assert taken == {
        "CallbackErrors": "Sum",
        "CPUUtilization": "Average",
        "DataAgeSeconds": "Maximum",
        "DataProblem": "Maximum",
        "DesiredTaskCount": "Minimum",
        "ErrorPortAllocation": "Sum",
        "HTTPCode_ELB_5XX_Count": "Sum",
        "HTTPCode_Target_5XX_Count": "Sum",
        "MemoryUtilization": "Maximum",
        "RequestCount": "Sum",
        "RunningTaskCount": "Maximum",
        "TargetResponseTime": "p95",
        "UnHealthyHostCount": "Maximum",
    }


def test_every_alarm_tells_the_topic_at_the_beginning_and_the_end(alarms: dict[str, dict[str, Any]]) -> None:
    topics = {topic for alarm in alarms.values() for topic in (*alarm["alarm_actions"], *alarm["ok_actions"])}
    assert len(topics) == 1
    assert topics.pop().endswith("-alerts.outputs.cross-stack-output-aws_sns_topicalertsarn}")


def test_each_nat_gateway_is_watched(prod: dict[str, Stack], alarms: dict[str, dict[str, Any]]) -> None:
    watched = {metric["dimensions"]["NatGatewayId"] for metric in metrics_of(alarms["nat-ports"]).values()}
    assert len(watched) == len(prod["vpc"].all("aws_nat_gateway")) == 2


def test_the_data_may_be_any_age_without_the_setting(bare: dict[str, Stack]) -> None:
    assert sorted(alarms_of(bare["monitoring"])) == ["callback-errors", "cpu", "data-problem", "memory"]


def test_they_cost_what_the_stack_says(alarms: dict[str, dict[str, Any]]) -> None:
    """Ten alarms of fifteen metrics, in the docstring of MonitoringStack."""
    assert len(alarms) == 10
    assert sum(len(metrics_of(alarm)) for alarm in alarms.values()) == 15


class TestTheRunbook:
    def entries(self) -> dict[str, str]:
        """Return what stands under each heading of an alarm, on one line."""
        section = RUNBOOK.partition("## Metrics and alarms\n")[2].partition("\n## ")[0]
        parts = re.split(r"^### (.+)$", section, flags=re.MULTILINE)[1:]
        return {name: " ".join(text.split()) for name, text in zip(parts[::2], parts[1::2], strict=True)}

    def test_has_an_entry_for_each_alarm_and_no_other(self, alarms: dict[str, dict[str, Any]]) -> None:
        assert sorted(self.entries()) == sorted(alarms)

    def test_says_to_do_what_the_alarm_says(self, alarms: dict[str, dict[str, Any]]) -> None:
        for name, alarm in alarms.items():
            described = re.fullmatch(r"(.+[.]) Do: (.+) \(docs/runbook\.md#(.+)\)", alarm["alarm_description"])
            assert described
            assert f"**Do:** {described[2]}" in self.entries()[name]
            assert described[3] == name


def test_there_is_nothing_without_alarms(reference: dict[str, Stack]) -> None:
    assert "resource" not in reference["monitoring"].json
    assert "data" not in reference["monitoring"].json
