"""Reads a Parquet file with pyarrow, batch by batch."""

import math

import pyarrow as pa
from pyarrow import parquet

from dashboard.builder import Array, Batch, DatasetBuilder, Fault, Names, as_numpy
from dashboard.dataset import Dataset
from dashboard.findings import Finding, InvalidDataError
from dashboard.memory import Room
from dashboard.schema import COLUMN_NAMES, COLUMNS, CONTINENT, COUNTRY, NUMBERS, judge_names

# Small, since the pages of every column are unpacked at once: 20 MB less than with 65,536, and as fast (measured).
_BATCH_ROWS = 16_384


def read_parquet(file: pa.BufferReader, room: Room, *, held: int) -> Dataset:
    """Read, judge and index a Parquet file with exactly the columns of the schema, in any order.

    Args:
        file: the file, in memory.
        room: the memory that it may take.
        held: bytes of the file.

    Raises:
        InvalidDataError: lists what is wrong, by row of data (the first is 1) and column.
        TooLargeError: there is no room for the rows.
    """
    try:
        content = parquet.ParquetFile(file, read_dictionary=[COUNTRY.name, CONTINENT.name])
        _judge_schema(content.schema_arrow)
        room.check_rows(content.metadata.num_rows, held=held)
        builder = DatasetBuilder(content.metadata.num_rows, room)
        for batch in content.iter_batches(_BATCH_ROWS, columns=list(COLUMN_NAMES), use_threads=False):
            builder.add(_as_batch(batch))
    except (pa.ArrowException, OSError) as error:
        message = f"not a whole Parquet file: {' '.join(str(error).split())}"
        raise InvalidDataError([Finding(None, None, message)], row_name="row") from None
    dataset = builder.finish()
    if dataset is not None:
        return dataset
    if not builder.faults:
        raise InvalidDataError([Finding(None, None, "there are no rows")], row_name="row")
    raise InvalidDataError([_finding(fault) for fault in builder.faults], builder.fault_count, row_name="row")


def _finding(fault: Fault) -> Finding:
    reference = "" if fault.other_row is None else f", on row {fault.other_row + 1}"
    return Finding(fault.row + 1, fault.column, fault.message + reference)


def _judge_schema(schema: pa.Schema) -> None:
    findings = judge_names(schema.names)
    for column in COLUMNS:
        if schema.names.count(column.name) != 1:
            continue
        kind = schema.field(column.name).type
        if not (_is_number(kind) if column.is_number else _is_text(kind)):
            wanted = "numbers" if column.is_number else "text"
            findings.append(Finding(None, column.name, f"has the type {kind}: it must hold {wanted}"))
    if findings:
        raise InvalidDataError(findings, row_name="row")


def _is_number(kind: pa.DataType) -> bool:
    return bool(pa.types.is_integer(kind) or pa.types.is_floating(kind) or pa.types.is_decimal(kind))


def _is_text(kind: pa.DataType) -> bool:
    if pa.types.is_dictionary(kind):
        return _is_text(kind.value_type)
    return bool(pa.types.is_string(kind) or pa.types.is_large_string(kind) or pa.types.is_string_view(kind))


def _as_batch(batch: pa.RecordBatch) -> Batch:
    def cell(row: int, column: str) -> str:
        value = batch.column(column)[row].as_py()
        return "" if value is None else str(value)

    return Batch(
        names={column.name: _names(batch.column(column.name)) for column in (COUNTRY, CONTINENT)},
        numbers={column.name: _numbers(batch.column(column.name)) for column in NUMBERS},
        cell=cell,
    )


def _names(cells: pa.Array) -> Names:
    encoded = cells if pa.types.is_dictionary(cells.type) else cells.dictionary_encode()
    names: list[bytes | None] = encoded.dictionary.cast(pa.binary()).to_pylist()
    return Names(names, as_numpy(encoded.indices.cast(pa.int32()), "int32", -1))


def _numbers(cells: pa.Array) -> Array:
    # Whole numbers beyond 2**53 are rounded here, and refused by the judge. A missing one becomes NaN.
    return as_numpy(cells.cast(pa.float64(), safe=False), "float64", math.nan)
