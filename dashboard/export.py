"""A table of what is shown, as a CSV that a spreadsheet can open without harm."""

import csv
import io
import re
import unicodedata
from collections.abc import Iterable

# A spreadsheet takes a cell that begins like this for a formula: https://owasp.org/www-community/attacks/CSV_Injection
_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")  # noqa: RUF001 - the wide forms, too
_LONGEST_NAME = 80  # characters


def to_csv(header: list[str], rows: Iterable[Iterable[str | float]]) -> str:
    """Rows as CSV. Texts that a spreadsheet would take for a formula begin with an apostrophe; numbers stay numbers.

    Returns:
        The text, with a byte order mark, without which Excel does not read UTF-8.
    """
    text = io.StringIO()
    text.write("\ufeff")
    writer = csv.writer(text)
    writer.writerows([_inert(cell) for cell in row] for row in (header, *rows))
    return text.getvalue()


def _inert(cell: str | float) -> str | float:
    return f"'{cell}" if isinstance(cell, str) and cell.startswith(_FORMULA_STARTS) else cell


def file_name(*parts: str) -> str:
    """The name of a CSV, from what it holds: "Côte d'Ivoire" becomes "cote-d-ivoire"."""
    text = unicodedata.normalize("NFKD", "-".join(parts)).encode("ascii", "ignore").decode().lower()
    name = re.sub(r"[^a-z0-9]+", "-", text)[:_LONGEST_NAME].strip("-")
    return f"{name or 'data'}.csv"
