import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

pytestmark = pytest.mark.unit


def run(*arguments: str) -> tuple[int, str, str]:
    command = [sys.executable, "-m", "dashboard.validate", *arguments]
    result = subprocess.run(command, capture_output=True, text=True, timeout=60)
    return result.returncode, result.stdout, result.stderr


def validate(path: Path) -> tuple[int, dict[str, Any]]:
    code, output, errors = run(str(path))
    assert errors == ""
    return code, json.loads(output)


def test_a_good_file_is_described(tmp_path: Path, csv_bytes: bytes) -> None:
    path = tmp_path / "good data.csv"
    path.write_bytes(csv_bytes)
    assert validate(path) == (
        0,
        {
            "ok": True,
            "rows": 3,
            "countries": 2,
            "years": [1952, 2007],
            "columns": ["country", "continent", "year", "lifeExp", "pop", "gdpPercap"],
        },
    )


def test_a_bad_file_is_refused_by_row_and_column(tmp_path: Path, csv_bytes: bytes) -> None:
    path = tmp_path / "bad.csv"
    path.write_bytes(csv_bytes.replace(b"1952", b"x"))
    assert validate(path) == (
        1,
        {
            "ok": False,
            "findings": [
                {"row": 3, "column": "year", "message": "'x' is not a number"},
                {"row": 4, "column": "year", "message": "'x' is not a number"},
            ],
            "total": 2,
        },
    )


def test_a_missing_file_or_a_folder_is_refused(tmp_path: Path) -> None:
    for path in (tmp_path / "none.csv", tmp_path):
        code, verdict = validate(path)
        assert (code, verdict["ok"], verdict["total"]) == (1, False, 1)
        assert str(path) in verdict["findings"][0]["message"]


def test_a_wrong_command_line_exits_with_2() -> None:
    assert run()[0] == 2
