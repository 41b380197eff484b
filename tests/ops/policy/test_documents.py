"""What is not in AWS's form cannot be read; what a rule of ours does wrong is no such thing."""

from collections.abc import Iterator

import pytest

from ops.policy.documents import UnreadableError, reading
from ops.policy.planned import PlannedStack, Resource
from ops.policy.rules.rule import Rule
from tests.ops.policy.plans import GoodPlan

pytestmark = pytest.mark.unit


@pytest.mark.parametrize("error", [AttributeError, KeyError, TypeError, ValueError])
def test_another_form_cannot_be_read(error: type[Exception]) -> None:
    with pytest.raises(UnreadableError, match="policy is not in AWS's form"), reading("policy"):
        raise error


def test_a_fault_in_a_rule_is_not_taken_for_a_document_that_cannot_be_read() -> None:
    def judge(resource: Resource, _: PlannedStack) -> Iterator[str]:
        yield str(resource.values["a fault of ours"])

    rule = Rule("DASH", "", "", "", ("aws_s3_bucket",), judge)
    stack = GoodPlan().stack()
    with pytest.raises(KeyError, match="a fault of ours"):
        list(rule.findings(stack.resources["aws_s3_bucket.data"], stack))
