"""Builds the image of a version."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from config import Settings
from ops.errors import OpsError
from ops.images.docker import engine_problem, run_docker
from ops.images.lint import lint
from ops.images.stand_in import SOURCES, keep_copy
from ops.images.tree import Tree, tree_problem
from ops.local.folder import LocalFolder

if TYPE_CHECKING:
    from ops.progress import Step

# https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_RuntimePlatform.html, and Docker's names of the same
ARCHITECTURES = {"X86_64": "amd64", "ARM64": "arm64"}


def uses_stand_in(settings: Settings) -> bool:
    """Tell whether the sources stand for the image: on this machine, without an engine that could run it here."""
    from ops.local.task_container import engine_is_usable

    return settings.local is not None and not engine_is_usable()


def build_problems(settings: Settings, tree: Tree) -> list[str]:
    """Return why no image can be built here, each with what to do; none where it can."""
    problems = [tree_problem(settings, tree)]
    if not uses_stand_in(settings):
        problems.append(engine_problem())
    try:
        problems += lint()
    except OpsError as error:
        problems.append(str(error))
    return [problem for problem in problems if problem]


def build(settings: Settings, version: str, tree: Tree, step: Step) -> None:
    """Build the image of a version, which then is in the engine under `image_name`.

    Where the sources stand for it, a copy of them is kept. Raises OpsError when it cannot be built.
    """
    if uses_stand_in(settings):
        digest = keep_copy(SOURCES, LocalFolder.of(settings))
        step.outcome = f"sources {digest[:12]}; no usable Docker engine runs, so they stand for the image"
        return
    build_image(SOURCES, image_name(settings, version), settings, labels(settings, version, tree), tree, step=step)
    step.outcome = f"{image_name(settings, version)}, of commit {tree.revision or 'unknown'}"


def build_image(
    folder: Path,
    name: str,
    settings: Settings,
    labels: dict[str, str],
    tree: Tree | None = None,
    step: Step | None = None,
) -> None:
    """Build a folder's Dockerfile for the architecture of the tasks."""
    arguments = ["--tag", name, "--platform", f"linux/{ARCHITECTURES[settings.task.architecture]}"]
    arguments += [argument for label, text in labels.items() for argument in ("--label", f"{label}={text}")]
    if tree:
        # The times in the image: https://docs.docker.com/build/ci/github-actions/reproducible-builds/
        arguments += ["--build-arg", f"SOURCE_DATE_EPOCH={int(tree.time.timestamp())}"]
    # One image and no index around it, so that the tag's digest is the image's. By a variable, for the classic builder
    # refuses --provenance: https://docs.docker.com/build/building/variables/#buildx_no_default_attestations
    environ = {**os.environ, "BUILDX_NO_DEFAULT_ATTESTATIONS": "1"}
    run_docker("build", *arguments, str(folder), step=step, environ=environ)


def image_name(settings: Settings, version: str) -> str:
    """Return what a version is called in the Docker engine of this machine, which is the same for every environment."""
    return f"{settings.ecr.repository}:{version}"


def labels(settings: Settings, version: str, tree: Tree) -> dict[str, str]:
    """Return the labels of an image: https://github.com/opencontainers/image-spec/blob/main/annotations.md"""
    found = {
        "title": settings.project.name,
        "version": version,
        "created": tree.time.isoformat().replace("+00:00", "Z"),
        "revision": tree.revision,
        "source": tree.source,
    }
    return {f"org.opencontainers.image.{key}": text for key, text in found.items() if text}


def save(settings: Settings, version: str, archive: Path, step: Step) -> None:
    """Write the image of a version to a file, for `load` elsewhere."""
    run_docker("save", "--output", str(archive), image_name(settings, version), step=step)
    step.outcome = str(archive)


def load(archive: Path, step: Step) -> None:
    """Give the engine of this machine the image that `save` wrote. Raises OpsError where there is no such file."""
    if not archive.is_file():
        raise OpsError(f"there is no file {archive}: ./dashctl image build --archive FILE writes one")
    run_docker("load", "--input", str(archive), step=step)
    step.outcome = f"loaded {archive}"
