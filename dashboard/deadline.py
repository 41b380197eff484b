"""How long S3 may take, and calls that end in time, whatever they wait for."""

import threading
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass
from typing import TypeVar

Result = TypeVar("Result")


@dataclass(frozen=True, kw_only=True)
class Deadlines:
    """How long S3 may take.

    Attributes:
        answer_seconds: for the connection and the answer's headers, with a second try.
        body_seconds: for the body, beside its size divided by ``slowest_bytes_per_second``. The body is judged while it
            arrives, which is part of it: 60 MB a second on a whole vCPU, measured.
    """

    answer_seconds: float = 15.0
    body_seconds: float = 15.0
    slowest_bytes_per_second: float = 1024 * 1024

    def body(self, size: int) -> float:
        """Seconds for a body of so many bytes."""
        return self.body_seconds + size / self.slowest_bytes_per_second


DEADLINES = Deadlines()

# So many calls that were given up may wait on; further ones are refused until one of them ends.
_WAITING = threading.BoundedSemaphore(16)


class OverdueError(Exception):
    """Something did not end in time."""


def within(seconds: float, call: Callable[[], Result], *, discard: Callable[[Result], object]) -> Result:
    """Make a call in a thread of its own, and give it up when it takes too long.

    botocore's time-outs are for a single read of a socket: an answer that drips never ends them, and a name that is
    looked up in DNS knows none (https://github.com/boto/botocore/pull/3770 tells what they can do). Nothing can stop
    a thread from outside, so one that is given up waits on and ends with its connection.

    Args:
        seconds: how long to wait.
        call: what to do.
        discard: takes a result that came too late.

    Raises:
        OverdueError: it took too long, or too many calls that were given up still wait.
        Exception: whatever the call raises.
    """
    if not _WAITING.acquire(blocking=False):
        raise OverdueError("too many earlier calls still wait for an answer")
    future: Future[Result] = Future()

    def run() -> None:
        try:
            result = call()
        except BaseException as error:  # noqa: BLE001, RUF100 - raised again in the thread that waits
            if future.set_running_or_notify_cancel():
                future.set_exception(error)
        else:
            if future.set_running_or_notify_cancel():
                future.set_result(result)
            else:
                discard(result)
        finally:
            _WAITING.release()

    threading.Thread(target=run, name="deadline", daemon=True).start()
    try:
        return future.result(seconds)
    except TimeoutError:
        # Nobody but `run` completes the future: either it is given up now, or its result is there after all.
        if future.cancel():
            raise OverdueError(f"no answer within {seconds:g} s") from None
        return future.result()
