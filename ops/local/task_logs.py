"""The log files of the local tasks."""

import time
from collections.abc import Iterator
from pathlib import Path

from ops.errors import OpsError
from ops.local.folder import LocalFolder
from ops.local.processes import last_lines

_PAUSE_SECONDS = 0.3


def read_logs(folder: LocalFolder, task: str | None, tail: int) -> Iterator[str]:
    """Yield the last `tail` lines of each task, oldest task first, each line with its task's id.

    `task` is the beginning of a task's id, None for all. Raises OpsError when there is no such task.
    """
    for log in _logs(folder, task):
        for line in last_lines(log, tail):
            yield f"{log.stem} | {line}"


def follow_logs(folder: LocalFolder, task: str | None, tail: int) -> Iterator[str]:
    """Yield what `read_logs` yields, and then, without an end, what is added, also by tasks that start later."""
    positions = {log: log.stat().st_size for log in _logs(folder, task)}
    yield from read_logs(folder, task, tail)
    while True:
        for log in _existing(folder, task):
            with log.open("rb") as file:
                file.seek(positions.get(log, 0))
                added = file.read()
            complete = added[: added.rfind(b"\n") + 1]
            positions[log] = positions.get(log, 0) + len(complete)
            for line in complete.decode("utf-8", errors="replace").splitlines():
                yield f"{log.stem} | {line}"
        time.sleep(_PAUSE_SECONDS)


def _logs(folder: LocalFolder, task: str | None) -> list[Path]:
    logs = _existing(folder, task)
    if not logs:
        known = ", ".join(log.stem for log in _existing(folder, None))
        what = f"no task '{task}'; there are: {known}" if task and known else "no task yet: ./dashctl up starts them"
        raise OpsError(f"there is {what}")
    return logs


def _existing(folder: LocalFolder, task: str | None) -> list[Path]:
    return sorted(
        (log for log in folder.task_logs.glob("*.log") if log.stem.startswith(task or "")),
        key=lambda log: log.stat().st_ctime,
    )
