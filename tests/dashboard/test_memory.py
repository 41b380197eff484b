from pathlib import Path

import pytest

from dashboard import memory
from dashboard.config import Config, ConfigError
from dashboard.memory import MIB, Room, TooLargeError, limit_bytes, resident_bytes, room, task_bytes
from dashboard.reading import read
from tests.dashboard.files import Content, csv, parquet, parse

pytestmark = pytest.mark.unit

TIGHT = Room(free=100 * MIB, limit=512 * MIB)


class Announced(Content):
    """A file that is said to be larger than it is, and fails the test when more than its beginning is read."""

    @property
    def size(self) -> int:
        return 400 * MIB


@pytest.mark.parametrize(
    ("content", "kind"), [(csv("Canada,X,1952,1,1,1"), "CSV"), (parquet(), "Parquet file")], ids=["CSV", "Parquet"]
)
def test_a_file_is_refused_by_its_size_before_it_is_read(
    content: bytes, kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for reader in ("dashboard.csv_reader.read_csv", "dashboard.parquet_reader.read_parquet"):
        monkeypatch.setattr(reader, lambda *_: pytest.fail("it was read"))
    with pytest.raises(TooLargeError) as refused:
        read(Announced(content), TIGHT)
    message = str(refused.value)
    assert message.startswith(f"The {kind} has 400 MiB, so loading takes about ")
    assert "100 MiB of the task's 512 MiB are left for it. Give the task more memory, or upload fewer rows" in message
    assert "\n" not in message


def test_a_csv_of_very_short_rows_is_refused_by_its_rows_while_it_is_read() -> None:
    # 12 MB as a file: by its size it would fit.
    rows = [f"C{i // 9999:02},X,{i % 9999 + 1},1,1,1" for i in range(700_000)]
    content = csv(*rows)
    small = Room(free=round(len(content) * 1.5) + 25 * MIB, limit=512 * MIB)
    with pytest.raises(TooLargeError, match=r"There are at least [\d,]+ rows of \d+ countries"):
        parse(content, small)


def test_a_small_file_fits() -> None:
    assert parse(csv("Canada,X,1952,1,1,1"), TIGHT).row_count == 1


def test_workers_share_the_tasks_memory() -> None:
    one, four = room(4096, 1), room(4096, 4)
    assert one.limit == four.limit == 4096 * MIB
    assert one.free is not None
    assert four.free is not None
    assert 0 < four.free < one.free / 2


def test_a_task_that_is_full_has_no_room() -> None:
    assert room(1, 1).free == 0
    with pytest.raises(TooLargeError):
        parse(csv("Canada,X,1952,1,1,1"), room(1, 1))


@pytest.mark.parametrize(
    ("content", "limit"), [("536870912\n", 512 * MIB), ("max\n", None), ("9223372036854771712\n", None)]
)
def test_the_containers_limit_counts_where_it_has_one(
    content: str, limit: int | None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(memory, "_CGROUP_LIMITS", ())
    machine = limit_bytes()
    file = tmp_path / "memory.max"
    file.write_text(content)
    monkeypatch.setattr(memory, "_CGROUP_LIMITS", (tmp_path / "none", file))
    assert limit_bytes() == (limit or machine)
    assert room(0, 1).limit == (limit or machine)


def test_the_tasks_memory_is_a_setting() -> None:
    assert Config.from_environment({"BUCKET_NAME": "plotly-data"}).memory_mib == 0
    assert Config.from_environment({"BUCKET_NAME": "plotly-data", "MEMORY_MIB": "2048"}).memory_mib == 2048
    with pytest.raises(ConfigError, match="MEMORY_MIB='2 GB'"):
        Config.from_environment({"BUCKET_NAME": "plotly-data", "MEMORY_MIB": "2 GB"})


def test_what_the_process_holds_is_known(monkeypatch: pytest.MonkeyPatch) -> None:
    held = resident_bytes()
    assert 10 * MIB < held < 4096 * MIB
    monkeypatch.setattr(memory, "_STATM", Path("/nonexistent"))
    assert resident_bytes() >= held / 2


def test_a_task_needs_room_for_two_data_sets_and_for_every_worker() -> None:
    small = task_bytes(3000, 30, name_bytes=300, held=0)
    large = task_bytes(1_000_000, 10_000, name_bytes=100_000, held=0)
    assert small < 300 * MIB
    assert large - small > 1_000_000 * 26 * 3
    assert task_bytes(3000, 30, name_bytes=300, held=0, workers=3) > 2 * small
