"""What a deployment does for the image of its version."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ops.errors import OpsError
from ops.images.build import build, build_problems
from ops.images.push import push
from ops.images.registry import Image, find_image
from ops.images.tree import read_tree
from ops.images.version import require_version

if TYPE_CHECKING:
    from ops.deployment import Deployment
    from ops.progress import Step


def check_can_provide(deployment: Deployment, version: str) -> None:
    """Raise OpsError where a version neither is in the registry nor could be built here, before anything is made."""
    require_version(version)
    if find_image(deployment.aws, version) is None:
        _require_buildable(deployment, version, build_problems(deployment.settings, read_tree()))


def provide_image(deployment: Deployment, version: str, step: Step) -> Image:
    """Return the image of a version, which is built and pushed where the registry does not have it yet.

    Raises OpsError where it cannot be, and where there is no registry yet.
    """
    require_version(version)
    if image := find_image(deployment.aws, version):
        step.outcome = f"version {version} is in the registry"
        return image
    settings, tree = deployment.settings, read_tree()
    _require_buildable(deployment, version, build_problems(settings, tree))
    build(settings, version, tree, step)
    return push(deployment.aws, version, tree, step)


def _require_buildable(deployment: Deployment, version: str, problems: list[str]) -> None:
    if problems:
        raise OpsError(
            f"version {version} is not in the registry {deployment.settings.repository_name}, "
            "and cannot be built here:\n"
            + "\n".join(f"  {problem}" for problem in problems)
            + "\nname a version that is there (./dashctl image list)"
        )
