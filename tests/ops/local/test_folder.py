"""The folder of a local deployment."""

from pathlib import Path

import pytest

from ops.errors import OpsError
from ops.local.folder import CHECKOUT, LocalFolder
from tests.settings import settings_of

pytestmark = pytest.mark.unit


def test_a_relative_folder_is_in_the_checkout_and_an_absolute_one_where_it_says(tmp_path: Path) -> None:
    assert LocalFolder.of(settings_of({})).root == CHECKOUT / ".local"
    assert LocalFolder.of(settings_of({"DASH__LOCAL__FOLDER": str(tmp_path)})).root == tmp_path


def test_an_environment_at_aws_has_no_local_folder() -> None:
    settings = settings_of({"DASH_ENV": "dev", "DASH__AWS__ACCOUNT_ID": "123456789012"})
    with pytest.raises(OpsError, match="environment 'dev' is on AWS"):
        LocalFolder.of(settings)


def test_it_is_made_private_and_deleted(tmp_path: Path) -> None:
    folder = LocalFolder(tmp_path / "a folder")
    assert not folder.exists()
    folder.delete()
    folder.create()
    folder.create()
    assert folder.exists()
    assert folder.root.stat().st_mode & 0o077 == 0
    folder.delete()
    assert not folder.root.exists()


def test_a_folder_with_other_files_is_neither_used_nor_deleted(tmp_path: Path) -> None:
    (tmp_path / "thesis.txt").write_text("mine")
    folder = LocalFolder(tmp_path)
    with pytest.raises(OpsError, match="holds other files"):
        folder.create()
    with pytest.raises(OpsError, match="was not made by `up`"):
        folder.delete()
    assert (tmp_path / "thesis.txt").read_text() == "mine"


def test_a_folder_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(OpsError, match=r"file/local \(local.folder\): Not a directory"):
        LocalFolder(tmp_path / "file" / "local").create()
