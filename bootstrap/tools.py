"""Runs pip, npm and the like: quietly, logged, and gone when ./dashctl goes."""

import os
import subprocess
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from bootstrap.errors import BootstrapError, explain

_FULL_BYTES = 8 * 1024**2


class Tools(NamedTuple):
    """How an installation runs its tools.

    Parameters: `logs`, the folder of the logs; `lock`, the descriptor that every tool inherits; `tick`, called about
    twice a second while a tool runs.
    """

    logs: Path
    lock: int
    tick: Callable[[], None]

    def run(
        self, tool: str, command: Sequence[str], *, log: str, env: Mapping[str, str], cwd: Path | None = None
    ) -> str:
        """Run `command` to its end and return its output, which `logs`/`log`.log keeps.

        `tool` is what errors call it. Raises BootstrapError, which explains why it failed.
        """
        self.logs.mkdir(parents=True, exist_ok=True)
        path = self.logs / f"{log}.log"
        with path.open("wb") as file:
            process = subprocess.Popen(
                command,
                stdin=subprocess.DEVNULL,
                stdout=file,
                stderr=subprocess.STDOUT,
                env=dict(env),
                cwd=cwd,
                pass_fds=(self.lock,),
            )
            try:
                status = self._wait(process)
            except BaseException:
                _stop(process)
                raise
        output = path.read_text(encoding="utf-8", errors="replace")
        if status:
            if free_bytes(self.logs) < _FULL_BYTES:
                output += "\nNo space left on device\n"  # which the log has no space to tell
            raise BootstrapError(explain(tool, output, path))
        return output

    def _wait(self, process: subprocess.Popen[bytes]) -> int:
        while True:
            try:
                return process.wait(timeout=0.5)
            except subprocess.TimeoutExpired:
                self.tick()


def free_bytes(folder: Path) -> int:
    """Return how much may still be written to the file system of `folder`."""
    status = os.statvfs(folder)
    return status.f_bavail * status.f_frsize


def _stop(process: subprocess.Popen[bytes]) -> None:
    process.terminate()
    try:
        process.wait(timeout=5)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def clean_environment() -> dict[str, str]:
    """Return the caller's environment without what would misdirect another Python than the caller's."""
    return {name: value for name, value in os.environ.items() if name not in ("PYTHONHOME", "__PYVENV_LAUNCHER__")}
