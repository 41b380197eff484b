"""What is wrong with a data set, told by row and column."""

from dataclasses import dataclass

# A refused file is told by its first faults and their number: a list of millions would help nobody.
MAX_LISTED_FINDINGS = 20


@dataclass(frozen=True)
class Finding:
    """A fault in the data.

    Attributes:
        row: where it is, or None for the whole file. In a CSV the line as an editor counts it (the header is line 1),
            in Parquet the row of data (the first is row 1).
        column: name of the column, or None for the whole row.
        message: what is wrong.
    """

    row: int | None
    column: str | None
    message: str

    def text(self, row_name: str) -> str:
        """The finding in one line, with a row called "line" or "row"."""
        place = [f"{row_name} {self.row}"] if self.row else []
        place += [f"column {self.column}"] if self.column else []
        return f"{', '.join(place)}: {self.message}" if place else self.message


class InvalidDataError(ValueError):
    """The data are refused: the first findings in the order of the rows, and how many there are in total.

    Attributes:
        findings: at most ``MAX_LISTED_FINDINGS``.
        total: number of all that were found. Where a file cannot be read further than a fault, it ends there.
        row_name: what a finding's row counts: "line" or "row".
    """

    def __init__(self, findings: list[Finding], total: int | None = None, *, row_name: str = "line") -> None:
        self.findings = tuple(findings[:MAX_LISTED_FINDINGS])
        self.total = len(findings) if total is None else total
        self.row_name = row_name
        more = f" (and {self.total - 1} more)" if self.total > 1 else ""
        super().__init__(f"{self.findings[0].text(row_name)}{more}")

    def lines(self) -> str:
        """Every listed finding, in one line."""
        return "; ".join(finding.text(self.row_name) for finding in self.findings)


def not_utf8(byte: int) -> str:
    """The message for a byte that is not UTF-8."""
    return f"byte {byte:#04x} is not UTF-8: save the file with the encoding UTF-8"


def shown(text: str, limit: int = 40) -> str:
    """A cell in quotes, control characters escaped, and shortened, so that a message stays one short line."""
    return repr(text if len(text) <= limit else text[:limit] + "…")
