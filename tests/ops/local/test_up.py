"""`up` and `down` as a person runs them, with real Terraform, emulator and dashboard."""

import http.client
import os
import re
import signal
import subprocess
import sys
from pathlib import Path
from urllib.parse import urlsplit

import psutil
import pytest

from config import Settings
from ops.aws import Aws
from ops.local.agent_control import AgentControl
from ops.local.emulator import Emulator
from ops.local.folder import CHECKOUT
from tests.ops.local.fake_service import wait_until

pytestmark = pytest.mark.emulator


def dashctl(*arguments: str, seconds: float = 600) -> tuple[int, str]:
    """Run a verb; return its exit code and all that it printed."""
    done = subprocess.run(
        [sys.executable, "-m", "ops", *arguments],
        cwd=CHECKOUT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, timeout=seconds
    )  # fmt: skip
    return done.returncode, done.stdout


def page(address: str) -> str:
    parts = urlsplit(address)
    connection = http.client.HTTPConnection("127.0.0.1", parts.port, timeout=10)
    try:
        connection.request("GET", "/", headers={"Host": parts.netloc})
        return connection.getresponse().read().decode()
    finally:
        connection.close()


@pytest.mark.timeout(1800)
def test_up_comes_up_stays_up_comes_back_and_goes_down(
    settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CDKTF_OUTDIR", str(tmp_path / "out"))
    emulator, agent = Emulator(settings), AgentControl(settings)
    try:
        # It comes up from nothing.
        code, output = dashctl("up", seconds=1200)
        assert code == 0, output
        assert "\x1b" not in output
        address = re.search(r"the dashboard: (\S+)", output)
        assert address is not None, output
        assert "_dash-config" in page(address[1])
        tasks = {task.id for task in agent.record().ready_tasks}  # type: ignore[union-attr]
        assert len(tasks) == 2
        assert dashctl("status")[0] == 0

        # Run again, it changes nothing.
        code, output = dashctl("up")
        assert code == 0, output
        assert len(re.findall(r": unchanged$", output, re.MULTILINE)) == 7, output
        assert {task.id for task in agent.record().ready_tasks} == tasks  # type: ignore[union-attr]

        # A person's own data stay, also when everything was killed.
        own = tmp_path / "own.csv"
        own.write_text("country,continent,year,lifeExp,pop,gdpPercap\nMine,Europe,2000,70,10,1\n")
        assert dashctl("data", "push", str(own))[0] == 0
        record = agent.record()
        assert record is not None
        started = [record.process, *(task.process for task in record.tasks), emulator.running().process]  # type: ignore[union-attr]
        for process in started:
            os.kill(process.pid, signal.SIGKILL)
        wait_until("all are gone", lambda: not any(process.is_running() for process in started))
        assert dashctl("status")[0] == 1
        code, output = dashctl("up")
        assert code == 0, output
        assert "data: kept as it is" in output
        assert "_dash-config" in page(address[1])
        found = Aws(settings).s3.get_object(Bucket=settings.data_bucket_name, Key=settings.bucket.object_key)
        assert found["Body"].read() == own.read_bytes()

        # It goes down, with all that it started.
        ours = [*_below(agent.record().process.pid), emulator.running().process.pid]  # type: ignore[union-attr]
        assert len(ours) > 3
        code, output = dashctl("down")
        assert code == 0, output
        assert [pid for pid in ours if psutil.pid_exists(pid)] == []
        assert emulator.folder.exists()
        assert "none were running" in dashctl("down")[1]

        # And is forgotten when that is asked for.
        code, output = dashctl("down", "--volumes")
        assert code == 0, output
        assert not emulator.folder.root.exists()
        assert not list((tmp_path / "out" / "stacks").iterdir())
    finally:
        agent.stop()
        emulator.stop()


def _below(pid: int) -> list[int]:
    """Return a process and all that it started."""
    process = psutil.Process(pid)
    return [pid, *(child.pid for child in process.children(recursive=True))]


@pytest.mark.parametrize("verb", ["up", "down"])
def test_up_and_down_are_for_this_machine_only(verb: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DASH_ENV", "dev")
    monkeypatch.setenv("DASH__AWS__ACCOUNT_ID", "123456789012")
    for name in ("DASH__LOCAL__PORT", "DASH__LOCAL__FOLDER"):
        monkeypatch.delenv(name, raising=False)
    code, output = dashctl(verb)
    assert code == 1
    assert "environment 'dev' is on AWS" in output
    assert "Traceback" not in output


@pytest.mark.parametrize("verb", ["up", "down"])
def test_two_at_once_do_not_get_in_each_others_way(verb: str, settings: Settings) -> None:
    folder = Emulator(settings).folder
    folder.create()
    with folder.lock():
        code, output = dashctl(verb)
    assert code == 1
    assert "runs: wait for it to end" in output


def test_down_where_nothing_runs_says_so(environ: dict[str, str]) -> None:
    code, output = dashctl("down")
    assert (code, "nothing runs" in output) == (0, True)


def test_verbs_before_the_first_up_name_it(environ: dict[str, str]) -> None:
    for verb in (["status"], ["open"], ["data", "push", "pyproject.toml"]):
        code, output = dashctl(*verb)
        assert code == 1, output
        assert "Traceback" not in output
    assert "./dashctl up" in dashctl("status")[1]
    assert "./dashctl up" in dashctl("logs")[1]
