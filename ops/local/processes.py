"""Processes that outlive the command that starts them: found again later, and stopped, never mistaken for others."""

import os
import signal
import subprocess
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

import psutil
from pydantic import BaseModel, ConfigDict

# The kernel's boot time, which start times are counted from, moves a little when the clock is set.
_CLOCK_TOLERANCE_SECONDS = 2.0
_POLL_SECONDS = 0.02


class ProcessRecord(BaseModel):
    """A process by id and start time (seconds since the epoch): the id alone may be another's by now."""

    model_config = ConfigDict(frozen=True)

    pid: int
    started: float

    @classmethod
    def of(cls, pid: int) -> "ProcessRecord":
        return cls(pid=pid, started=psutil.Process(pid).create_time())

    def process(self) -> psutil.Process | None:
        """Return the running process, or None when it has ended or its id belongs to another one."""
        try:
            process = psutil.Process(self.pid)
            if abs(process.create_time() - self.started) > _CLOCK_TOLERANCE_SECONDS:
                return None
            return None if process.status() == psutil.STATUS_ZOMBIE else process
        except psutil.NoSuchProcess:
            return None

    def is_running(self) -> bool:
        return self.process() is not None

    def send(self, number: signal.Signals) -> None:
        """Send a signal to the process, and to none when it has ended."""
        if process := self.process():
            try:
                process.send_signal(number)
            except psutil.NoSuchProcess:
                return

    def stop(self, patience_seconds: float) -> bool:
        """Ask the process to end (SIGTERM), kill it when it does not in time. Return False when it had to be killed."""
        self.send(signal.SIGTERM)
        ended = self._ends(patience_seconds)
        if not ended:
            self.send(signal.SIGKILL)
            self._ends(patience_seconds)
        self.kill_group()
        return ended

    def _ends(self, seconds: float) -> bool:
        """Tell whether the process ends in time. Not psutil's wait: a zombie that its parent leaves never does."""
        deadline = time.monotonic() + seconds
        while self.is_running():
            if time.monotonic() > deadline:
                return False
            time.sleep(_POLL_SECONDS)
        return True

    def kill_group(self) -> None:
        """Kill what the process started and left behind; it must have been started by `spawn`, as leader of a group.

        While a member of the group lives the kernel gives the leader's id to no other process, so an id that belongs
        to another one tells that the group is empty.
        """
        try:
            leader_is_another = abs(psutil.Process(self.pid).create_time() - self.started) > _CLOCK_TOLERANCE_SECONDS
        except psutil.NoSuchProcess:
            leader_is_another = False
        if not leader_is_another:
            try:
                os.killpg(self.pid, signal.SIGKILL)
            except (ProcessLookupError, PermissionError):
                return


def spawn(
    command: Sequence[str], *, environment: Mapping[str, str], folder: Path, log: Path
) -> tuple[subprocess.Popen[bytes], ProcessRecord]:
    """Start a process away from the terminal, in a session of its own, with all its output appended to `log`.

    Raises OSError when it cannot be started.
    """
    with log.open("ab") as output:
        child = subprocess.Popen(
            command,
            cwd=folder,
            env=dict(environment),
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    return child, ProcessRecord.of(child.pid)


def last_lines(log: Path, count: int) -> list[str]:
    """Return the last `count` lines of a log, none where there is no such file."""
    try:
        with log.open("rb") as file:
            end = file.seek(0, os.SEEK_END)
            file.seek(max(0, end - 400 * count))
            text = file.read().decode("utf-8", errors="replace")
    except OSError:
        return []
    return text.splitlines()[-count:]
