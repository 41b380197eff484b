"""Pushes the image of a version to the registry."""

from __future__ import annotations

from typing import TYPE_CHECKING

from config import Settings
from ops.errors import OpsError
from ops.images.build import ARCHITECTURES, image_name, uses_stand_in
from ops.images.docker import LocalImage, inspect_image, run_docker
from ops.images.registry import Image, find_image, read_manifests, repository_address
from ops.images.sbom import make_sbom
from ops.images.sbom_artifact import attach_sbom
from ops.images.sign_in import signed_in
from ops.images.stand_in import SOURCES, keep_copy, put_stand_in
from ops.images.tree import Tree
from ops.local.folder import LocalFolder

if TYPE_CHECKING:
    from ops.aws import Aws
    from ops.progress import Step

_REVISION = "org.opencontainers.image.revision"
_VERSION = "org.opencontainers.image.version"


def push(aws: Aws, version: str, tree: Tree, step: Step) -> Image:
    """Push a version that was built, with its SBOM beside it, and return what the registry then has.

    What is there already is passed over. Raises OpsError when the version is there as another image.
    """
    repository_address(aws)  # before anything is done: is there one?
    if uses_stand_in(aws.settings):
        image, new = _push_stand_in(aws, version)
    else:
        image, new = _push_image(aws, version, tree, step)
    if not image.sbom:
        attach_sbom(aws, image, make_sbom(aws.settings, version, created=tree.time, digest=image.digest))
    step.outcome = f"version {version}, {image.digest}" + ("" if new else ": it was in the registry already")
    if image.stand_in:
        step.outcome += "; no usable Docker engine runs, so the sources stand for the image"
    return image


def _push_stand_in(aws: Aws, version: str) -> tuple[Image, bool]:
    digest = keep_copy(SOURCES, LocalFolder.of(aws.settings))
    image = find_image(aws, version)
    if image is None:
        put_stand_in(aws, version, digest)
        return _require_pushed(aws, version), True
    if read_manifests(aws, [image.digest])[image.digest].config_digest != f"sha256:{digest}":
        raise _other_image(version)
    return image, False


def _push_image(aws: Aws, version: str, tree: Tree, step: Step) -> tuple[Image, bool]:
    name = image_name(aws.settings, version)
    built = inspect_image(name)
    if built is None:
        raise OpsError(
            f"there is no image {name} on this machine: build it with ./dashctl image build --version {version}, "
            "or name the file that has it with --archive"
        )
    _require_right(aws.settings, version, tree, built)
    if image := find_image(aws, version):
        manifest = read_manifests(aws, [image.digest])[image.digest]
        # An image's id is the digest of its configuration, or in containerd's store that of its manifest:
        # https://docs.docker.com/engine/storage/containerd/
        if built.id not in (image.digest, manifest.config_digest):
            raise _other_image(version)
        return image, False
    address = repository_address(aws)
    run_docker("tag", name, f"{address}:{version}", step=step)
    with signed_in(aws, address.partition("/")[0]) as environ:
        run_docker("push", f"{address}:{version}", step=step, environ=environ)
    return _require_pushed(aws, version), True


def _require_right(settings: Settings, version: str, tree: Tree, built: LocalImage) -> None:
    """Raise OpsError for an image that is not that of the version, the tasks or the commit."""
    name = image_name(settings, version)
    anew = f"build it anew with ./dashctl image build --version {version}"
    wanted = ARCHITECTURES[settings.task.architecture]
    if built.architecture != wanted:
        raise OpsError(f"image {name} is for {built.architecture}, the tasks run on {wanted}: {anew}")
    if built.labels.get(_VERSION) != version:
        raise OpsError(f"image {name} was not built as version {version}: {anew}")
    revision = built.labels.get(_REVISION, "")
    if revision != tree.revision:
        raise OpsError(
            f"image {name} is of commit {revision or 'unknown'}, this checkout at {tree.revision or 'unknown'}, from "
            f"which its SBOM would be made: check that commit out, or {anew}"
        )
    if settings.ecr.require_clean_tree and (not revision or tree.changed):
        raise OpsError(f"image {name} is of no commit (ecr.require_clean_tree): commit, then {anew}")


def _require_pushed(aws: Aws, version: str) -> Image:
    image = find_image(aws, version)
    if image is None:
        raise OpsError(f"version {version} was pushed, but the registry does not have it: push it again")
    return image


def _other_image(version: str) -> OpsError:
    return OpsError(
        f"version {version} is in the registry with other content, and a version never changes: name another one"
    )
