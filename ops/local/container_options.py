"""What a task definition says a container may do, in the words of `docker run`."""

from collections.abc import Mapping
from typing import Any


def container_options(definition: Mapping[str, Any]) -> tuple[str, ...]:
    """Return the options for a container definition as ECS describes it.

    Each member is that option: https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_ContainerDefinition.html
    """
    linux = definition.get("linuxParameters", {})
    options = []
    if user := definition.get("user"):
        options += ["--user", user]
    if definition.get("readonlyRootFilesystem"):
        options.append("--read-only")
    if linux.get("initProcessEnabled"):
        options.append("--init")
    for capability in linux.get("capabilities", {}).get("drop", ()):
        options += ["--cap-drop", capability]
    for mount in linux.get("tmpfs", ()):
        mount_options = ",".join([*mount.get("mountOptions", ()), f"size={mount['size']}m"])
        options += ["--tmpfs", f"{mount['containerPath']}:{mount_options}"]
    return tuple(options)
