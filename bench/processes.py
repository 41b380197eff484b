"""Processes as the benchmarks need them: pinned to a core, timed until they answer, measured as a whole tree."""

import http.client
import os
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psutil

ROOT = Path(__file__).parents[1]
_START_SECONDS = 60
_STOP_SECONDS = 20


def pin(core: int, pid: int = 0) -> None:
    """Keep a process, by default this one, and those it will start on one core, where the system can (Linux)."""
    if hasattr(os, "sched_setaffinity"):
        allowed = sorted(os.sched_getaffinity(pid))
        os.sched_setaffinity(pid, {allowed[core % len(allowed)]})


def cores() -> int:
    """How many cores this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def tree(pid: int) -> list[psutil.Process]:
    """A process and those below it."""
    root = psutil.Process(pid)
    return [root, *root.children(recursive=True)]


def cpu_seconds(pid: int) -> float:
    """User and system time that a process and those below it have taken so far."""
    times = [process.cpu_times() for process in tree(pid)]
    return float(sum(each.user + each.system for each in times))


def memory_mb(pid: int) -> float:
    """What a process and those below it hold, in MB: proportional set sizes on Linux, else resident sizes."""
    held = 0
    for process in tree(pid):
        memory = process.memory_full_info()
        held += getattr(memory, "pss", memory.rss)
    return held / 1e6


@dataclass(frozen=True)
class Server:
    """A running server: its process id, its port, and the seconds from its start until its page was answered."""

    pid: int
    port: int
    start_seconds: float

    @contextmanager
    def running(self) -> Iterator[None]:
        """Let it run only within this block: a suspended server takes nothing from another's measurement."""
        for process in tree(self.pid):
            process.resume()
        yield
        self.suspend()

    def suspend(self) -> None:
        """Stop its processes until they are let run again."""
        for process in tree(self.pid):
            process.suspend()


@contextmanager
def serve(command: list[str], **variables: str) -> Iterator[Server]:
    """Start a server, pinned to the first core, on a free port; it is stopped at the end.

    Args:
        command: the command; ``{port}`` in it stands for the port, which is in ``$PORT`` too.
        variables: further environment variables.
    """
    port = _free_port()
    command = [part.replace("{port}", str(port)) for part in command]
    environment = os.environ | {"PORT": str(port)} | variables
    with tempfile.TemporaryFile() as log:
        start = time.perf_counter()
        process = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=log, stderr=subprocess.STDOUT)
        pin(0, process.pid)
        try:
            while not _answers(port):
                if process.poll() is not None or time.perf_counter() - start > _START_SECONDS:
                    log.seek(0)
                    sys.exit(
                        f"error: {' '.join(command)} does not answer. Its log ends:\n{log.read().decode()[-2000:]}"
                    )
                time.sleep(0.005)
            yield Server(process.pid, port, time.perf_counter() - start)
        finally:
            _stop(process)


def _stop(process: "subprocess.Popen[bytes]") -> None:
    if process.poll() is None:
        family = tree(process.pid)
        for member in family:
            member.resume()
            # Not SIGTERM: ours would go on answering for a while, and the peer's reloader leaves its child behind.
            member.kill()
        psutil.wait_procs(family[1:], timeout=_STOP_SECONDS)
    process.wait(_STOP_SECONDS)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _answers(port: int) -> bool:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=_START_SECONDS)
    try:
        connection.request("GET", "/")
        answer = connection.getresponse()
        return answer.status == 200 and b"_dash-renderer" in answer.read()
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()
