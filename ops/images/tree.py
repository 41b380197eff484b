"""The commit that an image is built from."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import urlsplit

from config import Settings
from ops.errors import OpsError
from ops.git import ask_git
from ops.images.stand_in import SOURCES

_NAMED_FILES = 10
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
        commit, seconds = ask_git(folder, "log", "-1", "--format=%H %ct").split()
        # Files that git ignores are in the image all the same.
        status = ask_git(
            folder, "status", "--porcelain", "-z", "--ignored", "--no-renames", "--", ".", *_WITHOUT_BYTECODE
        )
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
        remote = ask_git(folder, "remote", "get-url", "origin").strip()
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
