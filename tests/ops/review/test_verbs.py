"""`review` and `drift` as they are called: their files, what they print, and their exit codes."""

import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import typer
from typer.testing import CliRunner

from ops.deployment import Deployment
from ops.errors import OpsError
from ops.policy.allowed import Sorted
from ops.remote_state import RemoteState
from ops.review import drift_review, gather
from ops.review.drift import Drift
from ops.review.drift_review import DriftReview
from ops.review.outcome import Review, StackReview
from ops.review.stacks import PlannedStacks
from ops.verbs.drift import drift
from ops.verbs.review import review
from tests.ops.review.reviews import DANGER, EVERYTHING, FINDING, PASSED

pytestmark = pytest.mark.unit

app = typer.Typer()
app.command()(review)
app.command()(drift)


@pytest.fixture
def reviewed(monkeypatch: pytest.MonkeyPatch) -> Callable[[Review], list[tuple[Any, ...]]]:
    """Return a function that has reviews find this, and returns what they were asked for."""
    asked: list[tuple[Any, ...]] = []

    def find(outcome: Review) -> list[tuple[Any, ...]]:
        def gathered(_: Deployment, names: list[str], version: str | None) -> Review:
            asked.append((names, version))
            return outcome

        monkeypatch.setattr(gather, "review", gathered)
        return asked

    return find


CHANGED = replace(PASSED, stacks=(EVERYTHING.stacks[1],))


@pytest.mark.parametrize(
    ("outcome", "code"),
    [
        (PASSED, 0),
        (CHANGED, 2),
        (replace(CHANGED, stacks=(replace(CHANGED.stacks[0], dangers=(DANGER,)),)), 3),
        (replace(PASSED, policy=Sorted((FINDING,), (), ())), 3),
        (EVERYTHING, 1),
    ],
)
def test_review_prints_the_report_and_ends_with_its_code(
    outcome: Review, code: int, reviewed: Callable[[Review], list[tuple[Any, ...]]]
) -> None:
    asked = reviewed(outcome)
    result = CliRunner().invoke(app, ["review", "vpc", "alb", "--version", "1.4.0"])
    assert result.exit_code == code, result.output
    assert result.stdout.startswith(f"# Review of prod\n\n**{outcome.verdict}**\n")
    assert asked == [(["vpc", "alb"], "1.4.0")]


def test_review_writes_files_whatever_it_ends_with(
    reviewed: Callable[[Review], list[tuple[Any, ...]]], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    reviewed(EVERYTHING)
    monkeypatch.setenv("DASHCTL_CALLER_CWD", str(tmp_path))
    result = CliRunner().invoke(app, ["review", "--markdown", "r.md", "--html", str(tmp_path / "r.html")])
    assert result.exit_code == 1
    assert result.stdout == f"{EVERYTHING.verdict}\n"
    assert (tmp_path / "r.md").read_text().startswith("# Review of prod\n")
    page = (tmp_path / "r.html").read_text()
    assert "<title>Review of prod</title>" in page
    assert re.search(r"<td>vpc</td>\s*<td><code>aws_nat_gateway.a</code></td>", page)
    assert {path.name for path in tmp_path.iterdir()} == {"r.md", "r.html"}


@pytest.mark.parametrize(
    ("file", "problem"),
    [("missing/r.md", "cannot be written (No such file or directory)"), (".", "is a folder: name a file")],
)
def test_a_file_that_cannot_be_written_is_refused_before_anything_is_planned(
    file: str, problem: str, reviewed: Callable[[Review], list[tuple[Any, ...]]], tmp_path: Path
) -> None:
    asked = reviewed(PASSED)
    for option in ("--markdown", "--html"):
        result = CliRunner().invoke(app, ["review", option, str(tmp_path / file)])
        assert isinstance(result.exception, OpsError)
        assert problem in str(result.exception)
    assert asked == []


def drifted(*stacks: StackReview) -> DriftReview:
    return DriftReview("prod", "123456789012", "us-east-1", "1.3.0", "c", PASSED.at, stacks, ("alerts",))


GONE = Drift("aws_vpc.vpc", "makes it again")


@pytest.mark.parametrize(
    ("found", "code", "verdict"),
    [
        (drifted(StackReview("vpc")), 0, "Nothing differs."),
        (drifted(), 0, "Nothing is deployed, so that nothing differs."),
        (
            drifted(StackReview("vpc", drift=(GONE,))),
            2,
            "AWS, the states and the code differ: resources changed at AWS: 1.",
        ),
        (
            drifted(replace(CHANGED.stacks[0], drift=(Drift(CHANGED.stacks[0].changes[0].address, "sets it back"),))),
            2,
            "AWS, the states and the code differ: resources changed at AWS: 1; "
            "resources that the code has otherwise: 19.",
        ),
        (
            drifted(StackReview("vpc", outputs=("id",))),
            2,
            "AWS, the states and the code differ: only outputs differ, or what cannot be planned yet.",
        ),
        (
            drifted(StackReview("vpc", pending=True)),
            2,
            "AWS, the states and the code differ: only outputs differ, or what cannot be planned yet.",
        ),
        (
            drifted(StackReview("vpc", drift=(GONE,)), StackReview("alb", failure="no")),
            1,
            "The search failed: alb could not be planned; resources changed at AWS: 1.",
        ),
    ],
)
def test_drift_prints_what_differs_and_ends_with_its_code(
    found: DriftReview, code: int, verdict: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(drift_review, "review_drift", lambda _, names: found)
    result = CliRunner().invoke(app, ["drift"])
    assert result.exit_code == code, result.output
    assert f"**{verdict}**\n" in result.stdout.replace("\\", "")
    assert "Not deployed, so that nothing differs: alerts." in result.stdout


def test_drift_is_looked_for_where_something_is_deployed(
    make_stacks: Callable[..., Deployment], monkeypatch: pytest.MonkeyPatch
) -> None:
    deployment = make_stacks({"vpc": [], "alb": ["vpc"], "logs": []})
    resource = {"mode": "managed", "type": "t", "name": "n", "instances": [{}]}
    states = {"vpc": RemoteState("", {}, [resource]), "logs": RemoteState("", {}, [])}
    monkeypatch.setattr(deployment, "state", states.get)
    monkeypatch.setattr(deployment, "synth", lambda: None)
    monkeypatch.setattr(deployment.aws, "require_account", lambda: None)
    planned = PlannedStacks((StackReview("vpc", drift=(GONE,)),), {})
    asked: list[list[str]] = []

    def plan(_: Deployment, names: list[str], __: dict[str, str], ___: object) -> PlannedStacks:
        asked.append(names)
        return planned

    monkeypatch.setattr(drift_review, "plan_stacks", plan)

    found = drift_review.review_drift(deployment, [])
    assert (found.stacks, found.not_deployed) == (planned.reviews, ("logs", "alb"))
    assert asked == [["vpc"]]
    assert drift_review.review_drift(deployment, ["alb"]).stacks == ()
    with pytest.raises(OpsError, match="there is no stack 'vcp'"):
        drift_review.review_drift(deployment, ["vcp"])
