"""What was changed by hand, of a plan of the real Terraform and AWS provider."""

from typing import Any

import pytest

from ops.review.drift import read_drift
from tests.ops.review.shown import shown

pytestmark = pytest.mark.unit


def by_address(plan: dict[str, Any]) -> dict[str, tuple[str, list[tuple[str, str, str]]]]:
    return {
        drift.address: (drift.remedy, [(changed.path, changed.before, changed.after) for changed in drift.attributes])
        for drift in read_drift(plan)
    }


def test_what_a_deployment_would_undo_is_drift() -> None:
    assert by_address(shown("by_hand")) == {
        "aws_cloudwatch_log_group.gone": ("makes it again", []),
        "aws_cloudwatch_log_group.tasks": (
            "sets it back",
            [("retention_in_days", "30", "14"), ("tags_all.Name", '"tasks"', '"changed"')],
        ),
        "aws_s3_bucket_versioning.data": (
            'sets it to "Enabled"',
            [("versioning_configuration[0].status", '"Enabled"', '"Suspended"')],
        ),
        "aws_sns_topic.alarms": ('sets it to "data"', [("tags_all.team", '"data"', "(not set)")]),
    }


def test_what_terraform_reports_and_no_plan_undoes_is_none() -> None:
    """A group's list of rules, a role's of policies, a bucket's of versioning: other resources have set them."""
    reported = {resource["address"] for resource in shown("by_hand")["resource_drift"]}
    assert {"aws_security_group.front", "aws_iam_role.task", "aws_s3_bucket.data"} <= reported
    assert not reported.isdisjoint(by_address(shown("by_hand")))
    plan = shown("by_hand")
    plan["resource_changes"] = []
    assert by_address(plan) == {}


def drifted(actions: list[str], after: dict[str, Any], unknown: dict[str, Any] | None = None) -> dict[str, Any]:
    """Return a plan of a task count that was 1, was made 5 by hand, and is changed like this."""
    at_aws = {"count": 5, "status": "BUSY", "kind": "a"}
    return {
        "resource_drift": [
            {
                "address": "aws_x.y",
                "change": {
                    "actions": ["update"],
                    "before": {"count": 1, "status": "IDLE", "kind": "a"},
                    "after": at_aws,
                },
            }
        ],
        "resource_changes": [
            {
                "address": "aws_x.y",
                "mode": "managed",
                "change": {
                    "actions": actions,
                    "before": at_aws,
                    "after": after,
                    "after_unknown": unknown or {},
                    "replace_paths": [["kind"]] if len(actions) == 2 else [],
                },
            }
        ],
    }


@pytest.mark.parametrize(
    ("actions", "after", "remedy"),
    [
        (["update"], {"count": 1, "status": "BUSY", "kind": "a"}, "sets it to 1"),
        (["update"], {"count": 9, "status": "BUSY", "kind": "a"}, "sets it to 9"),
        (["delete", "create"], {"count": 1, "status": "BUSY", "kind": "b"}, "replaces the resource"),
    ],
)
def test_what_a_deployment_would_do_is_said(actions: list[str], after: dict[str, Any], remedy: str) -> None:
    assert by_address(drifted(actions, after)) == {"aws_x.y": (remedy, [("count", "1", "5")])}


def test_a_count_that_the_code_ignores_is_no_drift() -> None:
    assert by_address(drifted(["no-op"], {"count": 5, "status": "BUSY", "kind": "a"})) == {}
    assert by_address(drifted(["update"], {"count": 5, "status": "BUSY", "kind": "b"})) == {}
