"""Tools run quietly and logged, and their failures are explained."""

import sys
from pathlib import Path

import pytest

from bootstrap import tools
from bootstrap.errors import BootstrapError

pytestmark = pytest.mark.unit


def run(folder: Path, code: str) -> str:
    with (folder / "lock").open("w") as lock:
        runner = tools.Tools(folder / "log", lock.fileno(), lambda: None)
        return runner.run("pip", [sys.executable, "-c", code], log="tool", env={})


def test_the_output_is_kept_and_nothing_is_shown(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    assert run(tmp_path, "import sys; print('out', flush=True); print('err', file=sys.stderr)") == "out\nerr\n"
    assert (tmp_path / "log" / "tool.log").read_text() == "out\nerr\n"
    assert capfd.readouterr() == ("", "")


def test_a_tool_cannot_wait_for_input(tmp_path: Path) -> None:
    assert run(tmp_path, "import sys; print(sys.stdin.read() == '')") == "True\n"


def test_a_failure_is_explained(tmp_path: Path) -> None:
    with pytest.raises(BootstrapError, match=r"pip failed \(pip says: ERROR: odd\); log: .*/log/tool\.log"):
        run(tmp_path, "import sys; print('ERROR: odd'); sys.exit(2)")


def test_a_full_disk_is_told_although_the_log_could_not(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tools, "free_bytes", lambda _: 0)
    with pytest.raises(BootstrapError, match="the disk is full: free about 2 GB"):
        run(tmp_path, "import sys; print('ERROR: Could not ins'); sys.exit(1)")
