"""What `up`, `down` and the other local verbs refuse. tests/local brings a whole deployment up and down."""

import subprocess
import sys

import pytest

from config import Settings
from ops.local.emulator import Emulator
from ops.local.folder import CHECKOUT

pytestmark = pytest.mark.emulator


def dashctl(*arguments: str, seconds: float = 600) -> tuple[int, str]:
    """Run a verb; return its exit code and all that it printed."""
    done = subprocess.run(
        [sys.executable, "-m", "ops", *arguments],
        cwd=CHECKOUT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, timeout=seconds
    )  # fmt: skip
    return done.returncode, done.stdout


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
