"""The columns of a data set and what their cells may hold: the same for CSV and Parquet."""

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass

from dashboard.findings import Finding, shown

# The largest whole number that JavaScript, and so a browser, holds exactly:
# https://developer.mozilla.org/docs/Web/JavaScript/Reference/Global_Objects/Number/MAX_SAFE_INTEGER
_LARGEST_WHOLE = 2**53 - 1

# As Python and RE2, which pyarrow uses, both read it.
NUMBER = r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?"
_NUMBER = re.compile(NUMBER, re.ASCII)


@dataclass(frozen=True)
class Column:
    """A column: its name, what its cells hold, and for numbers their bounds and the type that they are kept in."""

    name: str
    dtype: str | None = None
    low: float = 0
    high: float = math.inf

    @property
    def is_number(self) -> bool:
        """Whether the cells are numbers; else they are names."""
        return self.dtype is not None

    @property
    def is_whole(self) -> bool:
        """Whether the numbers are whole."""
        return self.dtype is not None and self.dtype.startswith("int")

    def fault(self, cell: str) -> str | None:
        """What is wrong with a cell, or None."""
        text = cell.strip()
        if not text:
            return "is missing"
        if not self.is_number:
            return None
        if text.lower().lstrip("+-") in {"nan", "na", "n/a", "null", "none", "inf", "infinity"}:
            return f"{shown(text)} is not a finite number"
        if not _NUMBER.fullmatch(text):
            return f"{shown(text)} is not a number"
        value = float(text)
        if not math.isfinite(value):
            return f"{shown(text)} is not a finite number"
        if self.is_whole and not value.is_integer():
            return f"{shown(text)} is not a whole number"
        if not self.low <= value <= self.high:
            limits = f"at least {self.low:g}" if math.isinf(self.high) else f"from {self.low:g} to {self.high:.0f}"
            return f"{shown(text)} is out of range: {limits}"
        return None


COUNTRY = Column("country")
CONTINENT = Column("continent")
YEAR = Column("year", "int16", high=9999)
COLUMNS = (
    COUNTRY,
    CONTINENT,
    YEAR,
    Column("lifeExp", "float64"),
    Column("pop", "int64", high=_LARGEST_WHOLE),
    Column("gdpPercap", "float64"),
)
NUMBERS = tuple(column for column in COLUMNS if column.is_number)
COLUMN_NAMES = tuple(column.name for column in COLUMNS)


def judge_names(names: Sequence[str], row: int | None = None) -> list[Finding]:
    """What is wrong with a file's column names: each must be there once, in any order, and no other.

    Args:
        names: the names as the file has them.
        row: the line that they stand in, if they stand in one.
    """
    findings = [Finding(row, name, "the column is missing") for name in COLUMN_NAMES if name not in names]
    for name in dict.fromkeys(names):
        if name not in COLUMN_NAMES:
            message = f"unknown column; the columns are {', '.join(COLUMN_NAMES)}"
            findings.append(Finding(row, name if len(name) <= 80 else f"{name[:80]}…", message))
        elif names.count(name) > 1:
            findings.append(Finding(row, name, "the column is there more than once"))
    return findings
