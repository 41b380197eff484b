"""`deploy`: what it refuses before anything is made, and the order of what it does."""

import io
from collections.abc import Sequence
from pathlib import Path

import pytest

from ops import approval, delivery
from ops.deployment import Deployment, StackPlan
from ops.errors import OpsError
from ops.images import provide
from ops.plan import Plan, ResourceChange
from ops.progress import Progress
from ops.verbs import deploy
from tests.settings import settings_of

pytestmark = pytest.mark.unit

STACKS = ["state", "ecr", "bucket", "service", "monitoring"]
CHANGE = StackPlan(Plan((ResourceChange("update", "aws_x.y"),)))


class Here(Deployment):
    """A deployment that notes what is done to it."""

    done: list[object]
    deployed: str | None = "1.0.0"

    @property
    def names(self) -> list[str]:
        return STACKS

    def with_missing_producers(self, names: Sequence[str]) -> list[str]:
        return list(names)

    def deployed_version(self) -> str | None:
        return self.deployed

    def ensure_state(self, *, skip_unchanged: bool = False) -> None:
        self.done.append("state")

    def plan(self, *names: str, variables: object = None, keep: bool = False) -> dict[str, StackPlan]:
        self.done.append(("plan", names, variables))
        return dict.fromkeys(names, CHANGE)

    def apply(self, *names: str, variables: object = None, **_: object) -> set[str]:
        self.done.append(("apply", names))
        return set(names)

    def forget_plans(self, *names: str) -> None:
        self.done.append(("forget", names))


@pytest.fixture
def here(progress: Progress, monkeypatch: pytest.MonkeyPatch) -> Here:
    made = Here(settings_of({"DASH_ENV": "prod", "DASH__AWS__ACCOUNT_ID": "123456789012"}), progress)
    made.done = []
    monkeypatch.setattr(approval, "bucket_exists", lambda _: True)
    monkeypatch.setattr(provide, "check_can_provide", lambda _here, version: made.done.append(("check", version)))
    monkeypatch.setattr(delivery, "provide_image", lambda _here, version, _: made.done.append(("image", version)))
    monkeypatch.setattr(delivery, "provide_data", lambda _here, file: made.done.append(("data", file)))
    monkeypatch.setattr(delivery, "require_good", lambda file, _: made.done.append(("judge", file)))
    monkeypatch.setattr(delivery, "seen_before", lambda _: "before")

    def see_it_run(_: object, *, before: object, timeout_minutes: float | None) -> str:
        made.done.append(("run", before, timeout_minutes))
        return "https://dashboard.example/"

    monkeypatch.setattr(delivery, "see_it_run", see_it_run)
    return made


def run(here: Here, *stacks: str, version: str | None = None, yes: bool = True, file: Path | None = None) -> None:
    deploy._deploy(here, list(stacks), version, yes, file, 7)


def test_everything_in_its_order(here: Here) -> None:
    run(here, version="1.4.0", file=Path("own.csv"))
    rest = ("ecr", "bucket", "service", "monitoring")
    assert here.done == [
        ("check", "1.4.0"),
        ("judge", Path("own.csv")),
        "state",
        ("image", "1.4.0"),
        ("plan", rest, {"dashboard_version": "1.4.0"}),
        ("apply", ("bucket",)),
        ("data", Path("own.csv")),
        ("apply", ("ecr", "service", "monitoring")),
        ("run", "before", 7),
    ]


def test_without_a_version_the_deployed_one_is_deployed_again(here: Here, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("TF_VAR_dashboard_version", raising=False)
    run(here)
    assert here.done[0] == ("check", "1.0.0")


def test_a_first_deployment_needs_a_version(here: Here, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("TF_VAR_dashboard_version", raising=False)
    here.deployed = None
    with pytest.raises(OpsError, match=r"no version is deployed yet: name the one to deploy with --version"):
        run(here)
    assert here.done == []


def test_stacks_without_the_service_are_deployed_without_a_version(here: Here) -> None:
    run(here, "bucket")
    assert here.done == ["state", ("plan", ("bucket",), {}), ("apply", ("bucket",))]


@pytest.mark.parametrize(
    ("stacks", "said"), [(("bucket",), "--data goes with the service"), (("buckets",), "there is no stack 'buckets'")]
)
def test_what_makes_no_sense_is_refused_before_anything_is_made(here: Here, stacks: tuple[str, ...], said: str) -> None:
    with pytest.raises(OpsError, match=said):
        run(here, *stacks, file=Path("own.csv"))
    assert here.done == []


def test_what_nobody_approves_is_not_applied(here: Here, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO("y\n"))
    with pytest.raises(OpsError, match="there is no terminal to ask on"):
        run(here, version="1.4.0", yes=False)
    planned = ("ecr", "bucket", "service", "monitoring")
    assert here.done[-2:] == [("plan", planned, {"dashboard_version": "1.4.0"}), ("forget", planned)]
