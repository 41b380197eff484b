"""What is shown and asked before anything is applied to AWS."""

import io
from collections.abc import Callable

import pytest
import typer

from config import Settings
from ops import approval
from ops.approval import Approval
from ops.deployment import Deployment, StackPlan
from ops.errors import OpsError
from ops.plan import Plan, ResourceChange
from ops.progress import Progress
from tests.settings import settings_of

pytestmark = pytest.mark.unit

CHANGE = StackPlan(Plan((ResourceChange("replace", "aws_vpc.vpc", ("cidr_block (forces replacement)",)),)))
NO_CHANGE = StackPlan(Plan())
LATER = StackPlan(None, "needs vpc")
VARIABLES = {"dashboard_version": "1.0.0"}


class Planned(Deployment):
    """A deployment whose plans are given, and that notes what it is told to apply."""

    plans: dict[str, StackPlan]
    applied: dict[str, StackPlan] | None = None
    forgotten: tuple[str, ...] = ()

    def plan(self, *names: str, variables: object = None, keep: bool = False) -> dict[str, StackPlan]:
        assert keep
        assert variables == VARIABLES
        return {name: self.plans[name] for name in names}

    def forget_plans(self, *names: str) -> None:
        self.forgotten = names

    def apply(self, *names: str, variables: object = None, plans: object = None, **_: object) -> set[str]:
        assert variables == VARIABLES
        assert isinstance(plans, dict)
        self.applied = {name: plans[name] for name in names}
        return set(names)


@pytest.fixture
def here(progress: Progress) -> Planned:
    return Planned(settings_of({"DASH_ENV": "prod", "DASH__AWS__ACCOUNT_ID": "123456789012"}), progress)


Answer = Callable[[str], list[str]]


@pytest.fixture
def answer(monkeypatch: pytest.MonkeyPatch) -> Answer:
    """Return a function that gives an answer to every question, and returns the list of the questions."""

    def give(text: str) -> list[str]:
        asked: list[str] = []

        def ask(_: Deployment, question: str) -> str:
            asked.append(question)
            return text

        monkeypatch.setattr(approval, "ask", ask)
        return asked

    return give


def test_changes_are_shown_and_returned_after_a_yes(here: Planned, output: io.StringIO, answer: Answer) -> None:
    here.plans = {"vpc": CHANGE, "ecr": NO_CHANGE, "alb": LATER}
    asked = answer("y")

    assert Approval(here, given=False).of_plans(["vpc", "ecr", "alb"], VARIABLES) == here.plans
    assert here.forgotten == ()

    assert asked == ["Apply this in environment 'prod' (account 123456789012, us-east-1)? [y/N]"]
    assert output.getvalue().splitlines() == [
        "vpc: 1 to replace",
        "  -/+ aws_vpc.vpc: cidr_block (forces replacement)",
        "ecr: no changes",
        "alb: planned once what it needs is there",
    ]


@pytest.mark.parametrize("said", ["", "n", "yep"])
def test_anything_but_a_yes_ends_it(here: Planned, answer: Answer, said: str) -> None:
    here.plans = {"vpc": CHANGE}
    answer(said)
    with pytest.raises(typer.Exit) as ended:
        Approval(here, given=False).of_plans(["vpc"], VARIABLES)
    assert ended.value.exit_code == 1
    assert here.forgotten == ("vpc",)


def test_nothing_is_asked_where_nothing_changes(here: Planned, answer: Answer) -> None:
    here.plans = {"ecr": NO_CHANGE}
    asked = answer("n")
    assert Approval(here, given=False).of_plans(["ecr"], VARIABLES) == here.plans
    assert asked == []


def test_what_is_more_than_stacks_is_asked_in_any_case(here: Planned, answer: Answer) -> None:
    here.plans = {"ecr": NO_CHANGE}
    asked = answer("yes")
    Approval(here, given=False).apply(["ecr"], VARIABLES, "Put version 1.0.0 into the registry")
    assert asked == [
        "Put version 1.0.0 into the registry in environment 'prod' (account 123456789012, us-east-1)? [y/N]"
    ]
    assert here.applied == {"ecr": NO_CHANGE}


def test_what_was_refused_is_not_applied(here: Planned, answer: Answer) -> None:
    here.plans = {"ecr": CHANGE}
    answer("n")
    with pytest.raises(typer.Exit):
        Approval(here, given=False).apply(["ecr"], VARIABLES, "Put version 1.0.0 into the registry")
    assert here.applied is None


def test_nothing_is_asked_where_a_plan_failed(here: Planned, answer: Answer) -> None:
    here.plans = {"ecr": CHANGE, "vpc": StackPlan(None, failure="vpc: no")}
    asked = answer("y")
    with pytest.raises(OpsError, match=r"^vpc: no$"):
        Approval(here, given=False).of_plans(["ecr", "vpc"], VARIABLES)
    assert asked == []


def test_with_a_given_approval_changes_are_shown_and_nothing_is_asked(
    here: Planned, output: io.StringIO, answer: Answer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(approval, "bucket_exists", lambda _: False)
    here.plans = {"vpc": CHANGE}
    asked = answer("n")
    assert Approval(here, given=True).of_plans(["vpc"], VARIABLES) == here.plans
    Approval(here, given=True).of_state_bucket()
    assert asked == []
    assert "vpc: 1 to replace" in output.getvalue()


def test_on_this_machine_nothing_is_planned_first_nor_asked(
    progress: Progress, settings: Settings, answer: Answer
) -> None:
    asked = answer("n")
    assert Approval(Planned(settings, progress), given=False).of_plans(["ecr"], VARIABLES) is None
    assert asked == []


@pytest.mark.parametrize("exists", [True, False])
def test_the_state_bucket_is_asked_for_where_it_is_missing(
    here: Planned, answer: Answer, monkeypatch: pytest.MonkeyPatch, exists: bool
) -> None:
    monkeypatch.setattr(approval, "bucket_exists", lambda _: exists)
    asked = answer("y")
    Approval(here, given=False).of_state_bucket()
    bucket = here.settings.state_bucket_name
    question = f"Make the bucket {bucket} for the Terraform state, in account 123456789012? [y/N]"
    assert asked == ([] if exists else [question])


def test_without_a_terminal_a_question_is_an_error(here: Planned, monkeypatch: pytest.MonkeyPatch) -> None:
    here.plans = {"vpc": CHANGE}
    monkeypatch.setattr("sys.stdin", io.StringIO("y\n"))
    with pytest.raises(OpsError, match="give --yes"):
        Approval(here, given=False).of_plans(["vpc"], VARIABLES)
