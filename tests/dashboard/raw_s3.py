"""An S3 on loopback that misbehaves as told, byte by byte."""

import hashlib
import socket
import struct
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field

# How a connection is treated, once its request has arrived.
Behaviour = Callable[[socket.socket, str, threading.Event], None]


def etag_of(content: bytes) -> str:
    return f'"{hashlib.sha256(content).hexdigest()}"'


def _head(content: bytes, status: str = "200 OK", extra: str = "") -> bytes:
    return (
        f"HTTP/1.1 {status}\r\nContent-Length: {len(content)}\r\nETag: {etag_of(content)}\r\n{extra}"
        "Last-Modified: Mon, 23 Nov 2026 20:41:00 GMT\r\nConnection: close\r\n\r\n"
    ).encode()


def whole(content: bytes) -> Behaviour:
    """Answer as S3 does."""

    def behave(connection: socket.socket, request: str, _end: threading.Event) -> None:
        if f"if-none-match: {etag_of(content)}" in request.lower():
            connection.sendall(b"HTTP/1.1 304 Not Modified\r\nConnection: close\r\n\r\n")
        elif "if-match:" in request.lower() and f"if-match: {etag_of(content)}" not in request.lower():
            connection.sendall(_head(b"", "412 Precondition Failed"))
        else:
            connection.sendall(_head(content) + content)

    return behave


def status(line: str) -> Behaviour:
    """Answer with a status and no body."""
    return lambda connection, _request, _end: connection.sendall(_head(b"", line))


def hang(_connection: socket.socket, _request: str, end: threading.Event) -> None:
    """Never answer."""
    end.wait()


def drip_headers(connection: socket.socket, _request: str, end: threading.Event) -> None:
    """Send a header that never ends, a few bytes at a time."""
    connection.sendall(b"HTTP/1.1 200 OK\r\nX-Slow: ")
    while not end.wait(0.05):
        connection.sendall(b"x")


def drip_body(content: bytes) -> Behaviour:
    """Send the headers, and the body a byte at a time."""

    def behave(connection: socket.socket, _request: str, end: threading.Event) -> None:
        connection.sendall(_head(content))
        for byte in content:
            if end.wait(0.05):
                return
            connection.sendall(bytes([byte]))

    return behave


def break_off(content: bytes, sent: int) -> Behaviour:
    """Send only the first bytes of the body, and end the connection in good order."""
    return lambda connection, _request, _end: connection.sendall(_head(content) + content[:sent])


def corrupt(content: bytes) -> Behaviour:
    """Send a body that has not the checksum that its headers tell."""
    checksum = "x-amz-checksum-crc32: AAAAAA==\r\n"
    return lambda connection, _request, _end: connection.sendall(_head(content, extra=checksum) + content)


def reset(content: bytes, sent: int) -> Behaviour:
    """Send only the first bytes of the body, and reset the connection."""

    def behave(connection: socket.socket, _request: str, end: threading.Event) -> None:
        connection.sendall(_head(content) + content[:sent])
        end.wait(0.2)  # a reset throws away what has not arrived
        # Lingering for 0 s makes closing a reset: man 7 socket.
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))

    return behave


@dataclass
class RawS3:
    """The server. It treats each connection as ``behaviours`` say, in their order; the last one stays."""

    url: str
    behaviours: list[Behaviour]
    requests: list[str] = field(default_factory=list)

    def next_behaviour(self) -> Behaviour:
        return self.behaviours.pop(0) if len(self.behaviours) > 1 else self.behaviours[0]


@contextmanager
def raw_s3(*behaviours: Behaviour) -> Iterator[RawS3]:
    """Serve until the block ends; then every connection is closed."""
    end = threading.Event()
    threads: list[threading.Thread] = []

    with socket.create_server(("127.0.0.1", 0)) as listener:
        server = RawS3(f"http://127.0.0.1:{listener.getsockname()[1]}", list(behaviours))

        def serve(connection: socket.socket) -> None:
            with connection, suppress(OSError):
                connection.settimeout(20)
                request = b""
                while b"\r\n\r\n" not in request and (part := connection.recv(65536)):
                    request += part
                if request:
                    server.requests.append(request.decode())
                    server.next_behaviour()(connection, request.decode(), end)

        def accept() -> None:
            with suppress(OSError):
                while True:
                    connection, _ = listener.accept()
                    threads.append(threading.Thread(target=serve, args=(connection,), daemon=True))
                    threads[-1].start()

        acceptor = threading.Thread(target=accept, daemon=True)
        acceptor.start()
        try:
            yield server
        finally:
            end.set()
            listener.shutdown(socket.SHUT_RDWR)
            for thread in (acceptor, *threads):
                thread.join(20)
