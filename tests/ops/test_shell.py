"""A command in a running task, at AWS and on this machine."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from botocore.stub import Stubber

from config import Settings
from ops.aws import Aws
from ops.errors import OpsError
from ops.local.agent_record import TaskRecord
from ops.local.processes import ProcessRecord
from ops.shell import choose_task, run_at_aws, run_locally
from tests.settings import settings_of

pytestmark = pytest.mark.unit

TASK = "arn:aws:ecs:us-east-1:123456789012:task/ClusterPlotlyDash/0a1b2c3d"
CONTAINER = "plotlyDashApp"
ALLOWED = {"DASH__EXEC__ENABLED": "true", "DASH__TASK__READ_ONLY_ROOT": "false"}

# It writes down what it is called with, as session-manager-plugin.
_PLUGIN = """\
import json, os, sys
if sys.argv[1:] == ["--version"]:
    print("{version}")
else:
    variable = sys.argv[1]
    json.dump({{"arguments": sys.argv[1:], "token": json.loads(os.environ[variable])}}, open({file!r}, "w"))
    sys.exit(3)
"""


def prod(**variables: str) -> Settings:
    return settings_of({"DASH_ENV": "prod", "DASH__AWS__ACCOUNT_ID": "123456789012", **variables})


@pytest.fixture
def aws() -> Iterator[Aws]:
    """AWS that answers for one running task and one that starts."""
    aws = Aws(prod(**ALLOWED))
    aws.__dict__["ecs"] = _client("ecs")
    with Stubber(aws.ecs) as stub:
        stub.add_response("list_tasks", {"taskArns": [TASK, f"{TASK}9"]})
        running = {"taskArn": TASK, "lastStatus": "RUNNING", "containers": [{"name": CONTAINER, "runtimeId": "0a1b-7"}]}
        starting = {"taskArn": f"{TASK}9", "lastStatus": "PENDING", "containers": []}
        stub.add_response("describe_tasks", {"tasks": [starting, running], "failures": []})
        aws.__dict__["stub"] = stub
        yield aws


def _client(service: str) -> object:
    import boto3

    keys = {"aws_access_key_id": "test", "aws_secret_access_key": "test"}
    return boto3.client(service, region_name="us-east-1", **keys)  # type: ignore[call-overload]


def install_plugin(folder: Path, monkeypatch: pytest.MonkeyPatch, version: str = "1.2.896.0") -> Path:
    """Put a stand-in for session-manager-plugin on PATH; return where it writes down what it was called with."""
    called = folder / "called.json"
    plugin = folder / "session-manager-plugin"
    program = folder / "plugin.py"
    program.write_text(_PLUGIN.format(version=version, file=str(called)))
    # Through the shell: a script's first line cannot name an interpreter in a path with a space.
    plugin.write_text(f'#!/bin/sh\nexec "{sys.executable}" "{program}" "$@"\n')
    plugin.chmod(0o755)
    monkeypatch.setenv("PATH", str(folder), prepend=os.pathsep)
    monkeypatch.setenv("AWS_PROFILE", "team")
    return called


def test_a_session_in_the_running_task(aws: Aws, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    called = install_plugin(tmp_path, monkeypatch)
    asked = {
        "cluster": "ClusterPlotlyDash",
        "task": TASK,
        "container": CONTAINER,
        "command": "python -c 'print(1)'",
        "interactive": True,
    }
    session = {"sessionId": "s-1", "streamUrl": "wss://stream", "tokenValue": "the-token"}
    aws.__dict__["stub"].add_response("execute_command", {"session": session}, asked)

    assert run_at_aws(aws, None, ["python", "-c", "print(1)"]) == 3

    call = json.loads(called.read_text())
    assert call["token"] == {"SessionId": "s-1", "StreamUrl": "wss://stream", "TokenValue": "the-token"}
    assert call["arguments"] == [
        "AWS_SSM_START_SESSION_RESPONSE",
        "us-east-1",
        "StartSession",
        "team",
        '{"Target": "ecs:ClusterPlotlyDash_0a1b2c3d_0a1b-7"}',
        "https://ecs.us-east-1.amazonaws.com",
    ]
    # Every user of the machine sees the arguments of its processes.
    assert "the-token" not in " ".join(call["arguments"])


def test_a_task_that_does_not_answer(aws: Aws, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    install_plugin(tmp_path, monkeypatch)
    aws.__dict__["stub"].add_client_error("execute_command", "TargetNotConnectedException")
    with pytest.raises(OpsError, match="the task does not answer ECS Exec"):
        run_at_aws(aws, "0a1b", ["sh"])


def test_the_environment_must_allow_it() -> None:
    with pytest.raises(OpsError, match=r"environment 'prod' does not allow commands .* set exec\.enabled = true"):
        run_at_aws(Aws(prod(DASH__EXEC__ENABLED="false")), None, ["sh"])


def test_the_plugin_must_be_there(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(OpsError, match="needs AWS's session-manager-plugin on this machine: install it"):
        run_at_aws(Aws(prod(**ALLOWED)), None, ["sh"])


@pytest.mark.parametrize("version", ["1.2.707.0", "", "unknown"])
def test_an_old_plugin_is_refused(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, version: str) -> None:
    install_plugin(tmp_path, monkeypatch, version)
    with pytest.raises(OpsError, match=r"1\.2\.764\.0 is needed: update it"):
        run_at_aws(Aws(prod(**ALLOWED)), None, ["sh"])


@pytest.mark.parametrize(("task", "chosen"), [(None, "0a1"), ("0b", "0b2"), ("0a1", "0a1")])
def test_a_task_is_chosen_by_the_beginning_of_its_id(task: str | None, chosen: str) -> None:
    assert choose_task(["0a1", "0b2"], task) == chosen


@pytest.mark.parametrize(
    ("ids", "task", "said"),
    [
        ([], None, "no task runs: ./dashctl status says why"),
        (["0a1", "0b2"], "1", "no task's id begins with '1': there are 0a1, 0b2"),
        (["0a1", "0b2"], "0", "the ids of several tasks begin with '0': there are 0a1, 0b2"),
    ],
)
def test_where_no_single_task_is_meant(ids: list[str], task: str | None, said: str) -> None:
    with pytest.raises(OpsError, match=said):
        choose_task(ids, task)


@pytest.fixture
def local_task(tmp_path: Path) -> Iterator[TaskRecord]:
    """A task that is a process of this machine."""
    environment = {"PATH": os.environ["PATH"], "MEMORY_MIB": "4096"}
    program = [sys.executable, "-c", "print('started', flush=True); input()"]
    process = subprocess.Popen(program, cwd=tmp_path, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    assert process.stdout
    process.stdout.readline()  # before it has started, its environment is that of the tests
    yield TaskRecord(
        id="0a1b",
        task_definition="f:1",
        process=ProcessRecord.of(process.pid),
        host="127.0.0.1",
        port=1,
        target_id="t",
        stop_timeout_seconds=1,
        started=0,
    )
    process.communicate(b"\n", timeout=30)


def test_a_command_beside_a_process_has_its_variables_and_its_folder(local_task: TaskRecord, tmp_path: Path) -> None:
    told = tmp_path / "told"
    code = f"import os, sys; open({str(told)!r}, 'w').write(os.environ['MEMORY_MIB'] + os.getcwd()); sys.exit(7)"
    assert run_locally(local_task, [sys.executable, "-c", code]) == 7
    assert told.read_text() == f"4096{tmp_path}"


def test_a_command_that_is_not_there(local_task: TaskRecord) -> None:
    with pytest.raises(OpsError, match="there is no command no-such-command in the task"):
        run_locally(local_task, ["no-such-command"])


def test_a_task_that_has_ended(local_task: TaskRecord) -> None:
    ended = subprocess.Popen(["true"])
    record = local_task.model_copy(update={"process": ProcessRecord.of(ended.pid)})
    ended.wait()
    with pytest.raises(OpsError, match="task 0a1b has just ended"):
        run_locally(record, ["true"])


def test_a_container_is_entered(local_task: TaskRecord, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    docker = tmp_path / "docker"
    docker.write_text(f'#!/bin/sh\necho "$@" > {tmp_path}/called\nexit 5\n')
    docker.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path), prepend=os.pathsep)
    record = local_task.model_copy(update={"docker_name": "dashctl-0a1b"})
    assert run_locally(record, ["ls", "-l"]) == 5
    assert (tmp_path / "called").read_text() == "exec --interactive dashctl-0a1b ls -l\n"
