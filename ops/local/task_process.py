"""A task as a process of this machine, where no Docker engine runs."""

import os
import sys
from dataclasses import dataclass
from pathlib import Path

from ops.local.addresses import TaskAddress
from ops.local.folder import LocalFolder
from ops.local.memory import memory_share_mib
from ops.local.service import Container

# The emulator takes any key; AWS is out of reach with these.
TASK_ROLE_CREDENTIALS = {"AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "test"}


@dataclass(frozen=True)
class Launch:
    """How a task is started. `docker_name` is the container's name where it is one."""

    command: tuple[str, ...]
    environment: dict[str, str]
    folder: Path
    docker_name: str | None = None


def container_environment(container: Container, address: TaskAddress) -> dict[str, str]:
    """Return the container's environment, told of the task's own address and of no memory that is not there."""
    environment = {
        **container.environment,
        **TASK_ROLE_CREDENTIALS,
        "HOST": address.host,
        "PORT": str(address.port),
    }
    if memory := container.environment.get("MEMORY_MIB"):
        environment["MEMORY_MIB"] = str(memory_share_mib(int(memory)))
    return environment


def process_launch(container: Container, address: TaskAddress, folder: LocalFolder) -> Launch:
    """Return how the task's command is run on the sources that stand for its image.

    The process sees what a container would: its own environment and nothing of the caller's, neither AWS profiles nor
    other credentials. `python` is this environment's. Raises LookupError where there is nothing to run.
    """
    if container.sources is None:
        raise LookupError(f"image {container.image} needs a Docker engine; run `up` again to publish one that does not")
    if not container.command:
        raise LookupError(f"task definition {container.task_definition} has no command to run without its image")
    sources = folder.images / container.sources.partition(":")[2]
    if not sources.is_dir():
        raise LookupError(f"the sources of image {container.image} are gone from {sources}; run `up` again")
    program, *arguments = container.command
    command = (sys.executable if program in ("python", "python3") else program, *arguments)
    base = {
        "PATH": os.pathsep.join((str(Path(sys.executable).parent), os.defpath)),
        "LANG": "C.UTF-8",
        "TMPDIR": str(folder.temporary),
        "PYTHONUNBUFFERED": "1",
        "PYTHONDONTWRITEBYTECODE": "1",
        "AWS_CONFIG_FILE": os.devnull,
        "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
        "AWS_EC2_METADATA_DISABLED": "true",
    }
    return Launch(command, {**base, **container_environment(container, address)}, sources)
