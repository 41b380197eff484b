"""How long to wait before a task that keeps ending is started again."""

import time

_FIRST_SECONDS = 1.0
_LONGEST_SECONDS = 60.0


class RestartPause:
    """A pause that doubles with each failure in a row, from 1 s to a minute; the first restart is immediate."""

    def __init__(self) -> None:
        self.failures = 0
        self._until = 0.0

    def failed(self) -> None:
        """Count a failure."""
        if self.failures:
            self._until = time.monotonic() + self.seconds
        self.failures += 1

    def reset(self) -> None:
        """Forget the failures: a task has proved itself, or another version is to run."""
        self.failures, self._until = 0, 0.0

    @property
    def seconds(self) -> float:
        """The pause after the next failure."""
        return min(_LONGEST_SECONDS, _FIRST_SECONDS * 2.0 ** max(0, self.failures - 1))

    @property
    def over(self) -> bool:
        return time.monotonic() >= self._until
