"""Tasks as containers, with a docker command that only writes down what it is told."""

import json
import os
import platform
import sys
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest

from ops.local.addresses import TaskAddress
from ops.local.folder import LocalFolder
from ops.local.service import Container
from ops.local.task import Task
from ops.local.task_container import container_launch, engine_is_usable, remove_containers, start_obstacle
from tests.ops.local.fake_service import wait_until
from tests.programs import write_program

pytestmark = pytest.mark.unit

CONTAINER = Container(
    task_definition="arn:aws:ecs:us-east-1:000000000000:task-definition/app:1",
    command=("python", "-m", "dashboard"),
    environment={"BUCKET_NAME": "data", "PORT": "8050"},
    image="000000000000.dkr.ecr.us-east-1.amazonaws.com/team/plotly-dash@sha256:abc",
    stop_timeout_seconds=5,
    sources=None,
)
ADDRESS = TaskAddress("127.0.0.2", 8050, "127.0.0.2")
ENGINE = {"OSType": "linux", "Name": platform.node(), "SecurityOptions": ["name=seccomp,profile=builtin"]}


@pytest.fixture
def docker(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A docker command whose calls are in the returned file; its `run` stays until it gets SIGTERM."""
    calls, bin_folder = tmp_path / "calls", tmp_path / "bin"
    bin_folder.mkdir()
    program = bin_folder / "docker"
    write_program(
        program,
        "import json, os, signal, sys\n"
        f"open({str(calls)!r}, 'a').write(json.dumps(sys.argv[1:]) + '\\n')\n"
        "print(os.environ.get('FAKE_ENGINE', '{}'), flush=True)\n"
        "if sys.argv[1] == 'run': signal.pause()\n"
        "sys.exit('FAKE_ENGINE' not in os.environ)\n",
    )
    monkeypatch.setenv("PATH", f"{bin_folder}{os.pathsep}{os.environ['PATH']}")
    monkeypatch.setattr(sys, "platform", "linux")
    return calls


@pytest.mark.parametrize(
    ("change", "usable"),
    [
        ({}, True),
        ({"Name": "docker-desktop"}, False),
        ({"OSType": "windows"}, False),
        ({"SecurityOptions": ["name=rootless"]}, False),
        ({"SecurityOptions": None}, True),
    ],
)
def test_only_an_engine_that_shares_this_machines_network_is_used(
    change: dict[str, object], usable: bool, docker: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FAKE_ENGINE", json.dumps({**ENGINE, **change}))
    assert engine_is_usable() is usable


def test_an_engine_that_does_not_run_is_not_used(docker: Path) -> None:
    assert not engine_is_usable()


def test_a_machine_without_docker_has_no_engine(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    assert not engine_is_usable()


def test_the_image_is_run_by_digest_from_the_emulators_registry_on_loopback(tmp_path: Path) -> None:
    launch = container_launch(CONTAINER, ADDRESS, LocalFolder(tmp_path), "abcd", 4566)
    command = list(launch.command)
    image = command.index("127.0.0.1:4566/team/plotly-dash@sha256:abc")
    assert command[image + 1 :] == ["python", "-m", "dashboard"]
    assert command[:2] == ["docker", "run"]
    assert command[command.index("--network") + 1] == "host"
    assert command[command.index("--name") + 1] == launch.docker_name == "dashctl-abcd"
    given = {command[index + 1] for index, word in enumerate(command) if word == "--env"}
    assert given == {
        "BUCKET_NAME=data", "PORT=8050", "HOST=127.0.0.2", "AWS_ACCESS_KEY_ID=test", "AWS_SECRET_ACCESS_KEY=test"
    }  # fmt: skip


def test_a_container_may_do_what_its_task_definition_says(tmp_path: Path) -> None:
    restricted = replace(CONTAINER, options=("--read-only", "--cap-drop", "ALL"))
    command = list(container_launch(restricted, ADDRESS, LocalFolder(tmp_path), "abcd", 4566).command)
    first = command.index("--read-only")
    assert command[first : first + 3] == ["--read-only", "--cap-drop", "ALL"]
    assert first < command.index("127.0.0.1:4566/team/plotly-dash@sha256:abc")


MISSING = """Unable to find image '127.0.0.1:4566/team/plotly-dash@sha256:abc' locally
docker: Error response from daemon: manifest unknown.

Run 'docker run --help' for more information
"""
PULLED = """Unable to find image '127.0.0.1:4566/team/plotly-dash@sha256:abc' locally
Status: Downloaded newer image for 127.0.0.1:4566/team/plotly-dash@sha256:abc
docker: Error response from daemon: exec: "python": executable file not found in $PATH
"""


@pytest.mark.parametrize(
    ("code", "text", "told"),
    [
        (125, MISSING, "CannotPullContainerError: Error response from daemon: manifest unknown."),
        (125, "docker: no space left on device\n", "CannotStartContainerError: no space left on device"),
        (
            127,
            PULLED,
            'CannotStartContainerError: Error response from daemon: exec: "python": executable file not found in $PATH',
        ),
        (125, "the container's own words\n", ""),
        (3, MISSING, ""),
    ],
)
def test_why_the_engine_did_not_start_a_container_is_told_in_the_words_of_ecs(
    code: int, text: str, told: str, tmp_path: Path
) -> None:
    log = tmp_path / "task.log"
    log.write_text(text)
    assert start_obstacle(code, log) == told


def test_a_container_is_removed_when_its_task_ends_however_that_was(
    docker: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FAKE_ENGINE", "{}")
    folder = LocalFolder(tmp_path / "local")
    folder.create()
    with ThreadPoolExecutor(1) as executor:
        task = Task.start(CONTAINER, ADDRESS, folder, 4566, executor)
        wait_until("docker run", docker.exists)
        task.record.process.kill_group()

        def ended() -> bool:
            task.advance(None)
            return task.ended

        wait_until("the end of the task", ended)
    calls = [json.loads(line) for line in docker.read_text().splitlines()]
    assert calls[-1] == ["rm", "--force", f"dashctl-{task.record.id}"]


def test_every_container_of_the_deployment_is_removed_and_no_other(
    docker: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FAKE_ENGINE", "4f2e 9a1b")
    remove_containers(LocalFolder(tmp_path))
    listed, *removed = [json.loads(line) for line in docker.read_text().splitlines()]
    assert listed[-2:] == ["--filter", f"label=dashctl.folder={tmp_path}"]
    assert removed == [["rm", "--force", "4f2e"], ["rm", "--force", "9a1b"]]


def test_without_an_engine_there_is_nothing_to_remove(docker: Path, tmp_path: Path) -> None:
    remove_containers(LocalFolder(tmp_path))
    assert len(docker.read_text().splitlines()) == 1
