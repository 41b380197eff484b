"""Publishes the dashboard's image to the registry of the local deployment."""

import hashlib
import json
import os
import shutil
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path

from config import Settings
from ops.aws import Aws
from ops.errors import OpsError
from ops.local.folder import CHECKOUT, LocalFolder, local_settings

# An OCI manifest of this type has no layers: its config digest is that of the sources which stand for the image.
# https://github.com/opencontainers/image-spec/blob/main/manifest.md#guidelines-for-artifact-usage
STAND_IN_TYPE = "application/vnd.plotly-dash.sources.v1"

SOURCES = CHECKOUT / "dashboard"

_BUILD_SECONDS = 1800
_MANIFEST_TYPE = "application/vnd.oci.image.manifest.v1+json"


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
    processes of this machine. So a task runs what its task definition names, whatever is edited afterwards.

    Raises OpsError when the repository is missing or the image cannot be built.
    """
    settings = aws.settings
    folder = LocalFolder.of(settings)
    digest = _keep_copy(sources, folder.images)
    version = f"{'build' if build else 'local'}-{digest[:12]}"
    if _has(aws, version):
        return Published(version, stand_in=not build, new=False)
    if build:
        _build_and_push(folder.images / digest / sources.name, settings, version)
    else:
        _put_stand_in(aws, version, digest)
    return Published(version, stand_in=not build, new=True)


def sources_digest(folder: Path) -> str:
    """Return the SHA-256 over the names and contents of all files below a folder, in hexadecimal."""
    digest = hashlib.sha256()
    files = sorted((file.relative_to(folder).as_posix(), file) for file in folder.rglob("*") if file.is_file())
    for name, file in files:
        content = file.read_bytes()
        digest.update(f"{name}\0{len(content)}\0".encode())
        digest.update(content)
    return digest.hexdigest()


def _keep_copy(sources: Path, images: Path) -> str:
    """Copy the sources to `images/<digest>/<name of their folder>`, which then is never changed; return the digest."""
    images.mkdir(parents=True, exist_ok=True)
    copy = Path(tempfile.mkdtemp(prefix="new-", dir=images))
    try:
        ignored = shutil.ignore_patterns("__pycache__", "*.pyc")
        shutil.copytree(sources, copy / sources.name, ignore=ignored)
        # Of the copy, not of the sources: those may be edited meanwhile.
        digest = sources_digest(copy)
        if not (images / digest).exists():
            copy.rename(images / digest)
        return digest
    except (OSError, shutil.Error) as error:
        raise OpsError(f"cannot copy {sources} to {images}: {error}") from None
    finally:
        shutil.rmtree(copy, ignore_errors=True)


def _has(aws: Aws, version: str) -> bool:
    repository = aws.settings.repository_name
    with aws.errors():
        try:
            found = aws.ecr.batch_get_image(repositoryName=repository, imageIds=[{"imageTag": version}])
        except aws.ecr.exceptions.RepositoryNotFoundException:
            raise OpsError(f"there is no repository '{repository}' yet: deploy the stack `ecr` first") from None
    return bool(found["images"])


def _put_stand_in(aws: Aws, version: str, digest: str) -> None:
    manifest = {
        "schemaVersion": 2,
        "mediaType": _MANIFEST_TYPE,
        "artifactType": STAND_IN_TYPE,
        "config": {"mediaType": STAND_IN_TYPE, "digest": f"sha256:{digest}", "size": 0},
        "layers": [],
    }
    with aws.errors():
        aws.ecr.put_image(
            repositoryName=aws.settings.repository_name,
            imageManifest=json.dumps(manifest, sort_keys=True),
            imageManifestMediaType=_MANIFEST_TYPE,
            imageTag=version,
        )


def _build_and_push(sources: Path, settings: Settings, version: str) -> None:
    name = f"127.0.0.1:{local_settings(settings).port}/{settings.repository_name}:{version}"
    _docker("build", "--tag", name, str(sources))
    _docker("push", name)


def _docker(verb: str, *arguments: str) -> None:
    try:
        done = subprocess.run(
            ["docker", verb, *arguments],
            # Together: the classic builder tells what went wrong on one and that it did on the other.
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=_BUILD_SECONDS,
            env=os.environ,
            check=False,
        )
    except (OSError, subprocess.SubprocessError) as error:
        raise OpsError(f"`docker {verb}` cannot be run: {error}") from None
    if done.returncode:
        lines = done.stdout.strip().splitlines()[-15:]
        raise OpsError(f"`docker {verb}` of the dashboard failed:\n" + "\n".join(f"  {line}" for line in lines))
