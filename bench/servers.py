"""Choosing a country, the dashboard on one server after the other: the numbers behind docs/adr/0008-server.md.

    ./dashctl python -m bench.servers [--seconds 3]

The same application, data, load generator and cores as in bench/callbacks.py, 8 and 64 connections. Only the first,
which is what the image runs, writes an access log; the others are the servers' own commands. "new" is a question that
nobody has asked before, at 8 connections. "slow clients" tells whether /health answers within two seconds while 60
clients have each sent half a request's body.
"""

import argparse
import http.client
import socket
import sys
import tempfile
import time
from contextlib import ExitStack
from pathlib import Path

from bench.callbacks import IMAGE, OURS, environment, learn_payloads, load
from bench.object_store import serve_object
from bench.payloads import UPDATE
from bench.processes import Server, memory_mb, serve
from dashboard.sample import sample_csv

SLOW_CLIENTS = 60


def granian(threads: int, *options: str) -> list[str]:
    """granian's own command, with so many threads for WSGI."""
    command = [sys.executable, "-m", "granian", "--interface", "wsgi", "--http", "1", "--no-ws", "--log-level", "error"]
    address = ["--host", "127.0.0.1", "--port", "{port}"]
    return [*command, *address, "--blocking-threads", str(threads), *options, "dashboard.app:server"]


def gunicorn(threads: int, *options: str) -> list[str]:
    """gunicorn's own command, with so many threads in its gthread worker."""
    command = [sys.executable, "-m", "gunicorn", "--worker-class", "gthread", "--log-level", "error"]
    address = ["--bind", "127.0.0.1:{port}", "--keep-alive", "65"]
    return [*command, *address, "--threads", str(threads), *options, "dashboard.app:server"]


SERVERS = {
    "python -m dashboard": [sys.executable, "-m", "dashboard"],
    "granian, 1 thread": granian(1),
    "granian, 4 threads": granian(4),
    "granian, 256 threads": granian(256),
    "granian, 256 threads, mode st": granian(256, "--runtime-mode", "st"),
    "granian, 2 workers": granian(256, "--workers", "2"),
    "gunicorn gthread, 4 threads": gunicorn(4),
    "gunicorn gthread, 64 threads": gunicorn(64),
    "gunicorn gthread, 128 threads": gunicorn(128),
}


def answers_beside_slow_clients(server: Server) -> bool:
    """Whether /health answers within two seconds while others send their requests slowly."""
    with ExitStack() as slow:
        for _ in range(SLOW_CLIENTS):
            client = slow.enter_context(socket.create_connection(("127.0.0.1", server.port), timeout=10))
            head = f"POST {UPDATE} HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n"
            client.sendall(head.encode() + b"{")
        time.sleep(0.5)  # until the server waits for all of them
        connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=2)
        try:
            connection.request("GET", "/health")
            return connection.getresponse().status == 200
        except (OSError, http.client.HTTPException):
            return False
        finally:
            connection.close()


def main() -> int:
    """Measure and print each server. Returns 0."""
    parser = argparse.ArgumentParser(prog="python -m bench.servers", description="Measure servers with the dashboard.")
    parser.add_argument("--seconds", type=float, default=3, help="of load, for each measurement (default 3)")
    seconds: float = parser.parse_args().seconds
    columns = ("8: per s", "p50 ms", "p99 ms", "CPU ms", "64: per s", "p50 ms", "p99 ms", "CPU ms", "new: per s", "MB")
    print(f"{'':32}" + "".join(f"{column:>11}" for column in columns) + "  slow clients")
    with serve_object(sample_csv()) as s3_address, tempfile.TemporaryDirectory() as folder:
        for name, command in SERVERS.items():
            with serve(command, **environment(s3_address), **IMAGE[OURS]) as server:
                payloads: Path = learn_payloads(server, folder)
                figures: list[str] = []
                for connections in (8, 64):
                    found = load(server, payloads, connections, seconds)
                    figures.append(f"{found['per_second']:.0f}")
                    figures += [f"{found[key]:.2f}" for key in ("p50_ms", "p99_ms", "cpu_ms")]
                figures.append(f"{load(server, payloads, 8, seconds, '--unique')['per_second']:.0f}")
                figures.append(f"{memory_mb(server.pid):.0f}")
                health = "health answers" if answers_beside_slow_clients(server) else "HEALTH IS SILENT"
            print(f"{name:32}" + "".join(f"{figure:>11}" for figure in figures) + f"  {health}", flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
