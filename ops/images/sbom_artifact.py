"""Puts the SBOM of an image beside it in the registry."""

from __future__ import annotations

import hashlib
import json
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from ops.images.registry import Image, read_manifests, sbom_tag
from ops.images.stand_in import MANIFEST_TYPE

if TYPE_CHECKING:
    from ops.aws import Aws

# https://www.iana.org/assignments/media-types/application/vnd.cyclonedx+json
_SBOM_TYPE = "application/vnd.cyclonedx+json"
# An artifact without a configuration has this one:
# https://github.com/opencontainers/image-spec/blob/main/manifest.md#guidance-for-an-empty-descriptor
_EMPTY_TYPE, _EMPTY = "application/vnd.oci.empty.v1+json", b"{}"
_TITLE = "org.opencontainers.image.title"


def attach_sbom(aws: Aws, image: Image, document: bytes) -> None:
    """Put a CycloneDX document into the registry, as an OCI artifact whose subject is the image.

    It has a tag, although registries list what belongs to an image without: the repository's policy deletes what has
    no tag, and that what belongs to an image goes with it within a day is promised, that it stays as long is not.
    https://docs.aws.amazon.com/AmazonECR/latest/userguide/LifecyclePolicies.html#lp_evaluation_rules

    `cosign download sbom` and `oras discover` find it. MiniStack keeps the manifest, which has the document's digest,
    but not the document: its UploadLayerPart drops what it is given.
    """
    for blob in (document, _EMPTY):
        _upload(aws, blob)
    subject = read_manifests(aws, [image.digest])[image.digest]
    layer = _descriptor(document, _SBOM_TYPE) | {"annotations": {_TITLE: f"{image.version}.cdx.json"}}
    manifest = {
        "schemaVersion": 2,
        "mediaType": MANIFEST_TYPE,
        "artifactType": _SBOM_TYPE,
        "config": _descriptor(_EMPTY, _EMPTY_TYPE),
        "layers": [layer],
        "subject": {"mediaType": subject.media_type, "digest": image.digest, "size": subject.size},
    }
    with aws.errors():
        refused = aws.ecr.exceptions
        # Somebody pushed the same image at the same time.
        with suppress(refused.ImageAlreadyExistsException, refused.ImageTagAlreadyExistsException):
            aws.ecr.put_image(
                repositoryName=aws.settings.repository_name,
                imageManifest=json.dumps(manifest, sort_keys=True),
                imageManifestMediaType=MANIFEST_TYPE,
                imageTag=sbom_tag(image.digest),
            )


def _upload(aws: Aws, blob: bytes) -> None:
    """Upload a blob in one part, of which there may be 20 MB.

    https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_UploadLayerPart.html
    """
    repository = aws.settings.repository_name
    with aws.errors():
        upload = aws.ecr.initiate_layer_upload(repositoryName=repository)["uploadId"]
        aws.ecr.upload_layer_part(
            repositoryName=repository,
            uploadId=upload,
            partFirstByte=0,
            partLastByte=len(blob) - 1,
            layerPartBlob=blob,
        )
        with suppress(aws.ecr.exceptions.LayerAlreadyExistsException):
            aws.ecr.complete_layer_upload(repositoryName=repository, uploadId=upload, layerDigests=[_digest(blob)])


def _descriptor(blob: bytes, media_type: str) -> dict[str, Any]:
    """https://github.com/opencontainers/image-spec/blob/main/descriptor.md"""
    return {"mediaType": media_type, "digest": _digest(blob), "size": len(blob)}


def _digest(blob: bytes) -> str:
    return f"sha256:{hashlib.sha256(blob).hexdigest()}"
