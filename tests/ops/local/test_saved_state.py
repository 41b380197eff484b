"""When what the emulator saved belongs to the Terraform states that there are."""

import os
from pathlib import Path

import pytest

from ops.local.folder import LocalFolder
from ops.local.saved_state import SavedState

pytestmark = pytest.mark.unit


@pytest.fixture
def folder(tmp_path: Path) -> LocalFolder:
    """A folder with a Terraform state, and what the emulator saved."""
    made = LocalFolder(tmp_path / "local")
    made.create()
    vpc(made).parent.mkdir(parents=True)
    vpc(made).write_text("{}")
    (made.emulator_state / "ecs.json").write_text("{}")
    return made


@pytest.fixture
def saved(folder: LocalFolder) -> SavedState:
    made = SavedState(folder)
    made.record()
    return made


def vpc(folder: LocalFolder) -> Path:
    return folder.emulator_objects / "state-bucket" / "app" / "vpc.tfstate"


def test_what_is_recorded_is_current_and_what_is_not_is_not(folder: LocalFolder) -> None:
    saved = SavedState(folder)
    assert not saved.is_current()
    saved.record()
    assert saved.is_current()


def test_another_content_counts_and_another_time_does_not(folder: LocalFolder, saved: SavedState) -> None:
    os.utime(vpc(folder), (0, 0))
    assert saved.is_current()
    os.utime(vpc(folder))
    assert saved.is_current()
    vpc(folder).write_text("{ }")
    os.utime(vpc(folder), (0, 0))
    assert not saved.is_current()


def test_a_state_that_came_or_went_counts(folder: LocalFolder, saved: SavedState) -> None:
    new = vpc(folder).with_name("alb.tfstate")
    new.write_text("{}")
    assert not saved.is_current()
    new.unlink()
    assert saved.is_current()
    vpc(folder).unlink()
    assert not saved.is_current()


def test_what_a_state_was_before_and_other_objects_do_not_count(folder: LocalFolder, saved: SavedState) -> None:
    for other in (
        folder.emulator_objects / ".versions" / "state-bucket" / "vpc.tfstate",
        folder.emulator_objects / "data" / "a.csv",
    ):
        other.parent.mkdir(parents=True)
        other.write_text("{}")
    assert saved.is_current()


def test_without_what_was_saved_the_record_tells_nothing(folder: LocalFolder, saved: SavedState) -> None:
    saved.delete()
    assert saved.files() == {}
    assert not saved.is_current()


@pytest.mark.parametrize("damage", ["", "{"])
def test_a_record_that_was_cut_off_tells_nothing(folder: LocalFolder, saved: SavedState, damage: str) -> None:
    folder.saved_terraform_states.write_text(damage)
    assert not saved.is_current()


def test_what_cannot_be_recorded_is_not_current(folder: LocalFolder) -> None:
    folder.saved_terraform_states.mkdir()
    saved = SavedState(folder)
    saved.record()
    assert not saved.is_current()


def test_a_file_that_is_written_again_can_be_told(folder: LocalFolder, saved: SavedState) -> None:
    before = saved.files()
    assert list(before) == ["ecs.json"]
    os.utime(folder.emulator_state / "ecs.json", (0, 0))
    assert saved.files() != before
