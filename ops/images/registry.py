"""The versions in the registry."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ops.errors import OpsError
from ops.images.stand_in import STAND_IN_TYPE
from ops.images.version import is_version

if TYPE_CHECKING:
    from datetime import datetime

    from types_boto3_ecr.type_defs import ImageDetailTypeDef

    from ops.aws import Aws

# https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_BatchGetImage.html
_MANIFESTS_AT_ONCE = 100
# The SBOM of an image has a tag made of the image's digest, as cosign's has. So one call tells it for all versions;
# ListImageReferrers takes one for each, and MiniStack does not have it.
# https://github.com/sigstore/cosign/blob/main/specs/SBOM_SPEC.md
_SBOM_SUFFIX = ".sbom"


@dataclass(frozen=True)
class Image:
    """A version in the registry, of `size` bytes as they are stored. `sbom` tells whether its SBOM is beside it.

    `stand_in` where it is no image, but the digest of sources that tasks run as processes of this machine.
    """

    version: str
    digest: str
    size: int
    pushed_at: datetime
    stand_in: bool
    sbom: bool = False


@dataclass(frozen=True)
class Manifest:
    """What the registry keeps under a digest: https://github.com/opencontainers/image-spec/blob/main/manifest.md"""

    media_type: str
    size: int
    content: dict[str, Any]

    @property
    def config_digest(self) -> str | None:
        """The digest of the image's configuration; None for an index of several images."""
        digest: str | None = self.content.get("config", {}).get("digest")
        return digest

    @property
    def layers_size(self) -> int:
        """The bytes of all layers; 0 for an index of several images."""
        return sum(layer["size"] for layer in self.content.get("layers", ()))


def sbom_tag(digest: str) -> str:
    """Return the tag of the SBOM of the image with this digest."""
    return digest.replace(":", "-") + _SBOM_SUFFIX


def find_image(aws: Aws, version: str) -> Image | None:
    """Return a version, or None where the registry does not have it, or there is no registry yet."""
    if not is_version(version):
        return None
    found = _describe(aws, version)
    if found is None:
        return None
    digest = found["imageDigest"]
    manifest = read_manifests(aws, [digest])[digest]
    return _image(found, version, manifest, sbom=_describe(aws, sbom_tag(digest)) is not None)


def list_images(aws: Aws) -> list[Image]:
    """Return all versions, the newest first; none where there is no registry yet."""
    details: list[ImageDetailTypeDef] = []
    with aws.errors():
        try:
            pages = aws.ecr.get_paginator("describe_images").paginate(
                repositoryName=aws.settings.repository_name, filter={"tagStatus": "TAGGED"}
            )
            for page in pages:
                details += page["imageDetails"]
        except aws.ecr.exceptions.RepositoryNotFoundException:
            return []
    tags = {tag for found in details for tag in found.get("imageTags", [])}
    versions = [(found, tag) for found in details for tag in found.get("imageTags", []) if is_version(tag)]
    manifests = read_manifests(aws, sorted({found["imageDigest"] for found, _ in versions}))
    images = [
        _image(found, tag, manifests[found["imageDigest"]], sbom=sbom_tag(found["imageDigest"]) in tags)
        for found, tag in versions
        if found["imageDigest"] in manifests
    ]
    return sorted(images, key=lambda image: (image.pushed_at, image.version), reverse=True)


def read_manifests(aws: Aws, digests: Sequence[str]) -> dict[str, Manifest]:
    """Return the manifests with these digests, as far as the registry has them."""
    manifests: dict[str, Manifest] = {}
    for first in range(0, len(digests), _MANIFESTS_AT_ONCE):
        with aws.errors():
            found = aws.ecr.batch_get_image(
                repositoryName=aws.settings.repository_name,
                imageIds=[{"imageDigest": digest} for digest in digests[first : first + _MANIFESTS_AT_ONCE]],
            )
        for image in found["images"]:
            text = image["imageManifest"]
            manifests[image["imageId"]["imageDigest"]] = Manifest(
                image["imageManifestMediaType"], len(text.encode()), json.loads(text)
            )
    return manifests


def repository_address(aws: Aws) -> str:
    """Return where docker pushes to and pulls from, without a tag. Raises OpsError where there is no registry yet."""
    name = aws.settings.repository_name
    with aws.errors():
        try:
            found = aws.ecr.describe_repositories(repositoryNames=[name])
        except aws.ecr.exceptions.RepositoryNotFoundException:
            raise OpsError(f"there is no repository '{name}' yet: deploy the stack `ecr` first") from None
    if local := aws.settings.local:
        return f"127.0.0.1:{local.port}/{name}"  # Docker needs no TLS for one on loopback
    return found["repositories"][0]["repositoryUri"]


def _describe(aws: Aws, tag: str) -> ImageDetailTypeDef | None:
    with aws.errors():
        try:
            found = aws.ecr.describe_images(repositoryName=aws.settings.repository_name, imageIds=[{"imageTag": tag}])
        except (aws.ecr.exceptions.RepositoryNotFoundException, aws.ecr.exceptions.ImageNotFoundException):
            return None
    # The emulator answers with none where AWS says ImageNotFoundException.
    return found["imageDetails"][0] if found["imageDetails"] else None


def _image(found: ImageDetailTypeDef, version: str, manifest: Manifest, *, sbom: bool) -> Image:
    return Image(
        version=version,
        digest=found["imageDigest"],
        # The emulator tells the manifest's own size.
        size=max(found["imageSizeInBytes"], manifest.layers_size),
        pushed_at=found["imagePushedAt"],
        stand_in=manifest.content.get("artifactType") == STAND_IN_TYPE,
        sbom=sbom,
    )
