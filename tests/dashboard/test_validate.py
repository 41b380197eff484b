import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.dashboard.files import parquet

pytestmark = pytest.mark.unit


def run(*arguments: str) -> tuple[int, str, str]:
    command = [sys.executable, "-m", "dashboard.validate", *arguments]
    result = subprocess.run(command, capture_output=True, text=True, timeout=60)
    return result.returncode, result.stdout, result.stderr


def validate(path: Path, *options: str) -> tuple[int, dict[str, Any]]:
    code, output, errors = run(str(path), *options)
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
            "memory_mib": 205,
        },
    )


def test_a_parquet_file_is_described_alike(tmp_path: Path) -> None:
    path = tmp_path / "data.parquet"
    path.write_bytes(parquet())
    code, verdict = validate(path)
    assert (code, verdict["ok"], verdict["rows"], verdict["years"]) == (0, True, 1, [1952, 1952])


def test_a_bad_parquet_file_is_refused_by_row_and_column(tmp_path: Path) -> None:
    path = tmp_path / "data.parquet"
    path.write_bytes(parquet(pop=[-1]))
    message = "'-1' is out of range: from 0 to 9007199254740991"
    expected = {"ok": False, "findings": [{"row": 1, "column": "pop", "message": message}], "total": 1}
    assert validate(path) == (1, expected)


def test_a_csv_that_is_called_parquet_is_refused(tmp_path: Path, csv_bytes: bytes) -> None:
    path = tmp_path / "data.PARQUET"
    path.write_bytes(csv_bytes)
    code, verdict = validate(path)
    assert (code, verdict["total"]) == (1, 1)
    assert "not a Parquet file" in verdict["findings"][0]["message"]


def test_a_file_that_does_not_fit_in_the_task_is_refused(tmp_path: Path, csv_bytes: bytes) -> None:
    path = tmp_path / "good.csv"
    path.write_bytes(csv_bytes)
    assert validate(path, "--memory-mib", "512")[0] == 0
    assert validate(path, "--memory-mib", "512", "--workers", "3")[0] == 1
    code, verdict = validate(path, "--memory-mib", "128")
    assert (code, verdict["ok"]) == (1, False)
    (finding,) = verdict["findings"]
    assert "3 rows need a task with 205 MiB of memory, and it has 128 MiB" in finding["message"]


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
    assert run("x.csv", "--memory-mib", "0")[0] == 2
    assert run("x.csv", "--workers", "many")[0] == 2
