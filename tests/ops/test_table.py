"""Rows in columns, and sizes in words."""

import pytest

from ops.table import in_columns, size_in_words

pytestmark = pytest.mark.unit


def test_cells_stand_below_each_other_and_no_line_ends_in_spaces() -> None:
    assert in_columns([("version", "size"), ("1", "")]) == "version  size\n1"


@pytest.mark.parametrize(
    ("size", "words"),
    [(0, "0 B"), (1023, "1023 B"), (1024, "1 KiB"), (5 * 1024**2, "5 MiB"), (2**41, "2,048.0 GiB")],
)
def test_bytes_are_told_in_the_unit_that_fits(size: int, words: str) -> None:
    assert size_in_words(size) == words
