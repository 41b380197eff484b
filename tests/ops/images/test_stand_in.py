"""The copy of the sources that stand for an image."""

from pathlib import Path

import pytest

from ops.errors import OpsError
from ops.images.stand_in import keep_copy, sources_digest
from ops.local.folder import LocalFolder

pytestmark = pytest.mark.unit


@pytest.fixture
def sources(tmp_path: Path) -> Path:
    folder = tmp_path / "dashboard"
    folder.mkdir()
    (folder / "__main__.py").write_text("print(1)\n")
    return folder


def test_the_folder_is_made_private_where_it_is_missing(tmp_path: Path, sources: Path) -> None:
    folder = LocalFolder(tmp_path / "local")
    digest = keep_copy(sources, folder)
    assert folder.exists()
    for made in (folder.root, folder.images):
        assert made.stat().st_mode & 0o077 == 0
    (copy,) = folder.images.iterdir()
    assert copy.name == digest == sources_digest(copy)


def test_the_same_sources_are_kept_once(tmp_path: Path, sources: Path) -> None:
    folder = LocalFolder(tmp_path / "local")
    assert keep_copy(sources, folder) == keep_copy(sources, folder)
    assert len(list(folder.images.iterdir())) == 1


def test_a_copy_that_fails_is_told_and_leaves_nothing(tmp_path: Path, sources: Path) -> None:
    (sources / "nowhere").symlink_to("missing")
    folder = LocalFolder(tmp_path / "local")
    with pytest.raises(OpsError, match=f"cannot copy {sources} to {folder.images}"):
        keep_copy(sources, folder)
    assert list(folder.images.iterdir()) == []


def test_nothing_is_copied_into_a_folder_that_is_not_ours(tmp_path: Path, sources: Path) -> None:
    with pytest.raises(OpsError, match="holds other files"):
        keep_copy(sources, LocalFolder(tmp_path))
