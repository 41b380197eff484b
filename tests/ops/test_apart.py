"""Environments that are installed when they are asked for. The bootstrap is a stand-in."""

from pathlib import Path

import pytest

from ops import apart

pytestmark = pytest.mark.unit


@pytest.fixture
def checkout(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A checkout whose bootstrap makes the Python of `cdktn`, if it is asked for just that."""
    (tmp_path / "bootstrap").mkdir()
    (tmp_path / "bootstrap" / "__main__.py").write_text(
        "import os, pathlib, sys\n"
        "os.environ['DASHCTL_WITH'] == 'cdktn' or sys.exit(1)\n"
        "pathlib.Path(os.environ['DASHCTL_CDKTN']).touch()\n"
    )
    monkeypatch.setattr(apart, "ROOT", tmp_path)
    monkeypatch.setenv("DASHCTL_WITH", "emulator")
    monkeypatch.setenv("DASHCTL_CDKTN", str(tmp_path / "python"))
    return tmp_path


def test_the_python_is_there_once_it_is_installed(checkout: Path) -> None:
    assert apart.installed_apart("cdktn") == checkout / "python"


def test_none_where_the_bootstrap_fails_though_there_is_an_old_one(
    checkout: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (checkout / "old").touch()
    monkeypatch.setenv("DASHCTL_LAST_CDKTF", str(checkout / "old"))
    assert apart.installed_apart("last_cdktf") is None


def test_none_outside_of_dashctl(checkout: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("DASHCTL_CDKTN")
    (checkout / "bootstrap" / "__main__.py").write_text("")
    assert apart.installed_apart("cdktn") is None
