"""What an image holds, as a CycloneDX document: https://cyclonedx.org/docs/1.6/json/"""

from __future__ import annotations

import re
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from config import Settings
from ops.errors import OpsError
from ops.images.stand_in import SOURCES

if TYPE_CHECKING:
    from datetime import datetime

    from cyclonedx.model import HashType
    from cyclonedx.model.component import Component

_REQUIREMENT = re.compile(r"(?P<name>[A-Za-z0-9][A-Za-z0-9._-]*)(\[[^]]*\])?==(?P<version>[^\s;]+)")
# What the Dockerfile takes away again, as setuptools.
_REMOVED = re.compile(r"/venv/bin/python uninstall --yes ([\w.-]+)")
_HASH = re.compile(r"--hash=sha256:([0-9a-f]{64})")
_SHA_256 = re.compile(r"sha256:([0-9a-f]{64})")


def make_sbom(
    settings: Settings, version: str, *, created: datetime, digest: str | None = None, sources: Path = SOURCES
) -> bytes:
    """Return the CycloneDX 1.6 document, in JSON, of a version that is built from these sources.

    It has the packages of requirements.txt, with the hashes of which one has to fit, and the image's base; not what is
    in the base, which scanners read from the image. The same arguments make the same document. `digest` is that of the
    image, None before it is pushed. Raises OpsError where the sources do not tell what they need.
    """
    from cyclonedx.model.bom import Bom, BomMetaData
    from cyclonedx.model.component import Component, ComponentType
    from cyclonedx.output.json import JsonV1Dot6
    from packageurl import PackageURL

    url = PackageURL("oci", name=settings.repository_name, version=digest, qualifiers={"tag": version})
    image = Component(
        type=ComponentType.CONTAINER,
        name=settings.repository_name,
        version=version,
        hashes=_hashes(_SHA_256.findall(digest or "")),
        purl=url,
        bom_ref=url.to_string(),
    )
    dockerfile = _read(sources / "Dockerfile")
    packages = _packages(_read(sources / "requirements.txt"), removed=set(_REMOVED.findall(dockerfile)))
    parts = [_base(dockerfile), *packages]
    document = Bom(
        components=parts,
        metadata=BomMetaData(component=image, timestamp=created),
        serial_number=uuid.uuid5(uuid.NAMESPACE_URL, url.to_string()),
    )
    document.register_dependency(image, parts)
    return JsonV1Dot6(document).output_as_string(indent=2).encode()


def _packages(requirements: str, *, removed: set[str]) -> Iterator[Component]:
    """Yield what pip installs from lines `name==version; marker --hash=sha256:… --hash=…`, but for what is removed."""
    from cyclonedx.model import ExternalReference, ExternalReferenceType, XsUri
    from cyclonedx.model.component import Component
    from packageurl import PackageURL

    for line in requirements.replace("\\\n", " ").splitlines():
        if not line.strip() or line.startswith("#"):
            continue
        found = _REQUIREMENT.match(line)
        if not found:
            raise OpsError(f"dashboard/requirements.txt: '{line[:60]}' is not `name==version`")
        if found["name"] in removed:
            continue
        url = PackageURL("pypi", name=found["name"], version=found["version"])
        files = ExternalReference(
            type=ExternalReferenceType.DISTRIBUTION,
            url=XsUri(f"https://pypi.org/project/{url.name}/{url.version}/#files"),
            hashes=_hashes(_HASH.findall(line)),
        )
        yield Component(
            name=found["name"],
            version=found["version"],
            purl=url,
            bom_ref=url.to_string(),
            external_references=[files],
        )


def _base(dockerfile: str) -> Component:
    """Return the image that the last stage stands on."""
    from cyclonedx.model.component import Component, ComponentType
    from packageurl import PackageURL

    arguments = dict(re.findall(r"^ARG (\w+)=(\S+)", dockerfile, re.MULTILINE))
    stages = re.findall(r"^FROM (?:--\S+ )*(\S+)", dockerfile, re.MULTILINE)
    if not stages:
        raise OpsError("dashboard/Dockerfile has no FROM")
    name = re.sub(r"\$\{?(\w+)\}?", lambda found: arguments.get(found[1], found[0]), stages[-1])
    address, _, digest = name.partition("@")
    namespace, _, image = address.rpartition("/")
    image, _, tag = image.partition(":")
    # https://github.com/package-url/purl-spec/blob/main/types-doc/docker-definition.md
    url = PackageURL("docker", namespace=namespace or None, name=image, version=digest or tag)
    return Component(
        type=ComponentType.CONTAINER,
        name=f"{namespace}/{image}" if namespace else image,
        version=tag or digest,
        hashes=_hashes(_SHA_256.findall(digest)),
        purl=url,
        bom_ref=url.to_string(),
    )


def _hashes(digests: list[str]) -> list[HashType]:
    from cyclonedx.model import HashAlgorithm, HashType

    return [HashType(alg=HashAlgorithm.SHA_256, content=digest) for digest in digests]


def _read(file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8")
    except OSError as error:
        raise OpsError(f"{file.parent.name}/{file.name} cannot be read: {error.strerror}") from None
