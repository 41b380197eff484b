"""cdktf ends at once on Ctrl-C; Terraform must get to the end all the same, and be waited for."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.programs import write_program

pytestmark = pytest.mark.unit

PROJECT = Path(__file__).parents[2]

# Saves its "state" a while after it was asked to stop. SIGHUP has its default effect unless it is ignored from outside.
TERRAFORM = """\
import pathlib, signal, sys, time
stop = []
signal.signal(signal.SIGINT, lambda *_: stop.append(1))
pathlib.Path("started").touch()
while not stop:
    time.sleep(0.05)
time.sleep(1)
pathlib.Path("state").write_text(" ".join(sys.argv[1:]))
"""
# Runs Terraform in a terminal of its own, and on Ctrl-C asks it to stop and ends, as cdktf 0.21.0 does.
CDKTF = """\
import os, pty, signal, sys, time
pid, terminal = pty.fork()
if pid == 0:
    for number in (signal.SIGHUP, signal.SIGINT):
        signal.signal(number, signal.SIG_DFL)
    os.execv(os.environ["TERRAFORM_BINARY_NAME"], ["terraform", "apply"])
def leave(*_):
    os.kill(pid, signal.SIGINT)
    time.sleep(0.1)
    os._exit(1)
signal.signal(signal.SIGINT, leave)
while True:
    time.sleep(0.05)
"""
RUN = """\
import os, sys
from pathlib import Path
from bootstrap import cdktf
sys.exit(cdktf.run([sys.executable, *sys.argv[1:]], Path.cwd(), os.environ))
"""


def start(folder: Path, *command: str) -> "subprocess.Popen[str]":
    terraform = folder / "terraform"
    write_program(terraform, TERRAFORM)
    env = os.environ | {"PYTHONPATH": str(PROJECT), "TERRAFORM_BINARY_NAME": str(terraform)}
    return subprocess.Popen(
        [sys.executable, "-c", RUN, *command],
        cwd=folder,
        env=env,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )


def test_terraform_survives_ctrl_c_and_is_waited_for(tmp_path: Path) -> None:
    run = start(tmp_path, "-c", CDKTF)
    while not (tmp_path / "started").exists():
        assert run.poll() is None, run.communicate()
        time.sleep(0.05)
    os.killpg(run.pid, signal.SIGINT)
    _, error = run.communicate(timeout=30)
    assert run.returncode == 1
    assert (tmp_path / "state").read_text() == "apply"
    assert error == "dashctl: waiting for Terraform to stop and to save its state\n"


@pytest.mark.parametrize(("code", "status"), [("raise SystemExit(5)", 5), ("import os; os.kill(os.getpid(), 9)", 137)])
def test_the_exit_code_is_that_of_cdktf(tmp_path: Path, code: str, status: int) -> None:
    run = start(tmp_path, "-c", code)
    _, error = run.communicate(timeout=30)
    assert (run.returncode, error) == (status, "")
