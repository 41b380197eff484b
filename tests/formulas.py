"""Tables of a document whose numbers can be redone.

A table with a column `how` says in it how the numbers to its right are made: `price * number + …`, each term from left
to right. What stands in backticks at the beginning of a row, and the total under a heading, are names that formulas
further down may use, with the value that is printed. A column that is headed by a number has so many `viewers`.
"""

import re
from collections.abc import Iterator
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path
from typing import NamedTuple

NUMBER = re.compile(r"-?[\d,]+(?:\.\d+)?")

Names = dict[str, Decimal]


class Row(NamedTuple):
    """A row of a table: the heading above it, and its cells by column, without emphasis."""

    heading: str
    cells: dict[str, str]

    @property
    def name(self) -> str:
        """What stands in backticks at the beginning of the row, else the whole first cell."""
        first = next(iter(self.cells.values()))
        return first.split("`")[1] if first.startswith("`") else first

    @property
    def how(self) -> str:
        return self.cells.get("how", "").strip("`")

    def values(self) -> Iterator[tuple[str, str]]:
        """Each column to the right of `how`, with its cell, where that is a number."""
        columns = list(self.cells)
        for column in columns[columns.index("how") + 1 :] if "how" in columns else ():
            if NUMBER.fullmatch(self.cells[column]):
                yield column, self.cells[column]


def read_rows(document: Path) -> list[Row]:
    """Return the rows of all tables, in their order."""
    rows, heading, columns = [], "", list[str]()
    for line in document.read_text().splitlines():
        if line.startswith("#"):
            heading = line.lstrip("# ")
        cells = [cell.strip().replace("**", "") for cell in line.strip("|").split("|")]
        if not line.startswith("|"):
            columns = []
        elif not columns:
            columns = cells
        elif not line.startswith("|---"):
            rows.append(Row(heading, dict(zip(columns, cells, strict=True))))
    return rows


def number(text: str) -> Decimal:
    """Return the number that is written with commas between its thousands."""
    return Decimal(text.replace(",", ""))


def evaluate(how: str, names: Names) -> Decimal:
    """Return what a formula gives. Raises ValueError for a factor that is neither a name nor a number."""
    total = Decimal(0)
    for term in how.replace(" - ", " + -1 * ").split(" + "):
        first, *rest = re.split(r" ([*/]) ", term)
        product = _value(first, names)
        for operator, factor in zip(rest[::2], rest[1::2], strict=True):
            product = product * _value(factor, names) if operator == "*" else product / _value(factor, names)
        total += product
    return total


def _value(factor: str, names: Names) -> Decimal:
    if factor not in names and not NUMBER.fullmatch(factor):
        raise ValueError(f"'{factor}' in a formula is neither a number nor a name from further up")
    return names[factor] if factor in names else number(factor)


def faults(rows: list[Row], names: Names) -> list[str]:
    """Return a line for each number that its formula, or the sum of its column, does not give.

    Args:
        rows: in the order of the document.
        names: what formulas may use; what the rows name is added.
    """
    found, sums, by_viewers = [], dict[tuple[str, str], Decimal](), dict[str, Names]()
    for row in rows:
        for column, text in row.values():
            known = names
            if NUMBER.fullmatch(column):
                known = by_viewers.setdefault(column, {"viewers": number(column)})
                known |= {name: value for name, value in names.items() if name not in known}
            shown = number(text)
            if row.name == "total":
                expected = sums[row.heading, column]
                known[row.heading] = shown
            else:
                expected = evaluate(row.how, known).quantize(shown, ROUND_HALF_UP) if row.how else shown
                sums[row.heading, column] = sums.get((row.heading, column), Decimal(0)) + shown
                known[row.name] = shown
            if expected != shown:
                found.append(f"{row.heading}: {row.name}, {column}: {text} is shown, and {expected} is right")
    return found
