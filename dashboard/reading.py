"""Reads a data set from a file, as CSV or Parquet: the only judge of what the dashboard accepts."""

import io
from typing import TYPE_CHECKING, Protocol

from dashboard.findings import Finding, InvalidDataError
from dashboard.memory import Room

if TYPE_CHECKING:
    from dashboard.dataset import Dataset


class Source(Protocol):
    """A file that can be opened, and opened again."""

    @property
    def name(self) -> str:
        """Path or key; ".parquet" at its end says what the file should be."""

    @property
    def size(self) -> int:
        """Bytes."""

    def open(self) -> io.BufferedReader:
        """The file at its beginning; the caller closes it."""


def read(source: Source, room: Room | None = None) -> "Dataset":
    """Read, judge and index the data. A file that begins like Parquet is read as Parquet, any other as CSV.

    Args:
        source: the file.
        room: the memory that it may take; None for no limit.

    Raises:
        InvalidDataError: lists what is wrong, by row and column.
        TooLargeError: there is no room: by the file's size, before it is read, or by its rows, while it is read.
        Exception: whatever the source raises when it is read.
    """
    # pyarrow takes 0.2 s to import, and the server must answer before.
    import pyarrow as pa

    from dashboard.csv_reader import read_csv

    # pyarrow's own allocator keeps more of what is freed: 10 MB with the sample, 20 MB with a million rows (measured).
    pa.set_memory_pool(pa.system_memory_pool())
    room = room or Room()
    with source.open() as file:
        if is_parquet(file):
            return _read_parquet(file, source.size, room)
        if source.name.lower().endswith(".parquet"):
            raise InvalidDataError([Finding(None, None, "not a Parquet file: it does not begin with PAR1")])
        room.check_csv(source.size)
        return read_csv(file, source.size, source.open, room)


def is_parquet(file: io.BufferedReader) -> bool:
    """Whether a file at its beginning is Parquet: https://parquet.apache.org/docs/file-format/"""
    return file.peek(4)[:4] == b"PAR1"


def _read_parquet(file: io.BufferedReader, size: int, room: Room) -> "Dataset":
    import pyarrow as pa

    from dashboard.parquet_reader import read_parquet

    # What a file holds is told at its end, so it is kept as it is, until it is read: in memory of Arrow, since Arrow's
    # threads abort a process that ends while they hold what is Python's.
    # https://github.com/apache/arrow/issues/34314
    room.check_parquet(size)
    content = pa.allocate_buffer(size)
    # Only reading to its end verifies that it is whole.
    if file.readinto(memoryview(content)) != size or file.read(1):
        raise EOFError(f"the file has not the {size} bytes that were announced")
    return read_parquet(pa.BufferReader(content), room, held=size)
