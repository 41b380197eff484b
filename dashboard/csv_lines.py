"""Finds the lines of a faulty CSV's faults, as an editor counts them. It reads no further than the last one listed."""

import csv
import io
import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from itertools import zip_longest
from typing import BinaryIO

from dashboard.builder import Fault
from dashboard.findings import MAX_LISTED_FINDINGS, Finding, not_utf8
from dashboard.schema import COLUMN_NAMES

# What surrogateescape makes of a byte: https://docs.python.org/3/library/codecs.html#error-handlers
_UNDECODED = re.compile("[\udc80-\udcff]")


def find_lines(file: BinaryIO, faults: Sequence[Fault], *, misshapen: int, to_the_end: bool) -> list[Finding]:
    """The first findings of a CSV, in the order of its lines.

    Args:
        file: the CSV at its beginning.
        faults: its first faulty cells; their rows count those that have the right number of fields.
        misshapen: number of rows with too many or too few fields.
        to_the_end: look for bytes that are not UTF-8 and for a quote that is never closed, too.
    """
    at_row = defaultdict(list)
    for fault in faults:
        at_row[fault.row].append(fault)
    compared = {fault.other_row for fault in faults}
    lines: dict[int, int] = {}
    findings: list[Finding] = []
    row = 0
    text = io.TextIOWrapper(file, encoding="utf-8-sig", errors="surrogateescape", newline="")
    reader = csv.reader(text, strict=True)
    header = next(reader)
    while len(findings) < MAX_LISTED_FINDINGS and (at_row or misshapen or to_the_end):
        # A quoted cell may span lines: the row begins after the last line that the reader has finished.
        line = reader.line_num + 1
        try:
            cells = next(reader)
        except StopIteration:
            break
        except csv.Error as error:
            findings.append(Finding(line, None, f"cannot be read as CSV: {error}"))
            break
        if is_blank(cells):
            continue
        findings += _undecoded(line, header, cells)
        if len(cells) != len(COLUMN_NAMES):
            findings.append(Finding(line, None, _misshapen(cells)))
            misshapen -= 1
            continue
        if row in compared:
            lines[row] = line
        for fault in at_row.pop(row, ()):
            reference = "" if fault.other_row is None else f", on line {lines[fault.other_row]}"
            findings.append(Finding(line, fault.column, fault.message + reference))
        row += 1
    return findings[:MAX_LISTED_FINDINGS]


def is_blank(cells: list[str]) -> bool:
    """Whether a row is an empty line, which is passed over."""
    return not cells or (len(cells) == 1 and not cells[0].strip())


def _misshapen(cells: list[str]) -> str:
    kind = "too many" if len(cells) > len(COLUMN_NAMES) else "truncated"
    return f"{kind}: {len(cells)} fields instead of {len(COLUMN_NAMES)}"


def _undecoded(line: int, header: list[str], cells: list[str]) -> Iterator[Finding]:
    for column, cell in zip_longest(header, cells):
        if cell and (byte := _UNDECODED.search(cell)):
            yield Finding(line, column, not_utf8(ord(byte[0]) - 0xDC00))
