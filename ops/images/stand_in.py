"""What stands for an image where no Docker engine runs: the digest of the sources, and a copy of them."""

from __future__ import annotations

import hashlib
import json
import secrets
import shutil
from pathlib import Path
from typing import TYPE_CHECKING

from ops.errors import OpsError
from ops.local.folder import CHECKOUT, LocalFolder

if TYPE_CHECKING:
    from ops.aws import Aws

# An OCI manifest of this type has no layers: its config digest is that of the sources which stand for the image.
# https://github.com/opencontainers/image-spec/blob/main/manifest.md#guidelines-for-artifact-usage
STAND_IN_TYPE = "application/vnd.plotly-dash.sources.v1"

MANIFEST_TYPE = "application/vnd.oci.image.manifest.v1+json"

SOURCES = CHECKOUT / "dashboard"


def sources_digest(folder: Path) -> str:
    """Return the SHA-256 over the names and contents of all files below a folder, in hexadecimal."""
    digest = hashlib.sha256()
    files = sorted((file.relative_to(folder).as_posix(), file) for file in folder.rglob("*") if file.is_file())
    for name, file in files:
        content = file.read_bytes()
        digest.update(f"{name}\0{len(content)}\0".encode())
        digest.update(content)
    return digest.hexdigest()


def keep_copy(sources: Path, folder: LocalFolder) -> str:
    """Copy the sources to `images/<digest>/<name of their folder>` of the local folder, made where missing.

    The copy is never changed. Returns the digest; raises OpsError when they cannot be copied.
    """
    folder.create()
    images = folder.images
    copy = images / f"new-{secrets.token_hex(4)}"
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


def put_stand_in(aws: Aws, version: str, digest: str) -> None:
    """Put a stand-in for the kept sources with this digest into the registry, under a version that is not there yet."""
    manifest = {
        "schemaVersion": 2,
        "mediaType": MANIFEST_TYPE,
        "artifactType": STAND_IN_TYPE,
        "config": {"mediaType": STAND_IN_TYPE, "digest": f"sha256:{digest}", "size": 0},
        "layers": [],
    }
    with aws.errors():
        aws.ecr.put_image(
            repositoryName=aws.settings.repository_name,
            imageManifest=json.dumps(manifest, sort_keys=True),
            imageManifestMediaType=MANIFEST_TYPE,
            imageTag=version,
        )
