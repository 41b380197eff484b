"""What must hold for every data set, with made-up ones."""

import csv
import io
from typing import Any, Literal

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dashboard.findings import InvalidDataError
from tests.dashboard.files import COLUMNS, parquet, parse

pytestmark = pytest.mark.unit

# No deadline for a single example: a busy machine is no fault.
BOUNDED = settings(deadline=None, max_examples=80, derandomize=True, database=None)

Row = dict[str, Any]

NAMES = tuple(COLUMNS)
# A CSV has no way to write a lone surrogate.
TEXTS = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=12).filter(
    lambda text: text.strip() != ""
)
AMOUNTS = st.floats(min_value=0, allow_infinity=False, allow_nan=False)
VALUES = st.fixed_dictionaries({"lifeExp": AMOUNTS, "pop": st.integers(0, 2**53 - 1), "gdpPercap": AMOUNTS})
BAD_CELLS = {
    "country": ["", " ", "\t"],
    "continent": ["", "Another continent"],
    "year": ["", "x", "1952.5", "-1", "10000", "nan", "1e9", "0x7a0", "1_952"],
    "lifeExp": ["", "x", "-0.1", "inf", "NaN", "1e999", "true", "1 2", "NULL"],
    "pop": ["", "1,000", "0.5", "-1", "9007199254740993", "-inf", "Infinity"],
    "gdpPercap": ["", "$1", "-1e-9", "nan", "--1", "1e", "."],
}
BAD_VALUES: dict[str, list[Any]] = {
    "country": [None, "", " "],
    "continent": [None, "", "Another continent"],
    "year": [None, 1952.5, -1, 10_000, float("nan")],
    "lifeExp": [None, -0.1, float("inf"), float("nan")],
    "pop": [None, -1, 2**53],
    "gdpPercap": [None, float("-inf"), -1e-9],
}


@st.composite
def tables(draw: st.DrawFn, texts: st.SearchStrategy[str] = TEXTS) -> list[Row]:
    """Rows of a valid data set, in no order."""
    continents = draw(st.dictionaries(texts, texts, min_size=1, max_size=5))
    keys = st.tuples(st.sampled_from(sorted(continents)), st.integers(0, 9999))
    chosen = draw(st.lists(keys, min_size=1, max_size=25, unique=True))
    return [
        {"country": country, "continent": continents[country], "year": year} | draw(VALUES) for country, year in chosen
    ]


# Every line of the file is a row.
SIMPLE_TABLES = tables(st.text("abcé <&'", min_size=1, max_size=6).filter(lambda text: text.strip() != ""))


def as_csv(rows: list[Row], quoting: Literal[0, 2] = csv.QUOTE_MINIMAL) -> bytes:
    text = io.StringIO(newline="")
    writer = csv.DictWriter(text, NAMES, lineterminator="\n", quoting=quoting)
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue().encode()


def as_parquet(rows: list[Row]) -> bytes:
    def column(name: str) -> pa.Array:
        values = [row[name] for row in rows]
        is_float = any(isinstance(value, float) for value in values)
        kind = pa.string() if name in {"country", "continent"} else pa.float64() if is_float else pa.int64()
        # A NaN stays one, and is not made a missing value.
        return pa.array(values, kind, from_pandas=False)

    return parquet(**{name: column(name) for name in NAMES})


@BOUNDED
@given(tables())
def test_a_valid_data_set_reads_the_same_from_csv_and_parquet(rows: list[Row]) -> None:
    for data in (parse(as_csv(rows, csv.QUOTE_NONNUMERIC)), parse(as_parquet(rows))):
        assert data.row_count == len(rows)
        assert data.countries == sorted({row["country"] for row in rows})
        assert data.continent_of == {row["country"]: row["continent"] for row in rows}
        assert sorted(name for names in data.continents.values() for name in names) == data.countries
        years = [row["year"] for row in rows]
        assert data.year_range == (min(years), max(years))
        for country in data.countries:
            expected = sorted((row for row in rows if row["country"] == country), key=lambda row: row["year"])
            for column in ("year", "lifeExp", "pop", "gdpPercap"):
                assert data.series(country, column) == [row[column] for row in expected]


@BOUNDED
@given(SIMPLE_TABLES, st.data())
def test_a_single_bad_cell_of_a_csv_is_found_at_its_line_and_column(rows: list[Row], data: st.DataObject) -> None:
    number = data.draw(st.integers(0, len(rows) - 1))
    column = data.draw(st.sampled_from(NAMES))
    cell = data.draw(st.sampled_from(BAD_CELLS[column]))
    number = _appended(rows, number, column, cell)
    rows[number][column] = cell
    assert _place(as_csv(rows)) == (number + 2, column)


@BOUNDED
@given(SIMPLE_TABLES, st.data())
def test_a_single_bad_value_of_a_parquet_file_is_found_at_its_row_and_column(
    rows: list[Row], data: st.DataObject
) -> None:
    number = data.draw(st.integers(0, len(rows) - 1))
    column = data.draw(st.sampled_from(NAMES))
    value = data.draw(st.sampled_from(BAD_VALUES[column]))
    number = _appended(rows, number, column, value)
    if isinstance(value, float):
        for row in rows:
            row[column] = float(row[column])
    rows[number][column] = value
    assert _place(as_parquet(rows)) == (number + 1, column)


def _appended(rows: list[Row], number: int, column: str, value: object) -> int:
    """A country's other continent is a fault only after its first: another row of the country is appended for it."""
    if value != "Another continent":
        return number
    years = {row["year"] for row in rows}
    rows.append(rows[number] | {"year": next(year for year in range(10_000) if year not in years)})
    assert column == "continent"
    return len(rows) - 1


@BOUNDED
@given(SIMPLE_TABLES, st.data())
def test_a_single_misshapen_row_is_found_at_its_line(rows: list[Row], data: st.DataObject) -> None:
    lines = as_csv(rows).decode().splitlines(keepends=True)
    number = data.draw(st.integers(1, len(rows)))
    line = lines[number].rstrip("\n")
    lines[number] = data.draw(st.sampled_from([f"{line},", f"{line},7", line.rpartition(",")[0], "x"])) + "\n"
    assert _place("".join(lines).encode()) == (number + 1, None)


@BOUNDED
@given(SIMPLE_TABLES, st.data())
def test_a_row_that_is_there_twice_is_found_at_the_later_one(rows: list[Row], data: st.DataObject) -> None:
    repeated = data.draw(st.sampled_from(rows))
    later = data.draw(st.integers(rows.index(repeated) + 1, len(rows)))
    rows.insert(later, repeated)
    assert _place(as_csv(rows)) == (later + 2, "year")
    assert _place(as_parquet(rows)) == (later + 1, "year")


@BOUNDED
@given(st.binary(max_size=300))
def test_any_bytes_are_refused_or_read_but_never_break_the_reader(content: bytes) -> None:
    header = ",".join(NAMES).encode() + b"\n"
    for whole in (content, header + content, parquet()[:-20] + content + parquet()[-8:], b"PAR1" + content):
        refused = None
        try:
            parse(whole)
        except InvalidDataError as error:
            refused = error
        if refused:
            assert 0 < len(refused.findings) <= refused.total
            assert "\n" not in str(refused)


def _place(content: bytes) -> tuple[int | None, str | None]:
    """Where the only finding is."""
    with pytest.raises(InvalidDataError) as refused:
        parse(content)
    (finding,) = refused.value.findings
    assert refused.value.total == 1
    return finding.row, finding.column
