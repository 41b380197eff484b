"""The allow-list: what it lets pass, and what it refuses to be."""

from pathlib import Path

import pytest

from config.load import FOLDER
from ops.errors import OpsError
from ops.policy.allowed import Allowance, read_allowed, sort_findings
from tests.ops.policy.findings import ENTRY, FINDING
from tests.ops.policy.plans import GoodPlan

pytestmark = pytest.mark.unit


def entry(**changed: object) -> Allowance:
    return Allowance.model_validate(ENTRY | changed)


def write(folder: Path, **changed: object) -> Path:
    file = folder / "allowed.toml"
    pairs = (ENTRY | changed).items()
    file.write_text("[[allow]]\n" + "".join(f"{key} = {value!r}\n" for key, value in pairs if value is not None))
    return file


@pytest.mark.parametrize(
    "changed",
    [{}, {"resource": "task/definition"}, {"resource": "*/definition"}, {"stack": "*"}, {"resource": "aws_ecs_*.task"}],
)
def test_an_entry_lets_a_finding_pass(changed: dict[str, object]) -> None:
    outcome = sort_findings([FINDING], [entry(**changed)], "dev", scanned=[], all_stacks=True)
    assert not outcome.refused
    assert not outcome.stale
    assert outcome.allowed == ((FINDING, entry(**changed)),)


@pytest.mark.parametrize(
    "changed",
    [
        {"check": "DASH_CONTAINER_LOG"},
        {"stack": "vpc"},
        {"resource": "aws_ecs_task_definition.two"},
        {"resource": "definition"},
    ],
)
def test_an_entry_for_something_else_lets_nothing_pass_and_is_stale(changed: dict[str, object]) -> None:
    outcome = sort_findings([FINDING], [entry(**changed)], "dev", scanned=[], all_stacks=True)
    assert outcome.refused == (FINDING,)
    assert outcome.stale == (entry(**changed),)


def test_an_entry_of_another_environment_neither_holds_nor_is_stale() -> None:
    outcome = sort_findings([FINDING], [entry(environments=["prod"])], "dev", scanned=[], all_stacks=True)
    assert (outcome.refused, outcome.stale) == ((FINDING,), ())


def test_a_scan_of_some_stacks_tells_no_stale_entry() -> None:
    assert not sort_findings([], [entry()], "dev", scanned=[], all_stacks=False).stale


def test_an_entry_for_a_resource_that_only_some_settings_make_is_stale_only_where_it_is_made_and_passes() -> None:
    stack = GoodPlan().stack()
    made, absent = entry(if_made=True), entry(if_made=True, resource="aws_ecs_task_definition.three")
    assert sort_findings([], [made, absent], "dev", scanned=[stack], all_stacks=True).stale == (made,)


@pytest.mark.parametrize(
    ("changed", "problem"),
    [
        ({"reason": None}, "reason is missing"),
        ({"reason": ""}, "reason has to say in words why this is right"),
        ({"reason": "TODO"}, "reason has to say in words why this is right"),
        ({"check": ""}, "check has to be a text that is not empty"),
        ({"resource": None}, "resource is missing"),
        ({"environments": []}, "environments has to name one or more"),
        ({"why": "because"}, "why is unknown; known are check, stack"),
    ],
)
def test_an_entry_that_is_not_whole_is_refused(changed: dict[str, object], problem: str, tmp_path: Path) -> None:
    file = write(tmp_path, **changed)
    with pytest.raises(OpsError) as refused:
        read_allowed(file)
    assert str(refused.value).startswith(f"{file}: entry 1 ([[allow]]): {problem}")


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("[[allow", "allowed.toml cannot be read: "),
        ("[[allowed]]\n", "unknown table allowed: each entry is an"),
        ("allow = 1\n", "each entry is an"),
        ("allow = [1]\n", "each entry is an"),
    ],
)
def test_a_file_that_is_no_list_is_refused(text: str, problem: str, tmp_path: Path) -> None:
    file = tmp_path / "allowed.toml"
    file.write_text(text)
    with pytest.raises(OpsError, match=problem):
        read_allowed(file)


def test_without_a_file_nothing_is_allowed(tmp_path: Path) -> None:
    assert read_allowed(tmp_path / "allowed.toml") == []


def test_the_list_of_the_project_is_whole() -> None:
    assert read_allowed(FOLDER / "policy" / "allowed.toml")
