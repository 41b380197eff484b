"""The load generator of the benchmarks: keep-alive connections on raw sockets, each with one request under way.

    python -m bench.load PORT PID CONNECTIONS SECONDS PAYLOADS.json [--unique]

Run as a process of its own, on a core of its own, so that it does not take the server's time. It prints JSON: the
requests answered, their latencies' percentiles in milliseconds, and the bytes of the largest answer. Any answer but 200
is an error, and ends it with status 1. With --unique no two requests have the same bytes: each body ends in white space
of its own, so that no cache can have its answer.
"""

import argparse
import json
import selectors
import socket
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path

from bench.payloads import UPDATE
from bench.processes import cpu_seconds, pin

_WARM_UP_SECONDS = 0.5
_TIMEOUT_SECONDS = 20


@dataclass
class Connection:
    """A connection and what of the answer under way has arrived."""

    port: int
    stream: socket.socket = field(init=False)
    arrived: bytes = b""
    length: int = -1
    content_length: int = 0
    is_last: bool = False
    sent_at: float = 0.0

    def open(self) -> socket.socket:
        self.stream = socket.create_connection(("127.0.0.1", self.port), timeout=_TIMEOUT_SECONDS)
        self.stream.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return self.stream

    def send(self, request: bytes) -> None:
        self.arrived, self.length = b"", -1
        self.sent_at = time.perf_counter()
        self.stream.sendall(request)

    def is_answered(self) -> bool:
        """Read what is there; True once the answer is whole."""
        part = self.stream.recv(262144)
        if not part:
            raise ConnectionError("the server closed the connection before its answer")
        self.arrived += part
        if self.length < 0:
            end = self.arrived.find(b"\r\n\r\n")
            if end < 0:
                return False
            if self.arrived[9:12] != b"200":
                raise ConnectionError(f"answered {self.arrived[:300]!r}")
            header = self.arrived[:end].lower()
            self.is_last = b"connection: close" in header
            at = header.index(b"content-length:") + 15
            self.content_length = int(header[at:].partition(b"\r\n")[0])
            self.length = end + 4 + self.content_length
        return len(self.arrived) >= self.length


def requests(payloads: list[bytes], *, unique: bool) -> Iterator[bytes]:
    """The payloads in turn, without end, as HTTP requests like a browser's."""
    for number in count():
        body = payloads[number % len(payloads)]
        if unique:
            body += bin(number)[2:].translate({48: " ", 49: "\t"}).encode()
        yield (
            f"POST {UPDATE} HTTP/1.1\r\nHost: dashboard\r\nContent-Type: application/json\r\n"
            "Accept: application/json\r\nAccept-Encoding: gzip, deflate, br, zstd\r\nAccept-Language: en\r\n"
            f"User-Agent: Mozilla/5.0\r\nContent-Length: {len(body)}\r\n\r\n"
        ).encode() + body


def measure(port: int, pid: int, connections: int, seconds: float, bodies: Iterator[bytes]) -> dict[str, float]:
    """Send for so many seconds, after a warm-up that is not counted. ``pid`` is the server's, for its CPU time."""
    selector = selectors.DefaultSelector()
    opened = [Connection(port) for _ in range(connections)]
    for connection in opened:
        selector.register(connection.open(), selectors.EVENT_READ, connection)
        connection.send(next(bodies))

    latencies: list[float] = []
    sizes: list[tuple[int, int]] = []

    def exchange(until: float) -> None:
        while time.perf_counter() < until:
            ready = selector.select(_TIMEOUT_SECONDS)
            if not ready:
                raise ConnectionError(f"no answer within {_TIMEOUT_SECONDS} s")
            for key, _ in ready:
                connection: Connection = key.data
                if connection.is_answered():
                    latencies.append((time.perf_counter() - connection.sent_at) * 1000)
                    sizes.append((connection.content_length, connection.length))
                    if connection.is_last:  # the development server ends every connection after one answer
                        selector.unregister(connection.stream)
                        connection.stream.close()
                        selector.register(connection.open(), selectors.EVENT_READ, connection)
                    connection.send(next(bodies))

    exchange(time.perf_counter() + _WARM_UP_SECONDS)
    latencies.clear()
    sizes.clear()
    cpu, start = cpu_seconds(pid), time.perf_counter()
    exchange(start + seconds)
    elapsed, cpu = time.perf_counter() - start, cpu_seconds(pid) - cpu
    for connection in opened:
        connection.stream.close()
    latencies.sort()
    return {
        "answers": len(latencies),
        "per_second": len(latencies) / elapsed,
        "p50_ms": latencies[len(latencies) // 2],
        "p95_ms": latencies[int(len(latencies) * 0.95)],
        "p99_ms": latencies[int(len(latencies) * 0.99)],
        "cpu_ms": cpu / len(latencies) * 1000,
        "content_bytes": max(sizes)[0],
        "bytes_with_headers": max(sizes)[1],
    }


def main() -> int:
    """Measure and print. Returns 0, or 1 if the server did not answer as it should."""
    parser = argparse.ArgumentParser(prog="python -m bench.load", description="Send callbacks and time the answers.")
    parser.add_argument("port", type=int)
    parser.add_argument("pid", type=int, help="the server's process")
    parser.add_argument("connections", type=int)
    parser.add_argument("seconds", type=float)
    parser.add_argument("payloads", type=Path, help="JSON list of request bodies")
    parser.add_argument("--unique", action="store_true", help="no two requests alike")
    given = parser.parse_args()
    pin(1)
    payloads = [body.encode() for body in json.loads(given.payloads.read_text())]
    try:
        result = measure(
            given.port, given.pid, given.connections, given.seconds, requests(payloads, unique=given.unique)
        )
    except (ConnectionError, TimeoutError) as error:
        print(f"load: {error}", file=sys.stderr)
        return 1
    print(json.dumps(result))
    return 0


if __name__ == "__main__":
    sys.exit(main())
