"""Which names a version may have."""

import pytest

from ops.errors import OpsError
from ops.images.registry import sbom_tag
from ops.images.version import is_version, require_version

pytestmark = pytest.mark.unit


@pytest.mark.parametrize("version", ["1.4.0", "v1", "_a", "2026-03-01.1", "a" * 128, "sha256-abc", "sbom-1.0"])
def test_image_tags_are_versions(version: str) -> None:
    require_version(version)
    assert is_version(version)


@pytest.mark.parametrize("version", ["", "-1", ".1", "1.0+build", "a/b", "a:b", "a" * 129, "1.0\n", "ü", "latest"])
def test_what_is_no_image_tag_or_no_single_version_is_refused(version: str) -> None:
    with pytest.raises(OpsError, match=r"for example 1\.0\.0"):
        require_version(version)


@pytest.mark.parametrize("tag", [sbom_tag(f"sha256:{'a' * 64}"), f"sha256-{'0' * 64}", f"sha256-{'0' * 64}.sig"])
def test_what_belongs_to_an_image_is_no_version(tag: str) -> None:
    assert not is_version(tag)
    with pytest.raises(OpsError, match="belongs to an image"):
        require_version(tag)
