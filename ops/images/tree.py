"""The commit that an image is built from."""

from __future__ import annotations

import os
import re
import subprocess
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import urlsplit

from config import Settings
from ops.errors import OpsError
from ops.images.stand_in import SOURCES

_GIT_SECONDS = 60
_NAMED_FILES = 10
# Whatever a person's own settings of git leave out. Files that git ignores are in the image all the same.
_WHOLE_STATUS = ("--porcelain", "-z", "--untracked-files=normal", "--ignored", "--no-renames")
# What is not in the image either: dashboard/.dockerignore
_WITHOUT_BYTECODE = (":(exclude,glob)**/__pycache__/**", ":(exclude,glob)**/*.pyc")
# git@github.com:owner/name.git: https://git-scm.com/docs/git-clone#_git_urls
_SCP_ADDRESS = re.compile(r"(?:[^@/:]+@)?(?P<host>[^/:]+):(?P<path>[^/].*)")


@dataclass(frozen=True)
class Tree:
    """The state of the dashboard's folder. Without git: no `commit`, and a `problem` that says what is wrong.

    `changed` are the files that would be in the image and are not committed. `time` is that of the commit, or now where
    something is changed. `source` is the address of the repository, "" where it has none that others could open.
    """

    commit: str
    changed: tuple[str, ...]
    time: datetime
    source: str
    problem: str = ""

    @property
    def revision(self) -> str:
        """The commit, `-dirty` where files differ from it; "" without git."""
        return f"{self.commit}-dirty" if self.commit and self.changed else self.commit


def read_tree(folder: Path = SOURCES) -> Tree:
    """Return the state of the dashboard's folder, as git tells it."""
    now = datetime.now(UTC).replace(microsecond=0)
    try:
        commit, seconds = _git(folder, "log", "-1", "--no-show-signature", "--format=%H %ct").split()
        status = _git(folder, "status", *_WHOLE_STATUS, "--", ".", *_WITHOUT_BYTECODE)
    except OpsError as error:
        return Tree("", (), now, "", str(error))
    changed = tuple(sorted(line[3:] for line in status.split("\0") if line))
    return Tree(commit, changed, now if changed else datetime.fromtimestamp(int(seconds), UTC), _read_source(folder))


def tree_problem(settings: Settings, tree: Tree) -> str:
    """Return why no image may be built from this tree, and what to do; "" where one may."""
    if not settings.ecr.require_clean_tree:
        return ""
    exception = f"or set ecr.require_clean_tree = false in {settings.environment}.toml"
    if tree.problem:
        return (
            f"{tree.problem}: images of '{settings.environment}' are built from a commit only; use a clone, {exception}"
        )
    if not tree.changed:
        return ""
    more = len(tree.changed) - _NAMED_FILES
    files = ", ".join(tree.changed[:_NAMED_FILES]) + (f" and {more} more" if more > 0 else "")
    return f"not committed: {files}: commit or remove them, {exception}"


def _read_source(folder: Path) -> str:
    """Return the https address of the remote `origin`, without the name and the token that it may have in it."""
    try:
        remote = _git(folder, "remote", "get-url", "origin").strip()
    except OpsError:
        return ""
    if "://" not in remote:
        found = _SCP_ADDRESS.fullmatch(remote)
        return f"https://{found['host']}/{found['path'].removesuffix('.git')}" if found else ""
    address = urlsplit(remote)
    if address.scheme not in ("https", "http", "ssh", "git") or not address.hostname:
        return ""
    port = f":{address.port}" if address.port and address.scheme in ("https", "http") else ""
    return f"https://{address.hostname}{port}{address.path.removesuffix('.git')}"


def _git(folder: Path, *arguments: str) -> str:
    # Without these, which are for the repository of whoever calls, as from one of its hooks.
    environ = {name: value for name, value in os.environ.items() if name not in ("GIT_DIR", "GIT_WORK_TREE")}
    try:
        done = subprocess.run(
            ["git", *arguments], cwd=folder, env=environ, capture_output=True, timeout=_GIT_SECONDS, check=False
        )
    except FileNotFoundError:
        raise OpsError("git is not installed, so the commit is not known") from None
    except (OSError, subprocess.SubprocessError) as error:
        raise OpsError(f"git cannot be run ({error}), so the commit is not known") from None
    if done.returncode:
        reason = (done.stderr.decode(errors="replace").strip().splitlines() or ["no reason given"])[0]
        raise OpsError(f"git does not know the commit ({reason})")
    return done.stdout.decode(errors="replace")
