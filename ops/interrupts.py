"""Ctrl-C while Terraform runs: Terraform is told, ends what it is at, saves its state and releases its locks."""

import signal
import subprocess
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType

_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
_running: set[subprocess.Popen[bytes]] = set()
_interrupted = threading.Event()


def interrupted() -> bool:
    """Tell whether the work under way has been asked to end."""
    return _interrupted.is_set()


@contextmanager
def told_of_interrupts(process: subprocess.Popen[bytes]) -> Iterator[None]:
    """Forward interrupts to a child process, which is in a process group of its own.

    In its own group, because a terminal signals a whole group: Terraform would count that and the forwarded one as two,
    and two make it stop at once and lose track of what it made.
    """
    _running.add(process)
    try:
        if interrupted():
            _interrupt(process)
        yield
    finally:
        _running.discard(process)


@contextmanager
def interrupts_forwarded(when_interrupted: Callable[[], None]) -> Iterator[None]:
    """Hold interrupts back until the with-statement's work has ended in order; then raise KeyboardInterrupt.

    The work ends soon: its children are told at once, and it looks at `interrupted()` before it starts more.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return

    def forward(_number: int, _frame: FrameType | None) -> None:
        if not interrupted():
            when_interrupted()
        _interrupted.set()
        for process in tuple(_running):
            _interrupt(process)

    previous = {number: signal.signal(number, forward) for number in _SIGNALS}
    try:
        yield
    finally:
        for number, handler in previous.items():
            signal.signal(number, handler)
        if interrupted():
            _interrupted.clear()
            raise KeyboardInterrupt


def _interrupt(process: subprocess.Popen[bytes]) -> None:
    if process.poll() is None:
        process.send_signal(signal.SIGINT)
