"""Data files in memory, and reading them."""

import io
from dataclasses import dataclass
from typing import Any

import pyarrow as pa
import pytest
from pyarrow import parquet as pa_parquet

from dashboard.dataset import Dataset
from dashboard.findings import InvalidDataError
from dashboard.memory import Room
from dashboard.reading import read

HEADER = "country,continent,year,lifeExp,pop,gdpPercap"
GOOD = "Canada,Americas,1952,68.75,14785584,11367.16"

# One row, by column.
COLUMNS: dict[str, list[Any]] = {
    "country": ["Canada"],
    "continent": ["Americas"],
    "year": [1952],
    "lifeExp": [68.75],
    "pop": [14785584],
    "gdpPercap": [11367.16],
}


class _Forwards(io.BytesIO):
    """Content that can only be read forwards, as a body from S3."""

    def seekable(self) -> bool:
        return False


@dataclass(frozen=True)
class Content:
    """A file in memory, as a source to read from."""

    content: bytes
    name: str = "data"

    @property
    def size(self) -> int:
        return len(self.content)

    def open(self) -> io.BufferedReader:
        return io.BufferedReader(_Forwards(self.content))


def csv(*rows: str, header: str = HEADER) -> bytes:
    return "\n".join([header, *rows, ""]).encode()


def parquet(**columns: "list[Any] | pa.Array") -> bytes:
    """A Parquet file with these columns, or with the good row's where they are not given."""
    stream = io.BytesIO()
    pa_parquet.write_table(pa.table(COLUMNS | columns), stream)
    return stream.getvalue()


def parse(content: bytes, room: Room | None = None) -> Dataset:
    return read(Content(content), room)


def findings(content: bytes) -> list[tuple[int | None, str | None, str]]:
    with pytest.raises(InvalidDataError) as refused:
        parse(content)
    return [(finding.row, finding.column, finding.message) for finding in refused.value.findings]
