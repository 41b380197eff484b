"""What is shown and asked before anything is applied to AWS."""

import io

import pytest
import typer

from config import Settings
from ops import session
from ops.deployment import Deployment, StackPlan
from ops.errors import OpsError
from ops.plan import Plan, ResourceChange
from ops.progress import Progress
from ops.verbs.deploy import _confirm

pytestmark = pytest.mark.unit

CHANGE = StackPlan(Plan((ResourceChange("replace", "aws_vpc.vpc", ("cidr_block (forces replacement)",)),)))
NO_CHANGE = StackPlan(Plan())
LATER = StackPlan(None, "needs vpc")


@pytest.fixture
def deployment(settings: Settings, progress: Progress) -> Deployment:
    return Deployment(settings, progress)


def test_changes_are_shown_and_applied_after_a_yes(
    deployment: Deployment, output: io.StringIO, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []

    def say_yes(_deployment: Deployment, question: str) -> str:
        asked.append(question)
        return "y"

    monkeypatch.setattr(session, "ask", say_yes)

    assert _confirm(deployment, {"vpc": CHANGE, "ecr": NO_CHANGE, "alb": LATER})

    assert asked == ["Apply this to environment 'local' (account 000000000000, us-east-1)? [y/N]"]
    assert output.getvalue().splitlines() == [
        "vpc: 1 to replace",
        "  -/+ aws_vpc.vpc: cidr_block (forces replacement)",
        "ecr: no changes",
        "alb: planned once what it needs is there",
    ]


@pytest.mark.parametrize("answer", ["", "n", "yep"])
def test_anything_but_a_yes_applies_nothing(
    deployment: Deployment, monkeypatch: pytest.MonkeyPatch, answer: str
) -> None:
    monkeypatch.setattr(session, "ask", lambda _deployment, _question: answer)

    with pytest.raises(typer.Exit) as ended:
        _confirm(deployment, {"vpc": CHANGE})

    assert ended.value.exit_code == 1


def test_nothing_is_asked_where_nothing_changes(deployment: Deployment) -> None:
    assert not _confirm(deployment, {"ecr": NO_CHANGE})


def test_nothing_is_asked_where_a_plan_failed(deployment: Deployment) -> None:
    with pytest.raises(OpsError, match=r"^vpc: no$"):
        _confirm(deployment, {"ecr": CHANGE, "vpc": StackPlan(None, failure="vpc: no")})


def test_without_a_terminal_a_question_is_an_error(deployment: Deployment, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO("y\n"))

    with pytest.raises(OpsError, match="give --yes"):
        _confirm(deployment, {"vpc": CHANGE})
