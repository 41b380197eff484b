"""The environments of bootstrap/apart.py that are only installed for who asks for them."""

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


def installed_apart(name: str) -> Path | None:
    """Return the Python of an environment, which is installed where it is not there yet.

    None where that is not possible; the bootstrap has told why, on stderr.
    """
    command = [sys.executable, "-IS", str(ROOT / "bootstrap" / "__main__.py"), "python", "-c", ""]
    ended = subprocess.run(command, env={**os.environ, "DASHCTL_WITH": name}, stdin=subprocess.DEVNULL, check=False)
    python = Path(os.environ.get(f"DASHCTL_{name.upper()}", ""))
    return python if ended.returncode == 0 and python.is_file() else None
