"""A deployment of hand-made stacks, a terraform that replays events, and an emulator of AWS."""

import http.client
import io
import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console

from config import Settings
from ops.aws import Aws
from ops.deployment import Deployment
from ops.progress import Progress
from tests.settings import settings_of

ROOT = Path(__file__).parents[2]

# A stand-in for terraform: it appends what it was called with to $REPLAY_CALLS, prints the events of <command>.jsonl in
# the stack's folder, waits for the file that <command>.wait names, and ends with the number in <command>.code.
_REPLAY = """\
import json, os, pathlib, sys, time
command = sys.argv[1]
variables = {name: value for name, value in os.environ.items() if name.startswith("TF_VAR_")}
profile = os.environ.get("AWS_PROFILE")
call = {"stack": pathlib.Path.cwd().name, "arguments": sys.argv[1:], "variables": variables, "profile": profile}
with pathlib.Path(os.environ["REPLAY_CALLS"]).open("a") as calls:
    calls.write(json.dumps(call) + "\\n")
if (events := pathlib.Path(command + ".jsonl")).exists():
    print(events.read_text(), end="", flush=True)
if (awaited := pathlib.Path(command + ".wait")).exists():
    deadline = time.monotonic() + 30
    while not pathlib.Path(awaited.read_text()).exists():
        if time.monotonic() > deadline:
            sys.exit("nobody came")
        time.sleep(0.01)
code = pathlib.Path(command + ".code")
sys.exit(int(code.read_text()) if code.exists() else 0)
"""


@pytest.fixture
def output() -> io.StringIO:
    """What a Progress prints where there is no terminal."""
    return io.StringIO()


@pytest.fixture
def progress(output: io.StringIO) -> Iterator[Progress]:
    with Progress(Console(file=output, soft_wrap=True, highlight=False)) as shown:
        yield shown


@pytest.fixture
def settings() -> Settings:
    return settings_of({"DASH_ENV": "local", "DASH__LOCAL__PORT": "1024"})


MakeStacks = Callable[..., Deployment]


@pytest.fixture
def make_stacks(tmp_path: Path, settings: Settings, progress: Progress, monkeypatch: pytest.MonkeyPatch) -> MakeStacks:
    """Return a function that writes stacks, given with those that each needs, and returns their deployment."""

    def make(needs: dict[str, list[str]], configuration: dict[str, Any] | None = None) -> Deployment:
        monkeypatch.setenv("CDKTF_OUTDIR", str(tmp_path / "out"))
        deployment = Deployment(settings, progress)
        deployment.output_folder.mkdir()
        for name in needs:
            deployment.folder(name).mkdir(parents=True)
            content = {"resource": {"terraform_data": {"made": {}}}} if configuration is None else configuration
            (deployment.folder(name) / "cdk.tf.json").write_text(json.dumps(content))
        stacks = {
            settings.stack_id(name): {"dependencies": [settings.stack_id(needed) for needed in needed_names]}
            for name, needed_names in needs.items()
        }
        (tmp_path / "out" / "manifest.json").write_text(json.dumps({"stacks": stacks}))
        return deployment

    return make


@pytest.fixture
def replayed_calls(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[], list[dict[str, Any]]]:
    """Put the stand-in in terraform's place; return a function that tells what it was called with."""
    script = tmp_path / "replay.py"
    script.write_text(_REPLAY)
    binary = tmp_path / "terraform"
    binary.write_text(f'#!/bin/sh\nexec "{sys.executable}" "{script}" "$@"\n')
    binary.chmod(0o755)
    calls = tmp_path / "calls.jsonl"
    calls.touch()
    monkeypatch.setenv("TERRAFORM_BINARY_NAME", str(binary))
    monkeypatch.setenv("REPLAY_CALLS", str(calls))
    return lambda: [json.loads(line) for line in calls.read_text().splitlines()]


@pytest.fixture
def unreached(monkeypatch: pytest.MonkeyPatch) -> Aws:
    """An environment of AWS that no call reaches: for a Stubber."""
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "test")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "test")
    return Aws(settings_of({"DASH_ENV": "prod", "DASH__AWS__ACCOUNT_ID": "123456789012"}))


SetVariables = Callable[..., dict[str, str]]


@pytest.fixture
def set_local(emulator_port: int, monkeypatch: pytest.MonkeyPatch) -> SetVariables:
    """Return a function that sets the variables of a local environment in the emulator, and returns them."""

    def set_variables(**own: str) -> dict[str, str]:
        variables = {"DASH_ENV": "local", "DASH__LOCAL__PORT": str(emulator_port)} | own
        for name, value in variables.items():
            monkeypatch.setenv(name, value)
        return variables

    return set_variables


@pytest.fixture(scope="session")
def emulator_port(tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    """An AWS emulator of its own, on loopback; yields its port."""
    folder = tmp_path_factory.mktemp("emulator")
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    environment = {
        "PATH": os.environ["PATH"],
        "HOME": str(folder),
        "GATEWAY_PORT": str(port),
        "BIND_HOST": "127.0.0.1",
        "IOT_MTLS_ENABLED": "0",
        "PERSIST_STATE": "0",
        "S3_DATA_DIR": str(folder / "s3"),
    }
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen(
            [os.environ["DASHCTL_EMULATOR"]], env=environment, stdout=log, stderr=log, stdin=subprocess.DEVNULL
        )
    try:
        _wait_for(port, process)
        yield port
    finally:
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(30)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _wait_for(port: int, process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline and process.poll() is None:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
        try:
            connection.request("GET", "/_ministack/health")
            if connection.getresponse().status == http.client.OK:
                return
        except (OSError, http.client.HTTPException):
            time.sleep(0.1)
        finally:
            connection.close()
    pytest.fail("the emulator does not answer")
