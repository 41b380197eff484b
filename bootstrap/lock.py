"""One installation at a time: a second ./dashctl waits for the first."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from bootstrap.progress import note


@contextmanager
def exclusive(path: Path) -> Iterator[int]:
    """Hold the lock file `path` for the block; wait for another holder, and say so. Yields its file descriptor.

    A tool that is given the descriptor holds the lock too: so a pip that outlives a killed ./dashctl is waited for,
    instead of writing into what the next run installs.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o644)
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            note("another ./dashctl is installing into this checkout; waiting for it")
            fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield descriptor
    finally:
        os.close(descriptor)
