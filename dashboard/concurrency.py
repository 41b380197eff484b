"""A request runs once its body is there, and only a few run at a time.

Why it exists: a client that sends its request slowly holds one of the server's threads, so there are many
(server.py). But Python runs one thread at a time, and dozens that want to run make the slowest ones slower:
with 64 clients at once the 99th percentile is nearly halved. So any number of threads wait for bodies, and few run.
"""

import threading
from collections.abc import Iterable
from io import BytesIO
from typing import TYPE_CHECKING

from flask import Flask

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

# How many requests run at a time. Callbacks that wait, for a database say, share them: then more are better.
RUNNING = 8

# It must answer however long the callbacks take, or the task is replaced.
_NEVER_WAITS = "/health"


class BoundedApplication:
    """A WSGI application that reads a request's body, if it may be so long, and then waits for a turn to answer."""

    def __init__(self, application: "WSGIApplication", *, max_body_bytes: int, running: int = RUNNING) -> None:
        self._application = application
        self._max_body_bytes = max_body_bytes
        self._turns = threading.BoundedSemaphore(running)

    def __call__(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        """Answer a request."""
        if environ["PATH_INFO"] == _NEVER_WAITS:
            return self._application(environ, start_response)
        _read_body(environ, self._max_body_bytes)
        with self._turns:
            return self._application(environ, start_response)


def _read_body(environ: "WSGIEnvironment", max_bytes: int) -> None:
    """Replace the stream of the body by its bytes. A longer body is left where it is: Flask refuses it by its length.

    One sent in chunks is given its length, because Werkzeug 3.1.9 cuts it at the limit and goes on with the part:
    https://github.com/pallets/werkzeug/blob/3.1.9/src/werkzeug/wsgi.py (``LimitedStream.readall`` raises nothing).
    """
    if length := environ.get("CONTENT_LENGTH"):
        if length.isdecimal() and int(length) <= max_bytes:
            environ["wsgi.input"] = BytesIO(environ["wsgi.input"].read(int(length)))
    elif environ.pop("HTTP_TRANSFER_ENCODING", None):
        body = environ["wsgi.input"].read(max_bytes + 1)
        environ["wsgi.input"], environ["CONTENT_LENGTH"] = BytesIO(body), str(len(body))


def add_concurrency_limit(server: Flask) -> None:
    """Bound what a server runs at a time. Its ``MAX_CONTENT_LENGTH`` must have been set."""
    bounded = BoundedApplication(server.wsgi_app, max_body_bytes=server.config["MAX_CONTENT_LENGTH"])
    # As Flask says to add middleware: https://flask.palletsprojects.com/en/stable/api/#flask.Flask.wsgi_app
    server.wsgi_app = bounded  # type: ignore[method-assign]
