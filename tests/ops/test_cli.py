"""The command line: what it loads, lists, refuses and exits with."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from ops.deployment import ROOT

pytestmark = pytest.mark.unit

VERBS = (
    *("up", "down", "deploy", "rollback", "versions", "destroy", "synth", "policy", "diff", "status", "logs", "exec"),
    *("open", "data", "image", "review", "drift", "test"),
)


def run(*arguments: str, **variables: str) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "DASH_ENV": "local", "COLUMNS": "200", **variables}
    return subprocess.run(
        [sys.executable, "-m", "ops", *arguments],
        cwd=ROOT,
        env=environment,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=120,
    )


def test_help_lists_every_verb_and_the_tools() -> None:
    shown = run("--help").stdout

    for verb in VERBS:
        assert [line for line in shown.splitlines() if line.startswith(f"│ {verb} ") and len(line.split()) > 4], verb
    assert "./dashctl cdktf …, ./dashctl terraform … and ./dashctl python …" in shown


def test_help_does_not_wait_for_slow_libraries() -> None:
    program = (
        "import sys\n"
        "import ops.cli\n"
        "slow = {'boto3', 'botocore', 'pydantic', 'rich.live', 'cdktf', 'filelock'} & sys.modules.keys()\n"
        "sys.exit(', '.join(slow) or None)\n"
    )
    assert subprocess.run([sys.executable, "-c", program], cwd=ROOT, check=False).returncode == 0


@pytest.mark.parametrize(
    ("arguments", "variables", "said"),
    [
        (("diff",), {"DASH__TASK__CPU": "3"}, "error: the settings of environment 'local' have 1 error:\n"),
        (("--env", "nowhere", "synth"), {}, "there is no settings/nowhere.toml"),
        (("diff",), {"DASH__LOCAL__PORT": "1024"}, "error: the local AWS does not run"),
        (("test", "--tier", "slow"), {}, "error: there is no tier 'slow': the tiers are lint, unit"),
    ],
)
def test_a_fault_is_told_without_a_traceback(arguments: tuple[str, ...], variables: dict[str, str], said: str) -> None:
    ended = run(*arguments, **variables)

    assert ended.returncode == 1
    assert said in ended.stderr
    assert "Traceback" not in ended.stderr


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_an_interrupt_exits_with_130_and_says_how_to_go_on(tmp_path: Path, number: signal.Signals) -> None:
    program = (
        "import pathlib, sys, time, ops.cli\n"
        "started = pathlib.Path(sys.argv.pop(1))\n"
        "@ops.cli.app.command('wait')\n"
        "def wait() -> None:\n"
        "    started.touch()\n"
        "    time.sleep(60)\n"
        "ops.cli.main()\n"
    )
    started = tmp_path / "started"
    process = subprocess.Popen(
        [sys.executable, "-c", program, str(started), "wait"], cwd=ROOT, stderr=subprocess.PIPE, text=True
    )
    try:
        deadline = time.monotonic() + 60
        while not started.exists() and time.monotonic() < deadline:
            time.sleep(0.02)
        process.send_signal(number)
        _, errors = process.communicate(timeout=30)
    finally:
        process.kill()

    assert process.returncode == 130
    assert errors.strip() == "interrupted: run the same command again to go on"


@pytest.mark.parametrize(
    "arguments",
    [
        ("--env", "nowhere", "synth"),
        ("synth", "--env", "nowhere"),
        ("synth", "-e", "nowhere"),
        ("data", "list", "--env=nowhere"),
    ],
)
def test_the_environment_may_be_named_before_the_verb_and_after_it(arguments: tuple[str, ...]) -> None:
    assert "there is no settings/nowhere.toml" in run(*arguments).stderr


def test_the_environment_named_after_the_verb_counts() -> None:
    assert "there is no settings/there.toml" in run("--env", "here", "synth", "--env", "there").stderr
