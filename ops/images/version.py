"""Which names a version may have."""

import re

from ops.errors import OpsError

# The rule of stacks/parts/dashboard_image.py:
# https://github.com/opencontainers/distribution-spec/blob/main/spec.md#pulling-manifests
_TAG = re.compile(r"[a-zA-Z0-9_][a-zA-Z0-9._-]{0,127}")
# What belongs to an image, tagged by its digest: https://github.com/sigstore/cosign/blob/main/specs/SBOM_SPEC.md and
# https://github.com/opencontainers/distribution-spec/blob/main/spec.md#referrers-tag-schema
_BELONGS_TO_IMAGE = re.compile(r"sha256-[0-9a-f]{64}(\..+)?")


def is_version(tag: str) -> bool:
    """Tell whether a tag of the registry names a version: not what belongs to an image, such as its SBOM."""
    return not _BELONGS_TO_IMAGE.fullmatch(tag)


def require_version(version: str) -> None:
    """Raise OpsError for what cannot be the name of a version."""
    if version == "latest":
        raise OpsError("'latest' means another image every time: name one version, for example 1.0.0")
    if not _TAG.fullmatch(version):
        raise OpsError(
            f"'{version}' cannot name a version: it is an image tag, at most 128 letters, digits, '_', '.' and '-', "
            "beginning with a letter, a digit or '_', for example 1.0.0"
        )
    if not is_version(version):
        raise OpsError(f"'{version}' names what belongs to an image: name a version, for example 1.0.0")
