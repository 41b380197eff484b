"""What a scan tells: a person, and a program."""

import pytest

from ops.policy.allowed import Allowance, Sorted
from ops.policy.finding import Finding
from ops.policy.report import as_json, lines
from ops.policy.scan import Outcome
from tests.ops.policy.findings import ENTRY, FINDING

pytestmark = pytest.mark.unit

ALLOWANCE = Allowance.model_validate(ENTRY)


def outcome(
    refused: tuple[Finding, ...] = (),
    allowed: tuple[tuple[Finding, Allowance], ...] = (),
    stale: tuple[Allowance, ...] = (),
) -> Outcome:
    return Outcome(
        environment="dev",
        findings=Sorted(refused, allowed, stale),
        check_count=100,
        resource_count=1,
        stacks=("all", "vpc"),
    )


def test_all_passed_in_one_line() -> None:
    assert list(lines(outcome(), "allowed.toml")) == ["dev: 100 checks on 1 resource in 2 stacks: all passed"]
    assert outcome().passed


def test_what_is_allowed_is_counted() -> None:
    (line,) = lines(outcome(allowed=((FINDING, ALLOWANCE),)), "allowed.toml")
    assert line.endswith("all passed; 1 allowed by allowed.toml")


def test_a_failure_says_what_where_and_what_to_do() -> None:
    failed = outcome(refused=(FINDING,))
    assert not failed.passed
    assert list(lines(failed, "allowed.toml")) == [
        "DASH_CONTAINER_USER  A container runs as a user other than root",
        "  resource   all: aws_ecs_task_definition.task  (task/definition)",
        "  found      container dashboard: user is root",
        "  do         set user",
        "  why        https://example.com",
        "",
        "dev: 100 checks on 1 resource in 2 stacks: 1 failed",
    ]


def test_a_stale_entry_fails_and_says_what_to_delete() -> None:
    stale = outcome(stale=(ALLOWANCE,))
    assert not stale.passed
    told = list(lines(stale, "allowed.toml"))
    assert told[0] == "stale entry  DASH_CONTAINER_USER on all: aws_ecs_task_definition.task"
    assert "delete the entry from allowed.toml" in told[2]
    assert told[-1] == "dev: 100 checks on 1 resource in 2 stacks: 1 stale entry in allowed.toml"


def test_programs_get_every_finding_with_the_reason_of_those_allowed() -> None:
    told = as_json(outcome(refused=(FINDING,), allowed=((FINDING, ALLOWANCE),), stale=(ALLOWANCE,)))
    assert (told["passed"], told["checks"], told["stacks"]) == (False, 100, ["all", "vpc"])
    assert told["failed"][0]["address"] == "aws_ecs_task_definition.task"
    assert told["allowed"][0]["reason"] == "It has to be."
    assert told["stale"][0]["check"] == "DASH_CONTAINER_USER"
