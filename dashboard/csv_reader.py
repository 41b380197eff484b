"""Reads a CSV as a stream with pyarrow: exact numbers, little memory, and the interpreter left to the server meanwhile.

Cells are first read as bytes, so that pyarrow repairs none of them in silence; ``DatasetBuilder`` is the judge. Only
when something is wrong is the file gone through once more, by ``csv_lines``, to find the lines.
"""

import codecs
import csv
import io
import math
import re
from collections.abc import Callable
from typing import BinaryIO

import pyarrow as pa
import pyarrow.compute as pc
from pyarrow import csv as pa_csv

from dashboard.builder import Array, Batch, DatasetBuilder, Names, as_numpy
from dashboard.csv_lines import find_lines, is_blank
from dashboard.dataset import Dataset
from dashboard.findings import Finding, InvalidDataError, not_utf8, shown
from dashboard.memory import Room
from dashboard.schema import COLUMN_NAMES, CONTINENT, COUNTRY, NUMBER, NUMBERS, judge_names

# pyarrow reads up to 32 blocks ahead, so 8 MiB, and a row must fit in a block.
BLOCK_BYTES = 256 * 1024

# "A,B,1,1,1,1" and its end of line, in bytes.
_SHORTEST_ROW = 12

# A file with more rows of a wrong number of fields is read no further.
_MAX_MISSHAPEN = 100_000

# RE2's \d is ASCII, and its $ the end of the text.
_NUMBER = f"^{NUMBER}$"


def read_csv(file: io.BufferedReader, size: int, open_again: Callable[[], BinaryIO], room: Room) -> Dataset:
    """Read, judge and index a CSV: UTF-8, comma-separated, its header the columns of the schema in any order.

    Args:
        file: the file, at its beginning.
        size: its bytes.
        open_again: opens it anew, to find the lines of faults.
        room: the memory that it may take.

    Raises:
        InvalidDataError: lists what is wrong, by line and column.
        TooLargeError: there is no room for the rows.
        Exception: whatever the file raises when it is read.
    """
    builder = DatasetBuilder(size // _SHORTEST_ROW + 1, room)
    shape = _Shape()
    checked = _Checked(file)
    _judge_header(file.peek(), size)
    unreadable = _read_rows(io.BufferedReader(checked, BLOCK_BYTES), builder, shape)
    dataset = builder.finish()
    # pyarrow takes a last cell whose quote is never closed as it is.
    is_doubtful = checked.quotes % 2 == 1
    if dataset and not shape.faults and not unreadable and not is_doubtful:
        return dataset

    with open_again() as source:
        findings = find_lines(
            source, builder.faults, to_the_end=is_doubtful or bool(unreadable), misshapen=shape.faults
        )
    if findings:
        raise InvalidDataError(findings, max(builder.fault_count + shape.faults, len(findings)))
    if unreadable:
        raise InvalidDataError([Finding(None, None, f"cannot be read as CSV: {unreadable}")])
    if dataset is None:
        raise InvalidDataError([Finding(None, None, "there are no rows below the header")])
    return dataset


class _Shape:
    """Notes the rows that have too many or too few fields."""

    def __init__(self) -> None:
        self.faults = 0

    def judge(self, row: pa_csv.InvalidRow) -> str:
        """Pass over a row; end the reading when there are too many such."""
        if not is_blank(row.text.split(",", 1)):
            self.faults += 1
        return "skip" if self.faults <= _MAX_MISSHAPEN else "error"


class _Checked(io.RawIOBase):
    """A file whose quotes are counted, and whose bytes must be UTF-8, as they are read."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self._decoder = codecs.getincrementaldecoder("utf-8")()
        self.quotes = 0

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        content = self._file.read(len(buffer))
        # pyarrow would decode misshapen rows, and print a traceback where it cannot.
        if not content.isascii() or self._decoder.getstate()[0]:
            self._decoder.decode(content)
        if not content:
            self._decoder.decode(b"", final=True)
        buffer[: len(content)] = content
        self.quotes += content.count(b'"')
        return len(content)


def _judge_header(beginning: bytes, size: int) -> None:
    is_whole = len(beginning) >= size
    if is_whole and not beginning.removeprefix(b"\xef\xbb\xbf").strip():
        raise InvalidDataError([Finding(None, None, "the file is empty")])
    line = re.split(rb"[\r\n]", beginning, maxsplit=1)[0]
    try:
        header = next(csv.reader(io.StringIO(line.decode("utf-8-sig"), newline=""), strict=True), [])
    except UnicodeDecodeError as error:
        raise InvalidDataError([Finding(1, None, not_utf8(line[error.start]))]) from None
    except csv.Error as error:
        raise InvalidDataError([Finding(1, None, f"cannot be read as CSV: {error}")]) from None
    if len(header) == 1 and any(mark in header[0] for mark in ";\t|"):
        raise InvalidDataError([Finding(1, None, f"columns must be separated by commas, not {shown(header[0])}")])
    if findings := judge_names(header, row=1):
        raise InvalidDataError(findings)
    if is_whole and not beginning[len(line) :].strip():
        raise InvalidDataError([Finding(None, None, "there are no rows below the header")])


def _read_rows(file: BinaryIO, builder: DatasetBuilder, shape: _Shape) -> str | None:
    """Give every row to the builder. Returns why the file cannot be read to its end, or None."""
    try:
        batches = pa_csv.open_csv(
            file,
            read_options=pa_csv.ReadOptions(use_threads=False, block_size=BLOCK_BYTES),
            parse_options=pa_csv.ParseOptions(newlines_in_values=True, invalid_row_handler=shape.judge),
            convert_options=pa_csv.ConvertOptions(
                column_types=dict.fromkeys(COLUMN_NAMES, pa.binary()), strings_can_be_null=False
            ),
        )
        for batch in batches:
            builder.add(_as_batch(batch))
    except (pa.ArrowInvalid, UnicodeDecodeError) as error:
        return " ".join(str(error).split())
    return None


def _as_batch(batch: pa.RecordBatch) -> Batch:
    def cell(row: int, column: str) -> str:
        content: bytes = batch.column(column)[row].as_py()
        return content.decode(errors="replace")

    return Batch(
        names={column.name: _names(batch.column(column.name)) for column in (COUNTRY, CONTINENT)},
        numbers={column.name: _numbers(batch.column(column.name)) for column in NUMBERS},
        cell=cell,
    )


def _names(cells: pa.BinaryArray) -> Names:
    encoded = cells.dictionary_encode()
    return Names(encoded.dictionary.to_pylist(), as_numpy(encoded.indices, "int32", -1))


def _numbers(cells: pa.BinaryArray) -> Array:
    try:
        # Exact, and strict but for "nan", "inf" and "infinity", which the judge finds.
        numbers = cells.cast(pa.float64())
    except pa.ArrowInvalid:
        text = pc.ascii_trim_whitespace(cells.view(pa.string()))
        is_number = pc.match_substring_regex(text, _NUMBER)
        numbers = pc.if_else(is_number, text, pa.nulls(len(text), pa.string())).cast(pa.float64())
    return as_numpy(numbers, "float64", math.nan)
