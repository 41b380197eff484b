"""A task as a container, where a Docker engine of this machine runs."""

import json
import os
import platform
import subprocess
import sys
from pathlib import Path

from ops.local.addresses import TaskAddress
from ops.local.folder import LocalFolder
from ops.local.processes import last_lines
from ops.local.service import Container
from ops.local.task_process import Launch, container_environment

_ENGINE_SECONDS = 20
_DOCKER = "docker: "
_NOT_STARTED = {125, 126, 127}
_LINES_OF_A_START = 500  # each layer that is pulled has some


def engine_is_usable() -> bool:
    """Tell whether a Docker engine runs that shares this machine's network, loopback included.

    Docker Desktop, a remote engine and an engine outside of the container that we are in have another host name, a
    rootless engine has a network of its own: their containers could neither reach the emulator nor be reached.
    """
    if sys.platform != "linux":
        return False
    try:
        answer = subprocess.run(
            ["docker", "info", "--format", "{{json .}}"], capture_output=True, timeout=_ENGINE_SECONDS, check=True
        ).stdout
        engine = json.loads(answer)
    except (OSError, subprocess.SubprocessError, ValueError):
        return False
    rootless = any("rootless" in option for option in engine.get("SecurityOptions") or ())
    return engine.get("OSType") == "linux" and engine.get("Name") == platform.node() and not rootless


def registry_image(image: str, emulator_port: int) -> str:
    """Return an image's name in the emulator's registry; Docker needs no TLS for a registry on loopback."""
    return f"127.0.0.1:{emulator_port}/{image.partition('/')[2]}"


def container_launch(
    container: Container, address: TaskAddress, folder: LocalFolder, task_id: str, emulator_port: int
) -> Launch:
    """Return how the task's image is run. `docker run` stays in the foreground: it passes on output and signals."""
    name = f"dashctl-{task_id}"
    environment = [
        argument
        for key, value in container_environment(container, address).items()
        for argument in ("--env", f"{key}={value}")
    ]
    command = (
        "docker", "run", "--rm", "--network", "host", "--name", name, "--label", _label(folder),
        *container.options, *environment, registry_image(container.image, emulator_port), *container.command,
    )  # fmt: skip
    return Launch(command, dict(os.environ), folder.root, docker_name=name)


def start_obstacle(code: int, log: Path) -> str:
    """Return in ECS's words why the engine did not start a container; empty where the container itself ended so.

    `log` is what `docker run` wrote. Its exit codes: https://docs.docker.com/engine/containers/run/#exit-status; the
    words: https://docs.aws.amazon.com/AmazonECS/latest/developerguide/stopped-task-error-codes.html
    """
    lines = last_lines(log, _LINES_OF_A_START)
    said = [line.removeprefix(_DOCKER) for line in lines if line.startswith(_DOCKER)]
    if code not in _NOT_STARTED or not said:
        return ""
    pulled = not any(line.startswith("Unable to find image") for line in lines)
    pulled = pulled or any(line.startswith("Status: ") for line in lines)
    return f"{'CannotStartContainerError' if pulled else 'CannotPullContainerError'}: {said[-1]}"


def remove_container(name: str) -> None:
    """Make sure that nothing of a container is left, also where its `docker run` was killed."""
    try:
        subprocess.run(["docker", "rm", "--force", name], capture_output=True, timeout=_ENGINE_SECONDS, check=False)
    except (OSError, subprocess.SubprocessError):
        return


def remove_containers(folder: LocalFolder) -> None:
    """Remove every container of a deployment.

    The engine makes a container also after its `docker run` was killed, if that happened while it was being made.
    """
    try:
        listed = subprocess.run(
            ["docker", "ps", "--all", "--quiet", "--filter", f"label={_label(folder)}"],
            capture_output=True,
            text=True,
            timeout=_ENGINE_SECONDS,
            check=True,
        )
    except (OSError, subprocess.SubprocessError):
        return  # no engine runs, so neither does a container
    for container in listed.stdout.split():
        remove_container(container)


def _label(folder: LocalFolder) -> str:
    return f"dashctl.folder={folder.root}"
