"""Reads docs/adr/0012-cdk-terrain.md, so that the test does what the checklist says, and the checklist cannot rot."""

import re
import shutil
import subprocess
from pathlib import Path

ROOT = Path(__file__).parents[2]
CHECKLIST = ROOT / "docs" / "adr" / "0012-cdk-terrain.md"
_RENAMED = ("bootstrap", "config", "stacks", "tests")


def rename_command() -> str:
    """Return the shell command that gives the imports their new names."""
    (command,) = re.findall(r"```sh\n([^`]*\bsed\b[^`]*)```", CHECKLIST.read_text())
    return str(command)


def copy_renamed(folder: Path) -> Path:
    """Copy main.py and what the command names into a new folder, and run the command there; return the folder."""
    folder.mkdir()
    shutil.copy(ROOT / "main.py", folder)
    for name in _RENAMED:
        shutil.copytree(ROOT / name, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
    subprocess.run(["sh", "-ec", rename_command()], cwd=folder, check=True)
    return folder
