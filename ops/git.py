"""Asks git about a checkout."""

import os
import subprocess
from pathlib import Path

from ops.errors import OpsError

_GIT_SECONDS = 60
# For the repository of whoever calls, as from one of its hooks.
_OF_THE_CALLER = ("GIT_DIR", "GIT_WORK_TREE")
# A person's own settings neither hide files that are not committed nor add to what is printed.
_SETTINGS = ("-c", "status.showUntrackedFiles=normal", "-c", "log.showSignature=false")


def ask_git(folder: Path, *arguments: str) -> str:
    """Return what git prints in a folder. Raises OpsError where it is not installed, or that is no checkout."""
    environ = {name: value for name, value in os.environ.items() if name not in _OF_THE_CALLER}
    try:
        done = subprocess.run(
            ["git", *_SETTINGS, *arguments],
            cwd=folder,
            env=environ,
            capture_output=True,
            timeout=_GIT_SECONDS,
            check=False,
        )
    except FileNotFoundError:
        raise OpsError("git is not installed, so the commit is not known") from None
    except (OSError, subprocess.SubprocessError) as error:
        raise OpsError(f"git cannot be run ({error}), so the commit is not known") from None
    if done.returncode:
        reason = (done.stderr.decode(errors="replace").strip().splitlines() or ["no reason given"])[0]
        raise OpsError(f"git does not know the commit ({reason})")
    return done.stdout.decode(errors="replace")
