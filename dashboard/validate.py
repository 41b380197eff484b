"""``python -m dashboard.validate FILE.csv``: whether the dashboard would accept a file, as JSON on stdout."""

import argparse
import json
import sys
from dataclasses import asdict
from pathlib import Path
from typing import Any

from dashboard.dataset import COLUMN_NAMES, Finding, InvalidDataError, parse


def validate(path: Path) -> dict[str, Any]:
    """What is in a file, or what is wrong with it.

    Returns:
        ``{"ok": True, "rows", "countries", "years": [first, last], "columns"}``, or ``{"ok": False, "findings": [
        {"row", "column", "message"}, …], "total"}`` with the first findings and the number of all.
    """
    try:
        data = parse(path.read_bytes())
    except OSError as error:
        return _refused((Finding(None, None, f"{path} cannot be read: {error.strerror}"),), 1)
    except InvalidDataError as error:
        return _refused(error.findings, error.total)
    return {
        "ok": True,
        "rows": data.row_count,
        "countries": len(data.countries),
        "years": list(data.year_range),
        "columns": list(COLUMN_NAMES),
    }


def _refused(findings: tuple[Finding, ...], total: int) -> dict[str, Any]:
    return {"ok": False, "findings": [asdict(finding) for finding in findings], "total": total}


def main(arguments: list[str] | None = None) -> int:
    """Print the verdict. Returns 0 for a good file, 1 for a bad one; argparse exits with 2 for a wrong command line."""
    parser = argparse.ArgumentParser(prog="python -m dashboard.validate", description="Check a CSV for the dashboard.")
    parser.add_argument("file", type=Path, metavar="FILE.csv")
    verdict = validate(parser.parse_args(arguments).file)
    print(json.dumps(verdict, ensure_ascii=False, indent=2))
    return 0 if verdict["ok"] else 1


if __name__ == "__main__":
    sys.exit(main())
