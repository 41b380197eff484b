"""Files that a report is written to."""

import os
import tempfile
from pathlib import Path

from ops.errors import OpsError


def require_writable(file: Path) -> None:
    """Raise OpsError where a file cannot be written, before work is done for it."""
    if file.is_dir():
        raise OpsError(f"{file} is a folder: name a file")
    try:
        with tempfile.TemporaryFile(dir=file.parent):
            pass
    except OSError as error:
        raise OpsError(f"{file} cannot be written ({error.strerror}): name another file") from None


def write_whole(file: Path, text: str) -> None:
    """Write a file that is at no time half there. Raises OpsError where it cannot be written."""
    beside = file.with_name(f".{file.name}.{os.getpid()}")
    try:
        beside.write_text(text, encoding="utf-8")
        beside.replace(file)
    except OSError as error:
        beside.unlink(missing_ok=True)
        raise OpsError(f"{file} cannot be written ({error.strerror}): name another file") from None
