"""The whole report, as it is read.

After a change that is meant: `./dashctl test tests/ops/review/test_markdown.py --update-golden`, and commit it.
"""

from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ops.review import drift_markdown
from ops.review.changes import Change
from ops.review.differences import AttributeChange
from ops.review.drift_review import DriftReview
from ops.review.fitting import LONGEST
from ops.review.markdown import as_markdown
from ops.review.outcome import StackReview
from tests.ops.review.reviews import DANGER, EVERYTHING, PASSED

pytestmark = pytest.mark.unit

GOLDEN = Path(__file__).parent / "golden"
DRIFTED = DriftReview(
    environment="prod",
    account="123456789012",
    region="us-east-1",
    version="1.3.0",
    commit=EVERYTHING.commit,
    at=EVERYTHING.at,
    stacks=tuple(stack for stack in EVERYTHING.stacks if not stack.failure),
    not_deployed=("alerts",),
)


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("everything", as_markdown(EVERYTHING, LONGEST)),
        ("nothing", as_markdown(PASSED, LONGEST)),
        ("drift", drift_markdown.as_markdown(DRIFTED)),
    ],
)
def test_report(name: str, text: str, request: pytest.FixtureRequest) -> None:
    path = GOLDEN / f"{name}.md"
    if request.config.getoption("--update-golden"):
        path.write_text(text)
    assert text == path.read_text(), f"{path.name} differs; if that is meant, run this test with --update-golden"


def test_the_parts_are_in_the_order_in_which_a_reader_decides() -> None:
    lines = as_markdown(EVERYTHING, None).splitlines()
    assert lines[2].startswith("**The review failed: ")
    assert [line for line in lines if line.startswith("## ")] == [
        "## What failed",
        "## Dangerous changes",
        "## Worth reading",
        "## Policy",
        "## Cost",
        "## Drift",
        "## Stacks",
    ]


def test_a_review_that_failed_early_says_why_and_nothing_else() -> None:
    text = as_markdown(replace(PASSED, stacks=(), policy=None, failure="there are no AWS credentials"), None)
    assert [line for line in text.splitlines() if line.startswith("## ")] == ["## What failed"]
    assert "    there are no AWS credentials\n" in text


NAMES = st.text(min_size=1, max_size=400)
CHANGES = st.builds(
    Change,
    st.sampled_from(["destroy", "replace", "change", "create"]),
    NAMES,
    st.lists(st.builds(AttributeChange, NAMES, NAMES, NAMES, st.booleans()), max_size=14).map(tuple),
)


@settings(max_examples=15, deadline=None)
@given(st.lists(CHANGES, min_size=1, max_size=3), st.sampled_from([1, 3, 40]))
def test_however_much_changes_it_fits_a_comment_and_the_dangers_are_there(changes: list[Change], times: int) -> None:
    stacks = [
        StackReview(f"stack{number}", tuple(changes) * times, dangers=(replace(DANGER, stack=f"stack{number}"),) * 3)
        for number in range(12)
    ]
    review = replace(EVERYTHING, stacks=tuple(stacks))
    text = as_markdown(review, LONGEST)
    assert len(text) <= LONGEST
    assert text.count(f"- **{DANGER.summary}** (stack") == 36
    assert review.verdict in text
    for line in text.splitlines():
        if line.startswith("|"):
            assert line.endswith("|")
    assert text.count("<details>") == text.count("</details>")
    if text != as_markdown(review, None):
        assert "left out: the report has to fit into a comment.*" in text
