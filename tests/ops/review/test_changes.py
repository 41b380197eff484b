"""What a plan changes, of a plan of the real Terraform and AWS provider."""

import json

import pytest

from ops.review.changes import changed_outputs, read_changes
from ops.review.differences import SENSITIVE
from tests.ops.review.shown import shown

pytestmark = pytest.mark.unit


def test_every_change_is_there_with_what_weighs_most_first() -> None:
    assert [(change.action, change.address) for change in read_changes(shown("changes"))] == [
        ("destroy", "aws_cloudwatch_log_group.old"),
        ("replace", "aws_ecs_task_definition.task"),
        ("replace", "aws_security_group.front"),
        ("change", "aws_iam_role_policy.task"),
        ("change", "aws_ssm_parameter.token"),
        ("create", "aws_sns_topic.alarms"),
    ]


def test_attributes_are_those_that_a_reader_would_look_for() -> None:
    changes = {change.address: change for change in read_changes(shown("changes"))}
    task = {
        changed.path: (changed.before, changed.after) for changed in changes["aws_ecs_task_definition.task"].attributes
    }
    assert task == {
        "container_definitions[dashboard].environment[NEW]": ("(not set)", '{"name": "NEW", "value": "2"}'),
        "container_definitions[dashboard].environment[OLD]": ('{"name": "OLD", "value": "1"}', "(not set)"),
        "container_definitions[dashboard].environment[PORT].value": ('"8050"', '"8051"'),
        "container_definitions[dashboard].image": ('"x@sha256:1"', '"x@sha256:2"'),
    }
    (description,) = changes["aws_security_group.front"].attributes
    assert (description.path, description.forces_replacement) == ("description", True)
    (policy,) = changes["aws_iam_role_policy.task"].attributes
    assert (policy.path, policy.before, policy.after) == (
        "policy.Statement[0].Action[1]",
        "(not set)",
        '"s3:PutObject"',
    )
    assert changes["aws_cloudwatch_log_group.old"].attributes == ()


def test_the_secret_is_in_the_plan_and_not_in_what_is_read() -> None:
    plan = shown("changes")
    assert "second-secret" in json.dumps(plan)
    changes = {change.address: change for change in read_changes(plan)}
    assert changes["aws_ssm_parameter.token"].sets("value") == SENSITIVE
    assert "-secret" not in str(changes)


def test_outputs_that_change_are_named() -> None:
    assert changed_outputs(shown("changes")) == ("group", "vpc_id")
    assert changed_outputs({"output_changes": {"same": {"actions": ["no-op"]}}}) == ()


def test_what_stays_is_no_change() -> None:
    kept = {"address": "a.b", "mode": "managed", "change": {"actions": ["no-op"], "before": {}, "after": {}}}
    read = {"address": "data.a.b", "mode": "data", "change": {"actions": ["read"], "before": None, "after": {}}}
    assert read_changes({"resource_changes": [kept, read]}) == ()


@pytest.mark.parametrize(
    ("actions", "told"),
    [
        (["forget"], "forget"),
        (["create", "forget"], "replace"),
        (["vanish"], "replace"),
    ],
)
def test_what_terraform_forgets_or_a_later_one_does_is_a_change(actions: list[str], told: str) -> None:
    resource = {"address": "a.b", "mode": "managed", "change": {"actions": actions, "before": {}, "after": None}}
    (change,) = read_changes({"resource_changes": [resource]})
    assert (change.action, change.address) == (told, "a.b")


def test_an_object_that_a_replacement_left_is_told_apart() -> None:
    gone = {"address": "a.b", "mode": "managed", "deposed": "0a", "change": {"actions": ["delete"], "before": {}}}
    (change,) = read_changes({"resource_changes": [gone]})
    assert (change.action, change.address) == ("destroy", "a.b (deposed)")
