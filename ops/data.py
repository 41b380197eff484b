"""Has the dashboard judge a file of data, and write a sample."""

import os
import subprocess
import sys
from pathlib import Path

from pydantic import BaseModel, TypeAdapter, ValidationError

from config import Settings
from ops.errors import OpsError
from ops.local.folder import CHECKOUT
from ops.local.memory import memory_share_mib

_CHECK_SECONDS = 600


class Finding(BaseModel):
    """A fault of the file. `row` is the line that an editor shows; None where it is about the file or a whole row."""

    row: int | None
    column: str | None
    message: str


class Findings(BaseModel):
    """What is wrong with a file: the first findings, and the number of all."""

    findings: list[Finding]
    total: int


class Summary(BaseModel):
    """What a good file holds. `years` are the first and the last."""

    rows: int
    countries: int
    years: tuple[int, int]


def check(file: Path, settings: Settings) -> Summary | Findings:
    """Have the dashboard judge a file, for a task of the settings' size; return what is in it or what is wrong with it.

    Raises OpsError when there is no such file, or it cannot be read.
    """
    _require_readable(file)
    memory = memory_share_mib(settings.task.memory) if settings.local else settings.task.memory
    workers = settings.dashboard.workers
    output = _dashboard("validate", "--memory-mib", str(memory), "--workers", str(workers), str(file))
    try:
        return TypeAdapter[Summary | Findings](Summary | Findings).validate_json(output)
    except ValidationError:
        raise OpsError(f"{file} could not be checked: the dashboard's check said {output[-500:]!r}") from None


def write_sample(file: Path) -> None:
    """Write the sample data as a CSV. Raises OpsError when that fails."""
    _dashboard("sample", str(file))
    if not file.is_file():
        raise OpsError(f"the sample data was not written to {file}")


def _require_readable(file: Path) -> None:
    if file.is_dir():
        raise OpsError(f"{file} is a folder: name a CSV or Parquet file")
    try:
        with file.open("rb"):
            pass
    except FileNotFoundError:
        raise OpsError(f"there is no file {file}") from None
    except OSError as error:
        raise OpsError(f"{file} cannot be read: {error.strerror}") from None


def _dashboard(module: str, *arguments: str) -> str:
    """Run a module of the dashboard, which `ops` does not import, and return what it prints."""
    try:
        done = subprocess.run(
            [sys.executable, "-m", f"dashboard.{module}", *arguments],
            cwd=CHECKOUT,
            env=os.environ,
            capture_output=True,
            text=True,
            timeout=_CHECK_SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise OpsError(f"dashboard.{module} took longer than {_CHECK_SECONDS} s") from None
    if not done.stdout and done.returncode:
        raise OpsError(f"dashboard.{module} failed: {(done.stderr.strip().splitlines() or ['no output'])[-1]}")
    return done.stdout
