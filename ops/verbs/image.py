"""`./dashctl image …`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from ops.images.registry import Image

app = typer.Typer(no_args_is_help=True, help="The images that the dashboard runs from.")

Version = Annotated[str, typer.Option(help="What the image is called, for example 1.4.0; it never changes afterwards.")]


@app.callback()
def image() -> None:
    """The images that the dashboard runs from."""


@app.command()
def build(
    version: Version,
    archive: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Also write the image to this file, for `image push`.")
    ] = None,
    sbom: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Also write what the image holds, as CycloneDX JSON.")
    ] = None,
) -> None:
    """Check the Dockerfile and build the image with Docker; nothing is pushed, and AWS is not needed."""
    from ops.errors import OpsError
    from ops.images.build import build, build_problems, save, uses_stand_in
    from ops.images.sbom import make_sbom
    from ops.images.tree import read_tree
    from ops.images.version import require_version
    from ops.session import absolute, deployment

    require_version(version)
    with deployment() as here:
        tree = read_tree()
        if problems := build_problems(here.settings, tree):
            raise OpsError("\n".join(problems))
        if archive and uses_stand_in(here.settings):
            raise OpsError("--archive needs a Docker engine: without one there is no image, but its sources")
        with here.progress.step("build") as step:
            build(here.settings, version, tree, step)
        if archive:
            with here.progress.step("archive") as step:
                save(here.settings, version, absolute(archive), step)
        if sbom:
            _write(absolute(sbom), make_sbom(here.settings, version, created=tree.time))


@app.command()
def push(
    version: Version,
    archive: Annotated[
        Path | None, typer.Option(metavar="FILE", help="The image that `image build --archive` wrote.")
    ] = None,
) -> None:
    """Push an image that was built, and beside it what it holds. One that is in the registry is passed over."""
    from ops.errors import OpsError
    from ops.images.build import load, uses_stand_in
    from ops.images.push import push
    from ops.images.tree import read_tree
    from ops.images.version import require_version
    from ops.session import absolute, deployment

    require_version(version)
    with deployment() as here:
        here.aws.require_account()
        if archive:
            if uses_stand_in(here.settings):
                raise OpsError("--archive needs a Docker engine, to load the image into")
            with here.progress.step("archive") as step:
                load(absolute(archive), step)
        with here.progress.step("push") as step:
            push(here.aws, version, read_tree(), step)


@app.command("list")
def list_versions(
    as_json: Annotated[bool, typer.Option("--json", help="Print them as JSON, for programs.")] = False,
) -> None:
    """List the versions in the registry, the newest first."""
    from ops.images.registry import list_images
    from ops.session import deployment

    with deployment() as here:
        here.aws.require_account()
        found = list_images(here.aws)
    typer.echo(_as_json(found) if as_json else _as_table(found))


def _write(file: Path, content: bytes) -> None:
    from ops.errors import OpsError

    try:
        file.write_bytes(content)
    except OSError as error:
        raise OpsError(f"{file} cannot be written: {error.strerror}") from None


def _as_json(images: list[Image]) -> str:
    import json
    from dataclasses import asdict

    return json.dumps([asdict(image) | {"pushed_at": image.pushed_at.isoformat()} for image in images], indent=2)


def _as_table(images: list[Image]) -> str:
    from ops.table import in_columns, size_in_words

    if not images:
        return (
            "no versions yet: ./dashctl image push puts one into the registry, and ./dashctl deploy does it by itself"
        )
    rows = [("version", "digest", "pushed (UTC)", "size", "SBOM", "")]
    for image in images:
        rows.append(
            (
                image.version,
                image.digest.removeprefix("sha256:")[:12],
                _time(image),
                "" if image.stand_in else size_in_words(image.size),
                "yes" if image.sbom else "no",
                "stands for an image: only its sources" if image.stand_in else "",
            )
        )
    return in_columns(rows)


def _time(image: Image) -> str:
    from datetime import UTC

    return f"{image.pushed_at.astimezone(UTC):%Y-%m-%d %H:%M:%S}"
