import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboard.export import file_name, to_csv

pytestmark = pytest.mark.unit


def read(text: str) -> list[list[str]]:
    return list(csv.reader(io.StringIO(text.removeprefix("\ufeff"), newline="")))


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠"])  # noqa: RUF001 - the wide forms
def test_a_text_that_a_spreadsheet_would_run_begins_with_an_apostrophe(start: str) -> None:
    hostile = f"{start}cmd|' /C calc'!A0"
    assert read(to_csv([hostile], [[hostile, 1]])) == [["'" + hostile], ["'" + hostile, "1"]]


def test_numbers_stay_numbers() -> None:
    assert read(to_csv(["Name"], [["a-b", -1.5, 0, 10**20]]))[1] == ["a-b", "-1.5", "0", "100000000000000000000"]


@given(st.lists(st.text(), min_size=2, max_size=2))
def test_any_text_comes_back_and_is_no_formula(cells: list[str]) -> None:
    (row,) = read(to_csv([], [cells]))[1:] if any(cells) else [cells]
    for cell, back in zip(cells, row, strict=True):
        assert back in {cell, "'" + cell}
        assert not back.startswith(("=", "+", "-", "@", "\t", "\r"))


def test_excel_reads_it_as_utf_8() -> None:
    assert to_csv(["é"], []).encode().startswith(b"\xef\xbb\xbf")


@pytest.mark.parametrize(
    ("parts", "name"),
    [
        (("Population", "Côte d'Ivoire", "1952", "2007"), "population-cote-d-ivoire-1952-2007.csv"),
        (("../../etc/passwd\0",), "etc-passwd.csv"),
        (("国",), "data.csv"),
        (("a" * 500,), "a" * 80 + ".csv"),
    ],
)
def test_a_file_name_is_plain_and_tells_what_it_holds(parts: tuple[str, ...], name: str) -> None:
    assert file_name(*parts) == name
