"""Publishes what is in the checkout now to the registry of the local deployment, under a version named after it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from ops.images.build import build_image
from ops.images.docker import run_docker
from ops.images.registry import find_image, repository_address
from ops.images.stand_in import SOURCES, keep_copy, put_stand_in
from ops.local.folder import LocalFolder

if TYPE_CHECKING:
    from ops.aws import Aws


@dataclass(frozen=True)
class Published:
    """A version in the registry. `stand_in` where no image was built, `new` where it was not there before."""

    version: str
    stand_in: bool
    new: bool


def publish(aws: Aws, *, build: bool, sources: Path = SOURCES) -> Published:
    """Make sure that the registry has the dashboard as it is in the checkout now, and return its version.

    The version is named after the sources' digest, since tags are immutable: changed sources are another version, and
    unchanged ones the same. With `build` (where a Docker engine runs) it is an image, `build-…`. Otherwise it is a
    stand-in, `local-…`: a manifest without layers, and a copy of the sources in the local folder, which tasks run as
    processes of this machine. So a task runs what its task definition names, whatever is edited afterwards. Neither has
    an SBOM: nobody takes them anywhere.

    Raises OpsError when the repository is missing or the image cannot be built.
    """
    address = repository_address(aws)
    folder = LocalFolder.of(aws.settings)
    digest = keep_copy(sources, folder)
    version = f"{'build' if build else 'local'}-{digest[:12]}"
    if find_image(aws, version):
        return Published(version, stand_in=not build, new=False)
    if build:
        name = f"{address}:{version}"
        build_image(folder.images / digest / sources.name, name, aws.settings, labels={})
        run_docker("push", name)
    else:
        put_stand_in(aws, version, digest)
    return Published(version, stand_in=not build, new=True)
