"""The CSV's schema, its validation, and the data indexed by country.

``parse`` is the only judge of what the dashboard accepts. It reads with pandas' fast typed reader; only when something
is wrong does it go through the text row by row, to tell each fault by line and column.
"""

import csv
import io
import math
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

MAX_LISTED_FINDINGS = 20

# The largest whole number that a float, and so JSON in a browser, holds exactly.
_LARGEST_WHOLE = 2**53


@dataclass(frozen=True)
class Column:
    """A column of the CSV: its name, what its cells hold, and for numbers their bounds."""

    name: str
    is_number: bool = False
    is_whole: bool = False
    low: float = 0
    high: float = math.inf

    def fault(self, cell: str) -> str | None:
        """What is wrong with a cell, or None."""
        text = cell.strip()
        if not text:
            return "is missing"
        if not self.is_number:
            return None
        if text.lower().lstrip("+-") in {"nan", "na", "n/a", "null", "none", "inf", "infinity"}:
            return f"{_shown(text)} is not a finite number"
        if not _NUMBER.fullmatch(text):
            return f"{_shown(text)} is not a number"
        value = float(text)
        if not math.isfinite(value):
            return f"{_shown(text)} is not a finite number"
        if self.is_whole and not value.is_integer():
            return f"{_shown(text)} is not a whole number"
        if not self.low <= value <= self.high:
            limits = f"at least {self.low:g}" if math.isinf(self.high) else f"from {self.low:g} to {self.high:g}"
            return f"{_shown(text)} is out of range: {limits}"
        return None


COLUMNS = (
    Column("country"),
    Column("continent"),
    Column("year", is_number=True, is_whole=True, high=9999),
    Column("lifeExp", is_number=True),
    Column("pop", is_number=True, is_whole=True, high=_LARGEST_WHOLE),
    Column("gdpPercap", is_number=True),
)
COLUMN_NAMES = tuple(column.name for column in COLUMNS)

_BY_NAME = {column.name: column for column in COLUMNS}
_NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?", re.ASCII)


def _fault(column: str, cell: str) -> str | None:
    return _BY_NAME[column].fault(cell)


@dataclass(frozen=True)
class Finding:
    """A fault in the CSV.

    Attributes:
        row: line of the file as an editor counts it (the header is line 1), or None for the whole file.
        column: name of the column, or None for the whole row.
        message: what is wrong.
    """

    row: int | None
    column: str | None
    message: str

    def __str__(self) -> str:
        place = [f"line {self.row}"] if self.row else []
        place += [f"column {self.column}"] if self.column else []
        return f"{', '.join(place)}: {self.message}" if place else self.message


class InvalidDataError(ValueError):
    """The CSV is refused: the first findings, and how many there are in total."""

    def __init__(self, findings: list[Finding], total: int) -> None:
        self.findings = tuple(findings)
        self.total = total
        more = f" (and {total - 1} more)" if total > 1 else ""
        super().__init__(f"{findings[0]}{more}")


# Compared by identity: arrays have no single truth value.
@dataclass(frozen=True, eq=False)
class Dataset:
    """An immutable data set, sorted by country and year and indexed once.

    Attributes:
        rows: for every country, in alphabetical order, where its rows lie.
        columns: the columns of numbers, read-only and all of one length: year and pop (people) as int64, lifeExp
            (years) and gdpPercap (international dollars) as float64.
    """

    rows: Mapping[str, slice]
    columns: Mapping[str, npt.NDArray[Any]]

    @property
    def countries(self) -> list[str]:
        """Every country, in alphabetical order."""
        return list(self.rows)

    @property
    def row_count(self) -> int:
        """Number of rows."""
        return len(self.columns["year"])

    @property
    def year_range(self) -> tuple[int, int]:
        """First and last year."""
        years = self.columns["year"]
        return int(years.min()), int(years.max())

    def series(self, country: str, column: str) -> list[Any]:
        """The values of one column for one country, ordered by year.

        Raises:
            KeyError: the country or the column does not exist.
        """
        values: list[Any] = self.columns[column][self.rows[country]].tolist()
        return values


def parse(content: bytes) -> Dataset:
    """Validate the bytes of a CSV and index them.

    Args:
        content: the file: UTF-8, comma-separated, a header with exactly the columns of ``COLUMNS`` in any order.

    Raises:
        InvalidDataError: lists what is wrong, by row and column.
    """
    text = _decode(content)
    header = _read_header(text)
    frame = _read_typed(text, header)
    if frame is None:
        raise _explain(text, header)
    return _index(frame)


def _decode(content: bytes) -> str:
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        row = content.count(b"\n", 0, error.start) + 1
        message = f"byte {content[error.start]:#04x} is not UTF-8: save the file with the encoding UTF-8"
        raise InvalidDataError([Finding(row, None, message)], 1) from None
    if not text.strip():
        raise InvalidDataError([Finding(None, None, "the file is empty")], 1)
    return text


def _read_header(text: str) -> list[str]:
    """The names in the first line, which must be exactly those of the schema."""
    try:
        header = next(csv.reader(io.StringIO(text, newline=""), strict=True))
    except csv.Error as error:
        raise InvalidDataError([Finding(1, None, f"cannot be read as CSV: {error}")], 1) from None
    findings = [Finding(1, name, "the column is missing") for name in COLUMN_NAMES if name not in header]
    if len(header) == 1 and any(mark in header[0] for mark in ";\t|"):
        findings = [Finding(1, None, f"columns must be separated by commas, not {header[0]!r}")]
    else:
        for name in dict.fromkeys(header):
            if name not in _BY_NAME:
                findings.append(Finding(1, name, f"unknown column; the columns are {', '.join(COLUMN_NAMES)}"))
            elif header.count(name) > 1:
                findings.append(Finding(1, name, "the column is there more than once"))
    if findings:
        raise InvalidDataError(findings[:MAX_LISTED_FINDINGS], len(findings))
    return header


def _has_faulty_first_row(text: str, header: list[str]) -> bool:
    """Look for the two faults that pandas passes over in silence, unless a later row differs.

    It drops the fields that the first row has too many, and reads a column of only "true" and "false" as 1 and 0.
    """
    reader = csv.reader(io.StringIO(text, newline=""))
    next(reader)
    cells = next((cells for cells in reader if not _is_blank(cells)), [])
    return len(cells) != len(header) or any(map(_fault, header, cells))


def _is_blank(cells: list[str]) -> bool:
    """Whether a row is an empty line, which is passed over, as pandas does."""
    return not cells or (len(cells) == 1 and not cells[0].strip())


def _read_typed(text: str, header: list[str]) -> pd.DataFrame | None:
    """The frame in its final types, sorted by country and year; None if anything at all is wrong with it."""
    try:
        if _has_faulty_first_row(text, header):
            return None
        frame = pd.read_csv(
            io.StringIO(text),
            header=0,
            index_col=False,
            dtype={name: "float64" if _BY_NAME[name].is_number else "category" for name in header},
            # A country may be called NA; only an empty cell is missing.
            keep_default_na=False,
            na_values=[""],
        )
    except (ValueError, OverflowError, csv.Error):
        return None
    if frame.empty or frame.isna().any(axis=None):
        return None
    for column in COLUMNS:
        values = frame[column.name]
        if not column.is_number:
            if (values.cat.categories.str.strip() == "").any():
                return None
            continue
        if not np.isfinite(values).all() or not values.between(column.low, column.high).all():
            return None
        if column.is_whole:
            if (values % 1 != 0).any():
                return None
            frame[column.name] = values.astype("int64")
    if frame.duplicated(["country", "year"]).any():
        return None
    return frame.sort_values(["country", "year"], ignore_index=True)


def _index(frame: pd.DataFrame) -> Dataset:
    country = frame["country"].cat
    # The rows are sorted by country: where the code changes, the next country begins.
    starts = np.flatnonzero(np.diff(country.codes, prepend=-1)).tolist()
    names = country.categories[country.codes.to_numpy()[starts]]
    rows = {
        str(name): slice(start, end) for name, start, end in zip(names, starts, [*starts[1:], len(frame)], strict=True)
    }
    # pandas hands out its arrays read-only, since a write would bypass its copy-on-write.
    columns = {column.name: frame[column.name].to_numpy() for column in COLUMNS if column.is_number}
    return Dataset(rows, columns)


def _explain(text: str, header: list[str]) -> InvalidDataError:
    """Go through every row and tell what is wrong with it."""
    listed: list[Finding] = []
    total = 0
    for finding in _faults(text, header):
        total += 1
        if len(listed) < MAX_LISTED_FINDINGS:
            listed.append(finding)
    if not listed:
        # The typed reader is the judge: what it refuses stays refused, even where this explanation has no words for it.
        return InvalidDataError([Finding(None, None, "pandas cannot read the file as a CSV of the expected types")], 1)
    return InvalidDataError(listed, total)


def _faults(text: str, header: list[str]) -> Iterator[Finding]:
    first_seen: dict[tuple[str, float], int] = {}
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    has_rows = False
    next(reader)
    while True:
        # A quoted cell may span lines: the row begins after the last line that the reader has finished.
        row = reader.line_num + 1
        try:
            cells = next(reader)
        except StopIteration:
            break
        except csv.Error as error:
            yield Finding(row, None, f"cannot be read as CSV: {error}")
            return
        if _is_blank(cells):
            continue
        has_rows = True
        if len(cells) != len(header):
            kind = "too many" if len(cells) > len(header) else "truncated"
            yield Finding(row, None, f"{kind}: {len(cells)} fields instead of {len(header)}")
            continue
        values = dict(zip(header, cells, strict=True))
        faults = [Finding(row, name, fault) for name, cell in values.items() if (fault := _fault(name, cell))]
        yield from faults
        if faults:
            continue
        key = (values["country"], float(values["year"]))
        if key in first_seen:
            yield Finding(row, "year", f"{_shown(key[0])} in {key[1]:g} is there already, on line {first_seen[key]}")
        first_seen.setdefault(key, row)
    if not has_rows:
        yield Finding(None, None, "there are no rows below the header")


def _shown(text: str, limit: int = 40) -> str:
    """A cell in quotes, shortened, so that a message stays one short line."""
    return repr(text if len(text) <= limit else text[:limit] + "…")
