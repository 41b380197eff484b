"""The log files of the local tasks."""

from itertools import islice
from pathlib import Path

import pytest

from ops.errors import OpsError
from ops.local.folder import LocalFolder
from ops.local.task_logs import follow_logs, read_logs

pytestmark = pytest.mark.unit


@pytest.fixture
def folder(tmp_path: Path) -> LocalFolder:
    folder = LocalFolder(tmp_path / "local")
    folder.create()
    return folder


def test_the_last_lines_of_each_task_carry_its_id(folder: LocalFolder) -> None:
    (folder.task_logs / "aa11.log").write_text("one\ntwo\nthree\n")
    (folder.task_logs / "bb22.log").write_text("four\n")
    assert list(read_logs(folder, None, 2)) == ["aa11 | two", "aa11 | three", "bb22 | four"]
    assert list(read_logs(folder, "bb", 2)) == ["bb22 | four"]


def test_an_unknown_task_is_refused_with_those_that_there_are(folder: LocalFolder) -> None:
    with pytest.raises(OpsError, match="there is no task yet"):
        list(read_logs(folder, None, 5))
    (folder.task_logs / "aa11.log").touch()
    with pytest.raises(OpsError, match="there is no task 'cc'; there are: aa11"):
        list(read_logs(folder, "cc", 5))


def test_following_shows_what_is_added_also_by_later_tasks_and_no_half_lines(folder: LocalFolder) -> None:
    first = folder.task_logs / "aa11.log"
    first.write_text("old\n")
    lines = follow_logs(folder, None, 10)
    assert next(lines) == "aa11 | old"
    with first.open("a") as log:
        log.write("new\nhal")
    (folder.task_logs / "bb22.log").write_text("other\n")
    assert list(islice(lines, 2)) == ["aa11 | new", "bb22 | other"]
    with first.open("a") as log:
        log.write("f\n")
    assert next(lines) == "aa11 | half"
