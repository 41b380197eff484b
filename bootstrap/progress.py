"""One line per step of an installation, on stderr: `[1/5] Python packages … 31 s`."""

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager


class Progress:
    """Prints the steps; on a terminal the seconds of the running step go on counting.

    Parameters: `total`, the number of steps to come.
    """

    def __init__(self, total: int) -> None:
        self._total = total
        self._number = 0
        self._line = ""
        self._started = 0.0
        self._live = sys.stderr.isatty()

    @contextmanager
    def step(self, title: str) -> Iterator[None]:
        """Show a step as long as the block runs, and how long it took."""
        self._number += 1
        self._line = f"[{self._number}/{self._total}] {title} …"
        self._started = time.monotonic()
        self._write(self._line)
        try:
            yield
        except BaseException:
            self._write("\n")
            raise
        seconds = f"{time.monotonic() - self._started:.0f} s\n"
        self._write(f"\r{self._line} {seconds}" if self._live else f" {seconds}")

    def tick(self) -> None:
        """Bring the seconds of the running step up to date; call it about once a second."""
        if self._live:
            self._write(f"\r{self._line} {time.monotonic() - self._started:.0f} s")

    @staticmethod
    def _write(text: str) -> None:
        sys.stderr.write(text)
        sys.stderr.flush()


def note(text: str) -> None:
    """Tell the user something in one line, on stderr: stdout belongs to the verb."""
    sys.stderr.write(f"dashctl: {text}\n")
    sys.stderr.flush()
