import subprocess
import sys

import pytest

from dashboard.findings import MAX_LISTED_FINDINGS, InvalidDataError
from tests.dashboard.files import GOOD, HEADER, csv, findings, parse

pytestmark = pytest.mark.unit


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
        ("Canada,Americas,1952,1,-1,1", "pop", "'-1' is out of range: from 0 to 9007199254740991"),
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


def test_a_country_in_two_continents_is_refused() -> None:
    rows = [GOOD, "Albania,Europe,1952,1,1,1", "Canada,Asia,1953,1,1,1", "Canada,Americas,1954,1,1,1"]
    assert findings(csv(*rows)) == [
        (4, "continent", "'Canada' is in 'Asia' here, and in 'Americas' on an earlier row"),
    ]


def test_faults_of_every_kind_are_told_in_the_order_of_their_lines() -> None:
    found = findings(
        csv(
            GOOD,
            "Canada,Americas,x,1,1,1",
            "Canada,Americas,1953",
            "   ",
            "",
            "Canada,Asia,1954,1,1,1",
            "Canada,Americas,1952,1,1,1",
            ",Americas,1955,-1,1,1",
            "Canada,Americas,1956,1,1,1,1",
        )
    )
    assert [(row, column) for row, column, _ in found] == [
        (3, "year"),
        (4, None),
        (7, "continent"),
        (8, "year"),
        (9, "country"),
        (9, "lifeExp"),
        (10, None),
    ]
    assert found[3][2] == "'Canada' in 1952 is there already, on line 2"


def test_of_three_rows_for_one_year_the_first_is_named() -> None:
    assert [message for _, _, message in findings(csv(GOOD, GOOD, GOOD))] == [
        "'Canada' in 1952 is there already, on line 2",
        "'Canada' in 1952 is there already, on line 2",
    ]


def test_faults_far_into_a_large_file_have_the_right_line() -> None:
    rows = [f"Land {i},X,{1900 + i % 100},70,{i},1" for i in range(50_000)]
    rows[40_000] = "Land,X,1900,70,1.5,1"
    rows[45_000] = "Land,X"
    rows.append(rows[7])
    assert [(row, column) for row, column, _ in findings(csv(*rows))] == [
        (40_002, "pop"),
        (45_002, None),
        (50_002, "year"),
    ]


def test_a_quote_that_is_never_closed_is_refused_in_the_last_cell_too() -> None:
    header = "continent,year,lifeExp,pop,gdpPercap,country"
    content = csv("Americas,1952,1,1,1,Canada", 'Europe,1952,1,1,1,"Albania', header=header)
    assert findings(content) == [(3, None, "cannot be read as CSV: unexpected end of data")]


def test_a_quote_inside_a_cell_is_a_character() -> None:
    assert parse(csv('5" pipe,X,1952,1,1,1')).countries == ['5" pipe']


def test_a_row_that_is_longer_than_a_block_is_refused() -> None:
    ((line, column, _),) = findings(csv(GOOD, f"{'x' * 1_000_000},X,1952,1,1,1"))
    assert (line, column) == (3, None)


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize(
    ("row", "column"),
    [
        ("Côte d'Ivoire,Africa,1952,1,1,1", "country"),
        ("Canada,Amériques,1952,1,1,1", "continent"),
        ("Canada,Americas,1952,é,1,1", "lifeExp"),
        ("Canada,Americas,1952,1,1,1,é", None),
    ],
)
def test_a_byte_that_is_not_utf_8_is_found_in_every_place(row: str, column: str | None) -> None:
    found = findings(csv(GOOD, row).decode().encode("latin-1"))
    assert found[0][:2] == (3, column)
    assert "is not UTF-8: save the file with the encoding UTF-8" in found[0][2]


def test_text_beyond_ascii_is_read_across_blocks() -> None:
    rows = [f"Åländ {'ö' * (i % 7)}{i},Éurope,1952,1,{i},1" for i in range(30_000)]
    assert parse(csv(*rows)).row_count == 30_000


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize("last", ["Europe,1952,1,1,1,Albanié", "Albanié"])
def test_a_character_that_is_cut_off_at_the_end_is_refused(last: str) -> None:
    header = "continent,year,lifeExp,pop,gdpPercap,country"
    content = csv("Europe,1952,1,1,1,Åland", last, header=header).rstrip(b"\n")
    assert "0xc3 is not UTF-8" in findings(content[:-1])[0][2]


def test_utf_16_is_refused() -> None:
    assert findings(csv(GOOD).decode().encode("utf-16"))[0][0] == 1


def test_control_characters_and_html_in_names_stay_data() -> None:
    name = "<img src=x onerror=alert(1)>\x00\x1b[31m"
    assert parse(csv(f"{name},X,1952,1,1,1")).countries == [name]


def test_control_characters_are_escaped_in_a_message() -> None:
    ((_, _, message),) = findings(csv("Canada,X,\x1b[31m,1,1,1"))
    assert "\x1b" not in message


def test_numbers_are_read_exactly() -> None:
    data = parse(csv(f"Canada,X,1952,0.1,{2**53 - 1},4.9406564584124654e-324", "Albania,X,1952,1e-400,0,1e22"))
    assert data.series("Canada", "lifeExp") == [0.1]
    assert data.series("Canada", "pop") == [2**53 - 1]
    assert data.series("Canada", "gdpPercap") == [5e-324]
    assert data.series("Albania", "lifeExp") == [0]


def test_a_whole_number_that_a_float_would_round_is_refused() -> None:
    assert findings(csv(f"Canada,X,1952,1,{2**53 + 1},1"))[0][:2] == (2, "pop")


def test_spaces_around_numbers_are_passed_over() -> None:
    assert parse(csv("Canada,X, 1952 ,1,\t7,1")).series("Canada", "pop") == [7]


def test_what_only_spaces_separate_from_empty_lines_does_not_shift_the_lines() -> None:
    assert findings(csv(" ", GOOD, "  ", "", "Albania,X,1952,x,1,1"))[0][:2] == (6, "lifeExp")


def test_a_file_of_misshapen_rows_is_given_up_early(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("dashboard.csv_reader._MAX_MISSHAPEN", 100)
    with pytest.raises(InvalidDataError) as refused:
        parse(csv(*["x"] * 1000))
    assert len(refused.value.findings) == MAX_LISTED_FINDINGS
    assert refused.value.total == 101


def test_reading_does_not_import_pandas() -> None:
    code = (
        "import os, sys; from tests.dashboard.files import csv, parquet, parse, GOOD;"
        "assert not any(name == 'pandas' for name in sys.modules), 'before';"
        # Not sys.exit: threads of pyarrow 26.0.1 may still run as the interpreter ends, which aborts it now and then.
        "parse(csv(GOOD)); os._exit('pandas' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], timeout=60).returncode == 0
