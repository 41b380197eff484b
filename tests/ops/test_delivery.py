"""What a deployment does, in which order, for the version that it delivers."""

import io
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from types import SimpleNamespace

import pytest

from config import Settings
from ops import delivery, page
from ops.data import Finding, Findings, Summary
from ops.delivery import apply_with_data, provide_data, provide_image, require_good, see_it_run, seen_before
from ops.deployment import Deployment, StackPlan
from ops.errors import OpsError
from ops.images import provide, registry
from ops.local.agent_control import AgentControl
from ops.plan import Plan
from ops.progress import Progress
from ops.rollout import retry, watch
from ops.rollout.observed import Observed

pytestmark = pytest.mark.unit

GOOD = Summary(rows=3, countries=1, years=(1952, 1962))
VARIABLES = {"dashboard_version": "1.0.0"}


class Recorded(Deployment):
    """A deployment that notes what it is told to do, in its order."""

    done: list[object]
    missing: Mapping[str, Sequence[str]] = {}

    def with_missing_producers(self, names: Sequence[str]) -> list[str]:
        return [producer for name in names for producer in (*self.missing.get(name, ()), name)]

    def apply(
        self,
        *names: str,
        variables: Mapping[str, str] | None = None,
        plans: Mapping[str, StackPlan] | None = None,
        changed_before: object = (),
        skip_unchanged: bool = False,
    ) -> set[str]:
        assert skip_unchanged
        self.done.append(("apply", names, variables, plans, changed_before))
        return {name for name in names if name == "encryption"}

    def outputs(self, name: str) -> dict[str, str]:
        return {"dashboard_url": "http://dashboard.example/"}


@pytest.fixture
def here(settings: Settings, progress: Progress) -> Recorded:
    made = Recorded(settings, progress)
    made.done = []
    return made


@pytest.fixture
def uploads(here: Recorded, monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """Return a function that says whether the bucket has data, and has uploads noted in `here.done`."""

    def set_up(*, has_data: bool, new: bool = True) -> None:
        monkeypatch.setattr(delivery, "object_exists", lambda _: has_data)
        monkeypatch.setattr(delivery, "check", lambda _file, _settings: GOOD)
        monkeypatch.setattr(delivery, "write_sample", lambda file: file.write_text("sample"))

        def push(_aws: object, file: Path, summary: Summary) -> SimpleNamespace:
            here.done.append(("push", file.name, summary))
            return SimpleNamespace(new=new)

        monkeypatch.setattr(delivery, "push", push)

    return set_up


class Approved:
    """An approval that notes what it was asked for."""

    def __init__(self, here: Recorded) -> None:
        self._here = here

    def apply(self, names: Sequence[str], variables: Mapping[str, str], purpose: str) -> None:
        self._here.done.append((purpose, tuple(names), variables))


@pytest.mark.parametrize("there", [True, False])
def test_the_registry_is_made_only_for_a_version_that_is_missing(
    here: Recorded, monkeypatch: pytest.MonkeyPatch, there: bool
) -> None:
    here.missing = {"ecr": ["encryption"]}
    monkeypatch.setattr(registry, "find_image", lambda _aws, _version: object() if there else None)
    monkeypatch.setattr(provide, "provide_image", lambda _here, version, _step: here.done.append(version))
    provide_image(here, "1.0.0", Approved(here))  # type: ignore[arg-type]
    asked: object = (f"Put version 1.0.0 into the registry {here.settings.repository_name}", ("encryption", "ecr"), {})
    assert here.done == (["1.0.0"] if there else [asked, "1.0.0"])


def test_data_are_there_before_the_service_is(here: Recorded, uploads: Callable[..., None]) -> None:
    uploads(has_data=False)
    here.missing = {"bucket": ["encryption", "logs"]}
    plans = {"service": StackPlan(Plan())}
    apply_with_data(here, ["encryption", "bucket", "vpc", "service"], VARIABLES, plans, None)
    assert here.done == [
        ("apply", ("encryption", "bucket"), VARIABLES, plans, ()),
        ("push", "sample.csv", GOOD),
        # A plan of a stack that needs what changed in the first step is made anew.
        ("apply", ("vpc", "service"), VARIABLES, plans, {"encryption"}),
    ]


def test_data_that_are_there_are_kept(here: Recorded, uploads: Callable[..., None], output: io.StringIO) -> None:
    uploads(has_data=True)
    provide_data(here, None)
    assert here.done == []
    assert "data: kept as they are" in output.getvalue()


def test_a_file_that_is_named_is_uploaded_in_any_case(
    here: Recorded, uploads: Callable[..., None], output: io.StringIO, tmp_path: Path
) -> None:
    uploads(has_data=True, new=False)
    provide_data(here, tmp_path / "own.parquet")
    assert here.done == [("push", "own.parquet", GOOD)]
    assert "data: own.parquet is there already" in output.getvalue()


def test_a_bad_file_is_refused_by_its_first_fault(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    found = Findings(findings=[Finding(row=2, column="pop", message="'many' is not a number")], total=7)
    monkeypatch.setattr(delivery, "check", lambda _file, _settings: found)
    with pytest.raises(OpsError) as refused:
        require_good(Path("bad.csv"), settings)
    assert str(refused.value) == (
        "bad.csv is refused: 'many' is not a number (row 2, pop); 7 findings, which ./dashctl data validate lists"
    )


@pytest.fixture
def runs(here: Recorded, monkeypatch: pytest.MonkeyPatch) -> Recorded:
    """A deployment whose agent, rollout and page are noted, and go well."""
    wanted = SimpleNamespace(version="1.0.0")
    monkeypatch.setattr(AgentControl, "start", lambda _: here.done.append("agent"))
    monkeypatch.setattr(watch, "wanted_of", lambda _: wanted)
    monkeypatch.setattr(retry, "retry_given_up", lambda _aws, _wanted, before, _step: here.done.append(before))

    def two_tasks(*_: object, **options: object) -> int:
        here.done.append(("watch", options))
        return 2

    def page_of(_: object, url: str, *, version: str) -> str:
        here.done.append(("page", url, version))
        return "answers"

    monkeypatch.setattr(watch, "watch", two_tasks)
    monkeypatch.setattr(page, "look_at_page", page_of)
    return here


def test_the_end_is_a_page_that_answers(runs: Recorded, output: io.StringIO) -> None:
    assert see_it_run(runs, timeout_minutes=3, failures=5) == "http://dashboard.example/"
    assert runs.done == [
        "agent",
        ("watch", {"before": None, "timeout_minutes": 3, "failures": 5}),
        ("page", "http://dashboard.example/", "1.0.0"),
    ]
    assert "dashboard: answers" in output.getvalue()


def test_what_was_seen_before_is_told_to_the_watch_and_tried_again(runs: Recorded) -> None:
    before = Observed(desired_count=2)
    see_it_run(runs, before=before)
    assert runs.done[1:3] == [before, ("watch", {"before": before, "timeout_minutes": None, "failures": 1})]


@pytest.mark.parametrize(
    ("deployed", "agent_runs", "seen"), [("1.0.0", True, True), ("1.0.0", False, False), (None, True, False)]
)
def test_what_failed_before_is_seen_where_something_is_deployed_and_tasks_are_looked_after(
    deployed: str | None, agent_runs: bool, seen: bool, runs: Recorded, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = Observed(desired_count=2)
    monkeypatch.setattr(runs, "deployed_version", lambda: deployed)
    monkeypatch.setattr(AgentControl, "record", lambda _: object() if agent_runs else None)
    monkeypatch.setattr(watch, "look", lambda _here, _wanted: before)
    assert seen_before(runs) == (before if seen else None)


def test_where_no_task_shall_run_there_is_no_page(runs: Recorded, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(watch, "watch", lambda *_, **__: 0)
    assert see_it_run(runs) == "http://dashboard.example/"
    assert runs.done == ["agent"]


def test_an_interrupt_says_that_ecs_goes_on(
    runs: Recorded, output: io.StringIO, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupted(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(watch, "watch", interrupted)
    with pytest.raises(KeyboardInterrupt):
        see_it_run(runs)
    assert "ECS goes on with the deployment by itself: ./dashctl status tells how it went" in output.getvalue()
    assert runs.done == ["agent"]
