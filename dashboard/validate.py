"""``python -m dashboard.validate FILE``: whether the dashboard would accept a CSV or Parquet file. Prints JSON."""

import argparse
import io
import json
import sys
from dataclasses import asdict, dataclass
from math import ceil
from pathlib import Path
from typing import Any

from dashboard.findings import Finding, InvalidDataError
from dashboard.memory import MIB, TooLargeError, room, task_bytes
from dashboard.reading import is_parquet, read
from dashboard.schema import COLUMN_NAMES


@dataclass(frozen=True)
class _File:
    """A file as a source to read from."""

    path: Path

    @property
    def name(self) -> str:
        return self.path.name

    @property
    def size(self) -> int:
        return self.path.stat().st_size

    def open(self) -> io.BufferedReader:
        return self.path.open("rb")


def validate(path: Path, memory_mib: int | None = None, workers: int = 1) -> dict[str, Any]:
    """What is in a file, or what is wrong with it.

    Args:
        path: a CSV or Parquet file.
        memory_mib: the memory (MiB) of the task that is to serve it: where that is too little the file is refused.
        workers: number of processes in the task.

    Returns:
        ``{"ok": True, "rows", "countries", "years": [first, last], "columns", "memory_mib"}``, the last being what a
        task needs, or ``{"ok": False, "findings": [{"row", "column", "message"}, …], "total"}`` with the first findings
        and the number of all. A row is a CSV's line as an editor counts it, or a Parquet file's row of data from 1 on.
    """
    try:
        data = read(_File(path), room(0, 1))
        with path.open("rb") as file:
            held = path.stat().st_size if is_parquet(file) else 0
    except OSError as error:
        return _refused((Finding(None, None, f"{path} cannot be read: {error.strerror or error}"),), 1)
    except InvalidDataError as error:
        return _refused(error.findings, error.total)
    except TooLargeError as error:
        return _refused((Finding(None, None, str(error)),), 1)
    need = task_bytes(
        data.row_count,
        len(data.countries),
        name_bytes=sum(len(name.encode()) for name in data.countries),
        held=held,
        workers=workers,
    )
    if memory_mib is not None and need > memory_mib * MIB:
        message = (
            f"{data.row_count:,} rows need a task with {ceil(need / MIB):,} MiB of memory, and it has {memory_mib:,} "
            "MiB: give it more, or take fewer rows"
        )
        return _refused((Finding(None, None, message),), 1)
    return {
        "ok": True,
        "rows": data.row_count,
        "countries": len(data.countries),
        "years": list(data.year_range),
        "columns": list(COLUMN_NAMES),
        "memory_mib": ceil(need / MIB),
    }


def _positive(text: str) -> int:
    number = int(text)
    if number < 1:
        raise ValueError
    return number


def _refused(findings: tuple[Finding, ...], total: int) -> dict[str, Any]:
    return {"ok": False, "findings": [asdict(finding) for finding in findings], "total": total}


def main(arguments: list[str] | None = None) -> int:
    """Print the verdict. Returns 0 for a good file, 1 for a bad one; argparse exits with 2 for a wrong command line."""
    parser = argparse.ArgumentParser(
        prog="python -m dashboard.validate", description="Check a CSV or Parquet file for the dashboard."
    )
    parser.add_argument("file", type=Path, metavar="FILE")
    parser.add_argument(
        "--memory-mib", type=_positive, metavar="N", help="refuse a file that needs more than the N MiB of a task"
    )
    parser.add_argument("--workers", type=_positive, default=1, metavar="N", help="processes in the task (default 1)")
    options = parser.parse_args(arguments)
    verdict = validate(options.file, options.memory_mib, options.workers)
    print(json.dumps(verdict, ensure_ascii=False, indent=2))
    return 0 if verdict["ok"] else 1


if __name__ == "__main__":
    sys.exit(main())
