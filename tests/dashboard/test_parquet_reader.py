import io
import subprocess
import sys
from types import SimpleNamespace
from typing import Any

import pyarrow as pa
import pytest
from pyarrow import parquet as pa_parquet

from dashboard.findings import InvalidDataError
from dashboard.memory import MIB, Room, TooLargeError
from dashboard.reading import read
from tests.dashboard.files import COLUMNS, Content, csv, findings, parquet, parse

pytestmark = pytest.mark.unit


def rows(**changes: list[Any]) -> bytes:
    """Three good rows of one country, but for these columns."""
    columns: dict[str, list[Any]] = {name: values * 3 for name, values in COLUMNS.items()} | {
        "year": [1952, 1957, 1962]
    }
    return parquet(**columns | changes)


def test_a_good_file_is_read() -> None:
    data = parse(parquet())
    assert (data.countries, data.series("Canada", "pop"), data.series("Canada", "lifeExp")) == (
        ["Canada"],
        [14785584],
        [68.75],
    )


@pytest.mark.parametrize(
    "columns",
    [
        {"year": pa.array([1952], pa.int16()), "pop": pa.array([7], pa.uint64())},
        {"year": pa.array([1952.0]), "pop": pa.array([7.0])},
        {"country": pa.array(["Canada"]).dictionary_encode(), "pop": [7]},
        {"country": pa.array(["Canada"], pa.large_string()), "pop": [7]},
        {"lifeExp": pa.array([80.5], pa.float32()), "pop": [7]},
    ],
    ids=["narrow and unsigned", "whole floats", "categories", "large strings", "float32"],
)
def test_harmless_variations_of_types_are_accepted(columns: dict[str, Any]) -> None:
    assert parse(parquet(**columns)).series("Canada", "pop") == [7]


def test_the_order_of_the_columns_does_not_matter() -> None:
    stream = io.BytesIO()
    pa_parquet.write_table(pa.table(dict(reversed(COLUMNS.items()))), stream)
    assert parse(stream.getvalue()).countries == ["Canada"]


@pytest.mark.parametrize(
    ("column", "values", "message"),
    [
        ("country", ["Canada", None, "Canada"], "is missing"),
        ("country", ["Canada", " ", "Canada"], "is missing"),
        ("continent", ["Americas", "", "Americas"], "is missing"),
        (
            "continent",
            ["Americas", "Asia", "Americas"],
            "'Canada' is in 'Asia' here, and in 'Americas' on an earlier row",
        ),
        ("year", [1952, None, 1962], "is missing"),
        ("year", [1952, 10_000, 1962], "'10000' is out of range: from 0 to 9999"),
        ("year", [1952, 1957.5, 1962], "'1957.5' is not a whole number"),
        ("year", [1957, 1957, 1962], "'Canada' in 1957 is there already, on row 1"),
        ("pop", [1, -1, 1], "'-1' is out of range: from 0 to 9007199254740991"),
        ("pop", [1, 2**53 + 1, 1], "'9007199254740993' is out of range: from 0 to 9007199254740991"),
        ("lifeExp", [1.0, None, 1.0], "is missing"),
        ("lifeExp", [1.0, float("nan"), 1.0], "'nan' is not a finite number"),
        ("gdpPercap", [1.0, float("-inf"), 1.0], "'-inf' is not a finite number"),
    ],
)
def test_a_bad_value_is_named_by_row_and_column(column: str, values: list[Any], message: str) -> None:
    assert findings(rows(**{column: values})) == [(2, column, message)]


def test_the_text_of_a_refusal_counts_rows_of_data() -> None:
    with pytest.raises(InvalidDataError, match=r"^row 3, column pop: is missing$"):
        parse(rows(pop=[1, 2, None]))


@pytest.mark.parametrize(
    ("column", "values", "message"),
    [
        ("year", ["1952"], "has the type string: it must hold numbers"),
        ("pop", [True], "has the type bool: it must hold numbers"),
        ("country", [7], "has the type int64: it must hold text"),
        ("lifeExp", [[1.0]], "has the type list<element: double>: it must hold numbers"),
    ],
)
def test_a_wrong_type_is_named_by_its_column(column: str, values: list[Any], message: str) -> None:
    assert findings(parquet(**{column: values})) == [(None, column, message)]


def test_missing_and_unknown_columns_are_named() -> None:
    stream = io.BytesIO()
    pa_parquet.write_table(pa.table({**COLUMNS, "population": [1]}).drop_columns(["pop"]), stream)
    assert [place[:2] for place in findings(stream.getvalue())] == [(None, "pop"), (None, "population")]


def test_a_file_without_rows_is_refused() -> None:
    empty = {name: pa.array([], pa.array(values).type) for name, values in COLUMNS.items()}
    assert findings(parquet(**empty)) == [(None, None, "there are no rows")]


@pytest.mark.parametrize("length", [4, 12, 500, -1, -8])
def test_a_truncated_file_is_refused(length: int) -> None:
    ((row, column, message),) = findings(parquet()[:length])
    assert (row, column) == (None, None)
    assert message.startswith("not a whole Parquet file: ")
    assert "\n" not in message


def test_a_damaged_file_is_refused() -> None:
    content = bytearray(rows(country=["Canada", "Cuba", "Chile"]))
    content[4:200] = b"\xff" * 196
    ((row, _, message),) = findings(bytes(content))
    assert row is None
    assert message.startswith("not a whole Parquet file: ")


def test_a_csv_that_is_called_parquet_is_refused() -> None:
    with pytest.raises(InvalidDataError, match="not a Parquet file"):
        read(Content(csv("Canada,Americas,1952,1,1,1"), "data.parquet"))


def test_a_name_that_is_not_utf_8_is_refused() -> None:
    bad = pa.array([b"C\xf4te"], pa.binary()).view(pa.string())
    ((row, column, message),) = findings(parquet(country=bad))
    assert (row, column) == (1, "country")
    assert "0xf4 is not UTF-8" in message


def test_a_small_file_of_very_many_rows_is_refused_by_its_rows() -> None:
    count = 3_000_000
    years = pa.array([1952] * count)
    bomb = parquet(
        country=pa.array(["Canada"] * count),
        continent=pa.array(["X"] * count),
        year=years,
        pop=years,
        lifeExp=years,
        gdpPercap=years,
    )
    assert len(bomb) < 200_000
    with pytest.raises(TooLargeError, match=r"at least 3,000,000 rows.* 100 MiB of the task's 512 MiB"):
        parse(bomb, Room(free=100 * MIB, limit=512 * MIB))


def test_arrow_is_not_given_a_file_of_python(monkeypatch: pytest.MonkeyPatch) -> None:
    given: list[object] = []
    parquet_file = pa_parquet.ParquetFile

    def noted(file: object, **options: list[str]) -> pa_parquet.ParquetFile:
        given.append(file)
        return parquet_file(file, **options)

    monkeypatch.setattr(pa_parquet, "ParquetFile", noted)
    file = SimpleNamespace(name="data.parquet", size=len(rows()), open=lambda: io.BufferedReader(io.BytesIO(rows())))
    assert read(file).row_count == 3
    assert [type(file) for file in given] == [pa.BufferReader]


def test_reading_does_not_import_pandas() -> None:
    content = rows().hex()
    code = (
        "import sys, io, types; from dashboard.reading import read\n"
        f"content = bytes.fromhex('{content}')\n"
        "file = types.SimpleNamespace(name='x', size=len(content))\n"
        "file.open = lambda: io.BufferedReader(io.BytesIO(content))\n"
        "assert read(file).row_count == 3\n"
        "sys.exit('pandas' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], timeout=60).returncode == 0
