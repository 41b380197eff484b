"""Tables of text, for a terminal and for programs that read lines: rows in columns, and what their cells say."""

from collections.abc import Sequence


def in_columns(rows: Sequence[Sequence[str]]) -> str:
    """Return rows, all of the same length, as lines of text whose cells stand below each other."""
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return "\n".join(
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows
    )


def size_in_words(size: float) -> str:
    """Return a number of bytes in the largest of B, KiB, MiB and GiB that it fills, rounded."""
    for unit in ("B", "KiB", "MiB"):
        if size < 1024:
            return f"{size:.0f} {unit}"
        size /= 1024
    return f"{size:,.1f} GiB"
