"""Processes that outlive their starter."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from ops.local.processes import ProcessRecord, last_lines, spawn
from tests.ops.local.fake_service import wait_until

pytestmark = pytest.mark.unit

SLEEP = [sys.executable, "-c", "import time; time.sleep(60)"]
STUBBORN = "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); print('up', flush=True); time.sleep(60)"


@pytest.fixture
def sleeper() -> Iterator[ProcessRecord]:
    with subprocess.Popen(SLEEP, start_new_session=True) as child:
        yield ProcessRecord.of(child.pid)
        child.kill()


def test_a_process_is_found_again_and_stopped(sleeper: ProcessRecord) -> None:
    assert sleeper.is_running()
    assert sleeper.stop(10)
    assert not sleeper.is_running()


def test_a_recycled_process_id_is_neither_running_nor_stopped(sleeper: ProcessRecord) -> None:
    former = ProcessRecord(pid=sleeper.pid, started=sleeper.started - 3600)
    assert not former.is_running()
    assert former.stop(1)
    former.send(signal.SIGKILL)
    former.kill_group()
    time.sleep(0.3)
    assert sleeper.is_running()


def test_a_process_that_ignores_the_request_to_end_is_killed(tmp_path: Path) -> None:
    log = tmp_path / "log"
    _, record = spawn([sys.executable, "-c", STUBBORN], environment={}, folder=tmp_path, log=log)
    wait_until("it is up", lambda: last_lines(log, 1))
    assert not record.stop(0.5)
    assert not record.is_running()


def test_a_spawned_process_is_away_from_the_terminal_with_its_output_in_the_log(tmp_path: Path) -> None:
    program = "import os, sys; print(os.getsid(0) == os.getpid(), sys.stdin.read() == '', dict(os.environ).get('A'))"
    log = tmp_path / "log"
    log.write_text("before\n")
    child, _ = spawn([sys.executable, "-c", program], environment={"A": "b"}, folder=tmp_path, log=log)
    assert child.wait(20) == 0
    assert log.read_text() == "before\nTrue True b\n"


def test_what_a_process_left_behind_is_killed_with_its_group(tmp_path: Path) -> None:
    program = "import os, time\nif os.fork() == 0: time.sleep(60)\nos._exit(0) if os.getpid() == os.getsid(0) else None"
    child, record = spawn([sys.executable, "-c", program], environment={}, folder=tmp_path, log=tmp_path / "log")
    wait_until("the leader has ended", lambda: not record.is_running())
    members = [process for process in psutil.process_iter() if _group(process.pid) == record.pid]
    assert any(process.status() != psutil.STATUS_ZOMBIE for process in members)
    record.kill_group()
    gone, alive = psutil.wait_procs([process for process in members if process.pid != record.pid], timeout=10)
    assert (len(gone), alive) == (1, [])
    child.wait()


def test_what_a_process_started_ends_with_it_when_it_is_stopped(tmp_path: Path) -> None:
    log = tmp_path / "log"
    program = f"import subprocess\nprint(subprocess.Popen({SLEEP!r}).pid, flush=True)\nimport time; time.sleep(60)"
    _, record = spawn([sys.executable, "-c", program], environment={}, folder=tmp_path, log=log)
    (pid,) = wait_until("it has started another", lambda: last_lines(log, 1))
    started = ProcessRecord.of(int(pid))
    assert record.stop(10)
    wait_until("the other has ended too", lambda: not started.is_running(), seconds=10)


def test_a_zombie_is_not_running(tmp_path: Path) -> None:
    child, record = spawn([sys.executable, "-c", ""], environment={}, folder=tmp_path, log=tmp_path / "log")
    wait_until("it has ended", lambda: psutil.Process(record.pid).status() == psutil.STATUS_ZOMBIE)
    assert not record.is_running()
    child.wait()


def test_the_last_lines_of_a_log(tmp_path: Path) -> None:
    log = tmp_path / "log"
    assert last_lines(log, 3) == []
    log.write_bytes(b"x" * 5000 + b"\none\ntwo\n\xff\n")
    assert last_lines(log, 3) == ["one", "two", "�"]


def _group(pid: int) -> int:
    try:
        return os.getpgid(pid)
    except ProcessLookupError:
        return 0
