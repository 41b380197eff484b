"""What a review ends with, and the sentence that says why."""

from dataclasses import replace

import pytest

from ops.policy.allowed import Sorted
from ops.review.changes import Change
from ops.review.drift import Drift
from ops.review.outcome import Review, StackReview
from tests.ops.review.reviews import DANGER, ENTRY, EVERYTHING, FINDING, NOTICE, PASSED

pytestmark = pytest.mark.unit

CHANGED = StackReview("vpc", (Change("replace", "a.b"), Change("create", "a.c"), Change("create", "a.d")))


def with_stack(stack: StackReview) -> Review:
    return replace(PASSED, stacks=(StackReview("state"), stack))


@pytest.mark.parametrize(
    ("review", "code", "verdict"),
    [
        (PASSED, 0, "Nothing changes."),
        (
            with_stack(CHANGED),
            2,
            "There are changes, none of them dangerous: 1 to replace, 2 to create in 1 stack.",
        ),
        (
            with_stack(replace(CHANGED, dangers=(NOTICE,))),
            2,
            "There are changes, none of them dangerous: 1 to replace, 2 to create in 1 stack.",
        ),
        (
            with_stack(StackReview("vpc", outputs=("id",))),
            2,
            "There are changes, none of them dangerous: only outputs.",
        ),
        (
            with_stack(StackReview("vpc", pending=True)),
            2,
            "There are changes, none of them dangerous: vpc cannot be told yet.",
        ),
        (
            with_stack(replace(CHANGED, dangers=(DANGER, NOTICE))),
            3,
            "A person has to approve this: 1 dangerous change; 1 to replace, 2 to create in 1 stack.",
        ),
        (
            replace(PASSED, policy=Sorted((FINDING, FINDING), (), ())),
            3,
            "A person has to approve this: 2 policy findings not allowed.",
        ),
        (replace(PASSED, policy=Sorted((), ((FINDING, ENTRY),), (ENTRY,))), 0, "Nothing changes."),
        (
            with_stack(StackReview("vpc", drift=(Drift("a.b", "makes it again"),))),
            0,
            "Nothing changes: 1 resource at AWS not as Terraform left it.",
        ),
        (
            replace(PASSED, stacks=(replace(CHANGED, dangers=(DANGER,)), StackReview("alb", failure="no"))),
            1,
            "The review failed: alb could not be planned; 1 dangerous change; 1 to replace, 2 to create in 1 stack.",
        ),
        (replace(PASSED, policy=None, policy_failure="no"), 1, "The review failed: the stacks could not be scanned."),
        (replace(PASSED, stacks=(), failure="no"), 1, "The review failed: it could not be finished."),
    ],
)
def test_exit_code_and_verdict(review: Review, code: int, verdict: str) -> None:
    assert (review.exit_code, review.verdict) == (code, verdict)


def test_what_needs_approval_is_first_of_the_dangers() -> None:
    assert EVERYTHING.dangers == [DANGER, NOTICE]
