"""``python -m dashboard.sample OUT.csv``: the Gapminder sample that plotly ships, as a CSV for the dashboard."""

import argparse
import sys
from pathlib import Path

from plotly import data as plotly_data

from dashboard.schema import COLUMN_NAMES


def sample_csv() -> bytes:
    """The sample: 142 countries, every fifth year from 1952 to 2007; the same bytes each time."""
    frame = plotly_data.gapminder()
    text: str = frame.loc[:, list(COLUMN_NAMES)].to_csv(index=False, lineterminator="\n")
    return text.encode()


def main(arguments: list[str] | None = None) -> int:
    """Write the sample. Returns 0, or 1 if the file cannot be written."""
    parser = argparse.ArgumentParser(prog="python -m dashboard.sample", description="Write sample data as a CSV.")
    parser.add_argument("file", type=Path, metavar="OUT.csv")
    path: Path = parser.parse_args(arguments).file
    try:
        path.write_bytes(sample_csv())
    except OSError as error:
        print(f"dashboard.sample: {path} cannot be written: {error.strerror}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
