"""Policies are read as they are planned: written out, or as the data source that writes them out later."""

import json
from typing import Any

import pytest

from ops.policy.documents import UnreadableError
from ops.policy.planned import PlannedStack, UnknownValueError
from ops.policy.policy_document import Statement, statements_of
from tests.ops.policy.plans import GoodPlan

pytestmark = pytest.mark.unit

POLICY, DOCUMENT = "aws_iam_role_policy.task", "data.aws_iam_policy_document.task"


def deferred(plan: GoodPlan, statement: dict[str, Any], unknown: dict[str, Any], written: dict[str, Any]) -> None:
    """Have the role's policy come from a data source that is read only at the apply."""
    plan.add(DOCUMENT, {"statement": [statement]})
    plan.changes[DOCUMENT]["change"]["after_unknown"] = {"json": True, "statement": [unknown]}
    plan.expressions[DOCUMENT] = {"statement": [written]}
    plan.forget(POLICY, "policy")
    plan.expressions[POLICY]["policy"] = {"constant_value": f"${{{DOCUMENT}.json}}"}


def statements(stack: PlannedStack) -> list[Statement]:
    return statements_of(stack.resources[POLICY], "policy", stack)


def test_a_written_policy_is_read_in_each_of_its_forms() -> None:
    plan = GoodPlan()
    document = {
        "Statement": {
            "Effect": "Deny",
            "Action": "s3:GetObject",
            "Resource": ["a", "b"],
            "Principal": {"AWS": ["x", "y"], "Service": "z"},
            "Condition": {"StringEquals": {"aws:SourceAccount": "123456789012"}},
        }
    }
    plan.values(POLICY)["policy"] = json.dumps(document)
    assert statements(plan.stack()) == [
        Statement(
            effect="Deny",
            actions=("s3:GetObject",),
            not_actions=(),
            resources=("a", "b"),
            not_resources=(),
            principals=(("AWS", "x"), ("AWS", "y"), ("Service", "z")),
            conditions=(("StringEquals", "aws:SourceAccount", ("123456789012",)),),
        )
    ]


def test_resources_that_are_not_known_yet_stand_as_they_are_written() -> None:
    plan = GoodPlan()
    written = ["${aws_s3_bucket.data.arn}/*", "arn:${data.aws_partition.here.partition}:s3:::other"]
    deferred(
        plan,
        {"actions": ["s3:GetObject"], "resources": ["arn:aws:s3:::other", None]},
        {"resources": [False, True]},
        {"actions": {"constant_value": ["s3:GetObject"]}, "resources": {"constant_value": written}},
    )
    (statement,) = statements(plan.stack())
    assert statement.effect == "Allow"
    assert statement.actions == ("s3:GetObject",)
    assert statement.resources == ("arn:aws:s3:::other", "${aws_s3_bucket.data.arn}/*")


@pytest.mark.parametrize(
    ("statement", "unknown", "written"),
    [
        pytest.param(
            {"actions": [None], "resources": ["a"]},
            {"actions": [True]},
            {"actions": {"constant_value": ["${aws_ssm_parameter.action.value}"]}},
            id="an action",
        ),
        pytest.param(
            {"actions": ["s3:GetObject"], "resources": [None]},
            {"resources": [True]},
            {"resources": {"constant_value": ["${aws_ssm_parameter.resource.value}"]}},
            id="a resource that may be any",
        ),
        pytest.param(
            {"actions": ["s3:GetObject"], "resources": [None, None]},
            {"resources": [True, True]},
            {"resources": {"constant_value": ["${aws_s3_bucket.data.arn}", "${aws_ssm_parameter.resource.value}"]}},
            id="one of two resources that may be any",
        ),
        pytest.param(
            {"actions": ["s3:GetObject"], "resources": [None]},
            {"resources": [True]},
            {"actions": {"constant_value": ["s3:GetObject"]}},
            id="a resource that is not written as one",
        ),
        pytest.param(
            {"actions": ["s3:GetObject"]},
            {"resources": True},
            {"resources": {"constant_value": ["${aws_s3_bucket.data.arn}"]}},
            id="how many resources there are",
        ),
    ],
)
def test_what_cannot_be_known_is_not_taken_for_harmless(
    statement: dict[str, Any], unknown: dict[str, Any], written: dict[str, Any]
) -> None:
    plan = GoodPlan()
    deferred(plan, statement, unknown, written)
    with pytest.raises(UnknownValueError):
        statements(plan.stack())


def test_a_document_that_takes_in_others_is_not_known() -> None:
    plan = GoodPlan()
    deferred(plan, {"actions": ["s3:GetObject"], "resources": ["a"]}, {}, {})
    plan.expressions[DOCUMENT]["source_policy_documents"] = {"references": ["data.aws_iam_policy_document.other"]}
    with pytest.raises(UnknownValueError, match="source_policy_documents"):
        statements(plan.stack())


def test_statements_that_are_written_as_a_dynamic_block_are_not_known() -> None:
    plan = GoodPlan()
    deferred(plan, {"actions": ["s3:GetObject"], "resources": [None]}, {"resources": [True]}, {})
    del plan.expressions[DOCUMENT]["statement"]
    with pytest.raises(UnknownValueError):
        statements(plan.stack())


def test_a_document_that_is_not_in_the_plan_is_not_known() -> None:
    """As one that Terraform has read already, and that is in the state of another module."""
    plan = GoodPlan()
    deferred(plan, {"actions": ["s3:GetObject"], "resources": ["a"]}, {}, {})
    del plan.changes[DOCUMENT]
    with pytest.raises(UnknownValueError, match="policy"):
        statements(plan.stack())


@pytest.mark.parametrize("module", ["", "module.roles.", "module.roles[0]."])
def test_a_document_is_that_of_the_same_module(module: str) -> None:
    plan = GoodPlan()
    deferred(plan, {"actions": ["s3:GetObject"], "resources": ["a"]}, {}, {})
    policy, document = plan.changes.pop(POLICY), plan.changes.pop(DOCUMENT)
    plan.add(DOCUMENT, {"statement": [{"actions": ["s3:DeleteObject"], "resources": ["*"]}]})
    for change in (policy, document):
        change["address"] = f"{module}{change['address']}"
        plan.changes[change["address"]] = change
    of_module = [{"address": POLICY, "expressions": plan.expressions[POLICY]}, {"address": DOCUMENT}]
    shown = {
        "resource_changes": list(plan.changes.values()),
        "configuration": {"root_module": {"module_calls": {"roles": {"module": {"resources": of_module}}}}},
    }
    if not module:
        shown["configuration"] = {"root_module": {"resources": of_module}}
    stack = PlannedStack("all", shown, {})
    (statement,) = statements_of(stack.resources[f"{module}{POLICY}"], "policy", stack)
    assert statement.actions == ("s3:GetObject",)


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("not JSON", id="no JSON"),
        pytest.param("[]", id="no document"),
        pytest.param('{"Statement": ["Allow"]}', id="no statement"),
        pytest.param('{"Statement": [{"Action": "*", "Resource": "*"}]}', id="without an effect"),
        pytest.param('{"Statement": [{"Effect": "Allow", "Condition": ["x"]}]}', id="a condition without a test"),
        pytest.param('{"Statement": [{"Effect": "Allow", "Condition": null}]}', id="no condition"),
        pytest.param('{"Statement": [{"Effect": "Allow", "Condition": {"Bool": "x"}}]}', id="a test without a key"),
    ],
)
def test_what_is_no_policy_cannot_be_read(text: str) -> None:
    plan = GoodPlan()
    plan.values(POLICY)["policy"] = text
    with pytest.raises(UnreadableError, match="policy is not in AWS's form"):
        statements(plan.stack())
