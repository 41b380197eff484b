"""The lines that the dashboard's log would have, as they are written."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager

from dashboard.logs import JsonFormatter


@contextmanager
def log_lines(logger: str | None = None) -> Iterator[list[str]]:
    """Collect what a logger, by default the root one, gets within the block, formatted at that moment."""
    lines: list[str] = []

    class Lines(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            lines.append(JsonFormatter().format(record))

    handler = Lines()
    logging.getLogger(logger).addHandler(handler)
    try:
        yield lines
    finally:
        logging.getLogger(logger).removeHandler(handler)
