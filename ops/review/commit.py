"""The commit that is reviewed."""

import subprocess
from pathlib import Path

_GIT_SECONDS = 30


def commit_of(folder: Path) -> str:
    """Return the commit of a checkout, and whether files differ from it, in words."""
    try:
        commit = _git(folder, "rev-parse", "HEAD").strip()
        changed = _git(folder, "status", "--porcelain", "--untracked-files=normal")
    except (OSError, subprocess.SubprocessError):
        return "not known: this is no git checkout, or git is not installed"
    return f"{commit}, with changes that are not committed" if changed else commit


def _git(folder: Path, *arguments: str) -> str:
    ended = subprocess.run(
        ["git", *arguments], cwd=folder, capture_output=True, text=True, timeout=_GIT_SECONDS, check=True
    )
    return ended.stdout
