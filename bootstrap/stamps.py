"""Stamps tell what is installed: JSON files, written last and at once, inside what they vouch for."""

import json
import os
from pathlib import Path
from typing import Any


def read(path: Path) -> dict[str, Any]:
    """Return what the stamp says; empty if there is none or it is damaged."""
    try:
        stamp = json.loads(path.read_bytes())
    except (OSError, ValueError):
        return {}
    return stamp if isinstance(stamp, dict) else {}


def write(path: Path, stamp: dict[str, Any]) -> None:
    """Write the stamp, so that a reader sees the old one or the new one, never half of it."""
    write_atomically(path, json.dumps(stamp, indent=1))


def write_atomically(path: Path, text: str, *, mode: int = 0o644) -> None:
    """Write a file through a temporary one beside it; its folder is made if missing. `mode` is of the file."""
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(f"{path.name}.{os.getpid()}")
    try:
        temporary.write_text(text, encoding="utf-8")
        temporary.chmod(mode)
        temporary.replace(path)
    finally:
        temporary.unlink(missing_ok=True)
