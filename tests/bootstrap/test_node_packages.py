"""The CDKTF command line: pinned, without install scripts, from any registry."""

import json
from pathlib import Path

import pytest

from bootstrap import node_packages
from bootstrap.errors import BootstrapError
from bootstrap.paths import Paths
from bootstrap.tools import Tools

pytestmark = pytest.mark.unit

PROJECT = Path(__file__).parents[2]


def test_the_command_line_has_the_version_of_the_library() -> None:
    pinned = json.loads((PROJECT / "package.json").read_text())["dependencies"]["cdktf-cli"]
    assert f"=={pinned}" == json.loads((PROJECT / "Pipfile.lock").read_text())["default"]["cdktf"]["version"]


def test_the_lock_file_names_no_registry_and_no_install_script() -> None:
    packages = json.loads((PROJECT / "package-lock.json").read_text())["packages"]
    assert packages
    for name, package in packages.items():
        assert "resolved" not in package, name
        assert "hasInstallScript" not in package, name
        assert name == "" or package.get("inBundle") or package["integrity"].startswith("sha512-"), name


def test_a_damaged_lock_file_is_named(tmp_path: Path) -> None:
    (tmp_path / "package-lock.json").write_text("<<<<<<< HEAD")
    paths = Paths(tmp_path)
    with pytest.raises(BootstrapError, match=r"package-lock\.json is damaged .* \(git checkout package-lock\.json\)"):
        node_packages.install(paths, Tools(paths.log, 0, lambda: None))


@pytest.mark.parametrize("home", ["{tmp}", "/nonexistent"])
def test_npm_gets_the_callers_settings_and_a_cache_it_can_write(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, home: str
) -> None:
    paths = Paths(tmp_path)
    (tmp_path / "package-lock.json").write_text("{}")
    node = paths.node_bin / "node"
    node.parent.mkdir(parents=True)
    node.write_text('#!/bin/sh\necho "$npm_config_registry|$npm_config_cache|$@"\n')
    node.chmod(0o755)
    monkeypatch.setenv("HOME", home.format(tmp=tmp_path))
    monkeypatch.setenv("npm_config_registry", "https://mirror.example")
    monkeypatch.delenv("npm_config_cache", raising=False)
    with (tmp_path / "lock").open("w") as lock:
        node_packages.install(paths, Tools(paths.log, lock.fileno(), lambda: None))
    registry, cache, arguments = (paths.log / "node-packages.log").read_text().split("|")
    assert registry == "https://mirror.example"
    assert cache == ("" if home == "{tmp}" else f"{paths.home}/npm-cache")
    assert " ci --ignore-scripts " in arguments
