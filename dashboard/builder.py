"""Judges data batch by batch, keeps them in narrow arrays, and indexes them at the end. All of it is vectorised."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from dashboard.dataset import Dataset
from dashboard.findings import MAX_LISTED_FINDINGS, not_utf8, shown
from dashboard.memory import Room
from dashboard.schema import COLUMN_NAMES, CONTINENT, COUNTRY, NUMBERS, YEAR, Column

if TYPE_CHECKING:
    import pyarrow as pa

Array = npt.NDArray[Any]

# More than any year, so that country * _YEARS + year is one number for each country and year.
_YEARS = 10_000
_UNKNOWN = -1

# Rows that are compared at once.
_STEP = 65_536


@dataclass(frozen=True)
class Names:
    """A column of names: each row's number (int32) in the list of names, which may have unused ones. -1 is missing."""

    names: list[bytes | None]
    numbers: Array


@dataclass(frozen=True)
class Batch:
    """Some rows as they were read.

    Attributes:
        names: country and continent.
        numbers: a float64 array for each column of numbers; NaN where a cell is missing or is not a number.
        cell: the text of a cell, by row of the batch and column name, for a finding.
    """

    names: Mapping[str, Names]
    numbers: Mapping[str, Array]
    cell: Callable[[int, str], str]


@dataclass(frozen=True)
class Fault:
    """A faulty cell: its row, counted from 0 over all batches, its column, what is wrong, and a row to compare with."""

    row: int
    column: str
    message: str
    other_row: int | None = None


@dataclass
class _NameList:
    """Every different name of a column so far, with its number."""

    numbers: dict[bytes, int] = field(default_factory=dict)
    texts: list[str] = field(default_factory=list)
    total_bytes: int = 0

    def number(self, name: bytes | None) -> int | str:
        """A name's number, or what is wrong with it."""
        if name is None:
            return "is missing"
        number = self.numbers.get(name)
        if number is not None:
            return number
        try:
            text = name.decode()
        except UnicodeDecodeError as error:
            return not_utf8(name[error.start])
        if not text.strip():
            return "is missing"
        self.numbers[name] = len(self.texts)
        self.texts.append(text)
        self.total_bytes += len(name)
        return len(self.texts) - 1


class DatasetBuilder:
    """Takes batches in the order of the file.

    Args:
        most_rows: no file of this size has more rows. Pages of an array that are never written cost no memory.
        room: the memory that it may take.

    Attributes:
        row_count: rows so far.
        fault_count: faulty cells so far.
        faults: the first of them, in order.
    """

    def __init__(self, most_rows: int, room: Room) -> None:
        self.row_count = 0
        self.fault_count = 0
        self.faults: list[Fault] = []
        self._room = room
        self._names = {COUNTRY.name: _NameList(), CONTINENT.name: _NameList()}
        # The continent's number for every country's number.
        self._continent_of: Array = np.full(1, _UNKNOWN, "int32")
        self._country: Array = np.empty(most_rows, "int32")
        self._numbers: dict[str, Array] = {column.name: np.empty(most_rows, column.dtype) for column in NUMBERS}

    def add(self, batch: Batch) -> None:
        """Judge and keep some rows.

        Raises:
            TooLargeError: there is no room for what was kept so far.
        """
        wrong: list[tuple[str, Array, Callable[[int], str]]] = []
        country = self._read_names(batch, COUNTRY.name, wrong)
        continent = self._read_names(batch, CONTINENT.name, wrong)
        names = self._names[COUNTRY.name]
        here = slice(self.row_count, self.row_count + len(country))
        self._room.check_rows(here.stop, countries=len(names.texts), name_bytes=names.total_bytes)
        wrong.append(self._compare_continents(country, continent))
        for column in NUMBERS:
            values = batch.numbers[column.name]
            bad = np.flatnonzero(~_is_good(column, values))
            if len(bad):
                wrong.append((column.name, bad, _teller(column, batch.cell)))
                values = values.copy()
                values[bad] = 0
                if column is YEAR:
                    country[bad] = _UNKNOWN  # so it is not compared with other rows
            self._numbers[column.name][here] = values
        self._country[here] = country
        self._tell(wrong)
        self.row_count = here.stop

    def _read_names(self, batch: Batch, column: str, wrong: list[tuple[str, Array, Callable[[int], str]]]) -> Array:
        """Each row's number in the list of all names; -1 where the name is missing or cannot be read."""
        given, known = batch.names[column], self._names[column]
        found = [known.number(name) for name in given.names]
        # The last one is for rows whose name is missing, which carry -1.
        found.append("is missing")
        numbers = np.array([number if isinstance(number, int) else _UNKNOWN for number in found], "int32")[
            given.numbers
        ]
        bad = np.flatnonzero(numbers == _UNKNOWN)
        if len(bad):
            wrong.append((column, bad, lambda row: str(found[given.numbers[row]])))
        return numbers

    def _compare_continents(self, country: Array, continent: Array) -> tuple[str, Array, Callable[[int], str]]:
        """The rows whose continent differs from the one that their country had first."""
        names = self._names[COUNTRY.name].texts
        of = self._continent_of
        if len(of) < len(names):
            grown = np.full(max(len(names), 2 * len(of)), _UNKNOWN, "int32")
            grown[: len(of)] = of
            self._continent_of = of = grown
        new = np.flatnonzero((country != _UNKNOWN) & (continent != _UNKNOWN) & (of[country] == _UNKNOWN))[::-1]
        # Backwards, since of several values for one place the last one stays.
        of[country[new]] = continent[new]
        differs = (country != _UNKNOWN) & (continent != _UNKNOWN) & (of[country] != continent)

        def tell(row: int) -> str:
            texts = self._names[CONTINENT.name].texts
            here, before = texts[continent[row]], texts[of[country[row]]]
            return f"{shown(names[country[row]])} is in {shown(here)} here, and in {shown(before)} on an earlier row"

        return CONTINENT.name, np.flatnonzero(differs), tell

    def _tell(self, wrong: list[tuple[str, Array, Callable[[int], str]]]) -> None:
        self.fault_count += sum(len(rows) for _, rows, _ in wrong)
        first = [
            (row, COLUMN_NAMES.index(column), tell)
            for column, rows, tell in wrong
            for row in rows[:MAX_LISTED_FINDINGS].tolist()
        ]
        first.sort(key=lambda place: place[:2])
        for row, column, tell in first[: MAX_LISTED_FINDINGS - len(self.faults)]:
            self.faults.append(Fault(self.row_count + row, COLUMN_NAMES[column], tell(row)))

    def finish(self) -> Dataset | None:
        """The data, sorted and indexed; None if anything is wrong with them, as ``faults`` tell."""
        texts, continents = self._names[COUNTRY.name].texts, self._names[CONTINENT.name].texts
        numbers = sorted(range(len(texts)), key=texts.__getitem__)
        countries = [texts[number] for number in numbers]
        # From a country's number to its place in the alphabet; the last one is for -1.
        place = np.full(len(texts) + 1, _UNKNOWN, "int32")
        place[numbers] = np.arange(len(texts))
        country = self._country[: self.row_count]
        np.take(place, country, out=country, mode="wrap")
        columns = {name: values[: self.row_count] for name, values in self._numbers.items()}
        order = None
        if not _is_ordered(country, columns[YEAR.name]):
            order = self._order(country, columns[YEAR.name], countries)
        if self.fault_count or not self.row_count:
            return None

        ends = np.cumsum(np.bincount(country, minlength=len(countries))).tolist()
        if order is not None:
            # One by one, and what was in no order is let go.
            for name in list(columns):
                columns[name] = self._numbers[name] = columns[name][order]
        for values in columns.values():
            values.setflags(write=False)
        continent_of = {
            name: continents[self._continent_of[number]] for name, number in zip(countries, numbers, strict=True)
        }
        by_continent: dict[str, list[str]] = {name: [] for name in sorted(continents)}
        for name, continent in continent_of.items():
            by_continent[continent].append(name)
        return Dataset(
            countries=countries,
            rows=dict(zip(countries, map(slice, [0, *ends], ends), strict=False)),
            columns=columns,
            continent_of=continent_of,
            continents=by_continent,
            year_range=(int(columns[YEAR.name].min()), int(columns[YEAR.name].max())),
        )

    def _order(self, country: Array, year: Array, countries: list[str]) -> Array:
        """The order of the rows by country and year. A year that a country has twice is added to the faults."""
        key = _key(country, year)
        order = np.argsort(key, kind="stable")
        key = key[order]
        twice = np.flatnonzero((key[1:] == key[:-1]) & (key[1:] >= 0)) + 1
        if len(twice):
            self.fault_count += len(twice)
            for place in twice[np.argsort(order[twice])[:MAX_LISTED_FINDINGS]].tolist():
                row = int(order[place])
                # Of three rows that are alike the first is named.
                other = int(order[np.searchsorted(key, key[place])])
                message = f"{shown(countries[country[row]])} in {year[row]} is there already"
                self.faults.append(Fault(row, YEAR.name, message, other))
            self.faults.sort(key=lambda fault: fault.row)
            del self.faults[MAX_LISTED_FINDINGS:]
        return order


def _key(country: Array, year: Array) -> Array:
    key: Array = country.astype("int64")
    key *= _YEARS
    key += year
    return key


def _is_ordered(country: Array, year: Array) -> bool:
    """Whether the rows are ordered by country and year, each once. In steps, so that it takes little memory."""
    for start in range(0, len(country) - 1, _STEP):
        step = slice(start, start + _STEP + 1)
        if (np.diff(_key(country[step], year[step])) <= 0).any():
            return False
    return True


def as_numpy(array: "pa.Array", dtype: str, missing: float) -> Array:
    """An Arrow array of this type as NumPy's. Its own ``to_numpy``, and each of its scalars, imports pandas (50 MB)."""
    if not len(array):
        return np.empty(0, dtype)
    values: Array = np.frombuffer(array.buffers()[1], dtype)[array.offset : array.offset + len(array)]
    if array.null_count:
        values = values.copy()
        values[np.from_dlpack(array.is_null().cast("int8")).astype(bool)] = missing
    return values


def _is_good(column: Column, values: Array) -> Array:
    good: Array = np.isfinite(values)
    good &= (values >= column.low) & (values <= column.high)
    if column.is_whole:
        good &= np.floor(values) == values
    return good


def _teller(column: Column, cell: Callable[[int, str], str]) -> Callable[[int], str]:
    return lambda row: column.fault(cell(row, column.name)) or "cannot be read as a number"
