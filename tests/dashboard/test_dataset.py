import random

import pytest

from dashboard.dataset import MAX_LISTED_FINDINGS, Dataset, InvalidDataError, parse

pytestmark = pytest.mark.unit

HEADER = "country,continent,year,lifeExp,pop,gdpPercap"
GOOD = "Canada,Americas,1952,68.75,14785584,11367.16"


def csv(*rows: str, header: str = HEADER) -> bytes:
    return "\n".join([header, *rows, ""]).encode()


def findings(content: bytes) -> list[tuple[int | None, str | None, str]]:
    with pytest.raises(InvalidDataError) as refused:
        parse(content)
    return [(finding.row, finding.column, finding.message) for finding in refused.value.findings]


def test_rows_are_indexed_by_country_and_ordered_by_year(csv_bytes: bytes) -> None:
    data = parse(csv_bytes)
    assert data.countries == ["Albania", "Canada"]
    assert data.series("Canada", "year") == [1952, 2007]
    assert data.series("Canada", "pop") == [14785584, 33390141]
    assert data.series("Albania", "lifeExp") == [55.23]
    assert (data.row_count, data.year_range) == (3, (1952, 2007))


def test_every_country_keeps_its_own_rows_in_a_large_shuffled_file() -> None:
    expected = {f"Land {c}": [(year, c * 10000 + year) for year in range(1000, 2000)] for c in range(80)}
    rows = [f"{name},X,{year},70,{pop},1" for name, series in expected.items() for year, pop in series]
    random.Random(1).shuffle(rows)  # noqa: S311 - not for secrets
    data = parse(csv(*rows))
    assert data.countries == sorted(expected)
    for name, series in expected.items():
        assert list(zip(data.series(name, "year"), data.series(name, "pop"), strict=True)) == series


def test_the_data_cannot_be_changed(csv_bytes: bytes) -> None:
    with pytest.raises(ValueError, match="read-only"):
        parse(csv_bytes).columns["pop"][0] = 0


@pytest.mark.parametrize(
    "content",
    [
        csv(GOOD).replace(b"\n", b"\r\n"),
        b"\xef\xbb\xbf" + csv(GOOD),
        csv(GOOD).rstrip(b"\n"),
        csv("", GOOD, "  ", ""),
        csv("14785584,Canada,11367.16,Americas,68.75,1952", header="pop,country,gdpPercap,continent,lifeExp,year"),
        csv('"Canada","Americas",1952.0,6.875e1,14785584.0,+11367.16'),
    ],
    ids=["CRLF", "byte-order mark", "no last newline", "empty lines", "another order of columns", "quotes and floats"],
)
def test_harmless_variations_are_accepted(content: bytes) -> None:
    assert parse(content).series("Canada", "pop") == [14785584]


def test_a_country_may_be_called_na_or_need_quotes() -> None:
    data = parse(csv("NA,None,1952,1,1,1", '"Yemen, Rep.",null,1952,1,1,1', "Côte d'Ivoire,nan,1952,1,1,1"))
    assert data.countries == ["Côte d'Ivoire", "NA", "Yemen, Rep."]


@pytest.mark.parametrize(
    ("row", "column", "message"),
    [
        (",Americas,1952,1,1,1", "country", "is missing"),
        (" ,Americas,1952,1,1,1", "country", "is missing"),
        ("Canada,,1952,1,1,1", "continent", "is missing"),
        ("Canada,Americas,,1,1,1", "year", "is missing"),
        ("Canada,Americas,1952,1,1,", "gdpPercap", "is missing"),
        ("Canada,Americas,nineteen,1,1,1", "year", "'nineteen' is not a number"),
        ("Canada,Americas,1952.5,1,1,1", "year", "'1952.5' is not a whole number"),
        ("Canada,Americas,1952,1,0.5,1", "pop", "'0.5' is not a whole number"),
        ("Canada,Americas,-5,1,1,1", "year", "'-5' is out of range: from 0 to 9999"),
        ("Canada,Americas,1952,1,-1,1", "pop", "'-1' is out of range: from 0 to 9.0072e+15"),
        ("Canada,Americas,1952,-1,1,1", "lifeExp", "'-1' is out of range: at least 0"),
        ("Canada,Americas,1952,inf,1,1", "lifeExp", "'inf' is not a finite number"),
        ("Canada,Americas,1952,1,1,-Infinity", "gdpPercap", "'-Infinity' is not a finite number"),
        ("Canada,Americas,1952,NaN,1,1", "lifeExp", "'NaN' is not a finite number"),
        ("Canada,Americas,1952,NA,1,1", "lifeExp", "'NA' is not a finite number"),
        ("Canada,Americas,1952,1e999,1,1", "lifeExp", "'1e999' is not a finite number"),
        ('Canada,Americas,1952,1,"1,000",1', "pop", "'1,000' is not a number"),
        ("Canada,Americas,1952,1,1_000,1", "pop", "'1_000' is not a number"),
        ("Canada,Americas,1952,1,0x10,1", "pop", "'0x10' is not a number"),
        ("Canada,Americas,1952,true,1,1", "lifeExp", "'true' is not a number"),
        ("Canada,Americas,1952,1", None, "truncated: 4 fields instead of 6"),
        ("Canada", None, "truncated: 1 fields instead of 6"),
        ("Canada,Americas,1952,1,1,1,7", None, "too many: 7 fields instead of 6"),
        ("Canada,Americas,1952,1,1,1,", None, "too many: 7 fields instead of 6"),
    ],
)
@pytest.mark.parametrize("before", [[], ["Albania,Europe,1952,55.23,1282697,1601.05"]], ids=["first row", "later row"])
def test_a_bad_row_is_named_by_line_and_column(row: str, column: str | None, message: str, before: list[str]) -> None:
    line = 2 + len(before)
    found = findings(csv(*before, row))
    assert found == [(line, column, message)]


def test_the_same_country_and_year_twice_is_refused() -> None:
    assert findings(csv(GOOD, "Albania,Europe,1952,1,1,1", "Canada,Americas,1952.0,1,1,1")) == [
        (4, "year", "'Canada' in 1952 is there already, on line 2")
    ]


def test_line_numbers_are_those_of_an_editor() -> None:
    spanning = '"Can\nada",Americas,1952,1,1,1'
    assert findings(csv(spanning, "", GOOD, "Albania,Europe,x,1,1,1")) == [(6, "year", "'x' is not a number")]


def test_a_quote_that_is_never_closed_is_refused() -> None:
    ((line, _, message),) = findings(csv(GOOD, '"Albania,Europe,1952,1,1,1', GOOD))
    assert line == 3
    assert "cannot be read as CSV" in message


@pytest.mark.parametrize("content", [b"", b"\n \n", b"\xef\xbb\xbf"])
def test_an_empty_file_is_refused(content: bytes) -> None:
    assert findings(content) == [(None, None, "the file is empty")]


@pytest.mark.parametrize("content", [csv(), HEADER.encode(), csv("", "")])
def test_a_file_without_rows_is_refused(content: bytes) -> None:
    assert findings(content) == [(None, None, "there are no rows below the header")]


def test_another_encoding_is_refused_at_its_line() -> None:
    ((line, _, message),) = findings(csv(GOOD, "Côte d'Ivoire,Africa,1952,1,1,1").decode().encode("latin-1"))
    assert line == 3
    assert "UTF-8" in message


def test_binary_content_is_refused() -> None:
    ((_, _, message),) = findings(b"PK\x03\x04\xff\xfe\x00\x00")
    assert "UTF-8" in message


def test_missing_unknown_and_double_columns_are_named() -> None:
    found = findings(csv(GOOD, header="country,continent,year,life_exp,pop,pop"))
    assert [(row, column) for row, column, _ in found] == [
        (1, "lifeExp"),
        (1, "gdpPercap"),
        (1, "life_exp"),
        (1, "pop"),
    ]


def test_another_separator_is_named() -> None:
    ((row, column, message),) = findings(csv(GOOD, header=HEADER.replace(",", ";")))
    assert (row, column) == (1, None)
    assert "commas" in message


def test_only_the_first_findings_are_listed_but_all_are_counted() -> None:
    with pytest.raises(InvalidDataError) as refused:
        parse(csv(*(f"Canada,Americas,x{i},1,1,1" for i in range(50))))
    assert len(refused.value.findings) == MAX_LISTED_FINDINGS
    assert refused.value.total == 50
    assert str(refused.value) == "line 2, column year: 'x0' is not a number (and 49 more)"


def test_a_long_cell_is_shortened_in_the_message() -> None:
    ((_, _, message),) = findings(csv(f"Canada,Americas,{'x' * 500},1,1,1"))
    assert len(message) < 80


def test_a_frame_that_pandas_refuses_is_refused_even_without_an_explanation(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("dashboard.dataset._read_typed", lambda *_: None)
    assert findings(csv(GOOD)) == [(None, None, "pandas cannot read the file as a CSV of the expected types")]


def test_what_is_accepted_needs_no_explanation(csv_bytes: bytes) -> None:
    assert isinstance(parse(csv_bytes), Dataset)
