"""The commit that is reviewed."""

from pathlib import Path

from ops.errors import OpsError
from ops.git import ask_git


def commit_of(folder: Path) -> str:
    """Return the commit of a checkout, and whether files differ from it, in words."""
    try:
        commit = ask_git(folder, "rev-parse", "HEAD").strip()
        changed = ask_git(folder, "status", "--porcelain")
    except OpsError:
        return "not known: this is no git checkout, or git is not installed"
    return f"{commit}, with changes that are not committed" if changed else commit
