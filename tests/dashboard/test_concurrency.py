"""Few requests run at a time, whole ones, and slow clients take no turn."""

import threading
from collections.abc import Iterator
from io import BytesIO

import pytest
from flask import Flask, request
from werkzeug.test import EnvironBuilder, run_wsgi_app

from dashboard.concurrency import BoundedApplication, add_concurrency_limit

pytestmark = pytest.mark.unit

SECONDS = 30


class Callbacks:
    """A server whose callbacks last until they are let go."""

    def __init__(self) -> None:
        self.running = 0
        self.most = 0
        self.may_end = threading.Event()
        self.lock = threading.Lock()
        self.started = threading.Semaphore(0)
        server = Flask("callbacks")
        server.add_url_rule("/health", view_func=lambda: "up")
        server.add_url_rule("/callback", view_func=self.answer, methods=["POST"])
        self.application = BoundedApplication(server.wsgi_app, max_body_bytes=1000, running=2)
        self.threads: list[threading.Thread] = []
        self.statuses: list[str] = []

    def answer(self) -> str:
        with self.lock:
            self.running += 1
            self.most = max(self.most, self.running)
        self.started.release()
        self.may_end.wait(SECONDS)
        with self.lock:
            self.running -= 1
        return str(len(request.get_data()))

    def ask(self, path: str, stream: BytesIO | None = None, length: int = 2) -> str:
        environ = EnvironBuilder(path=path, method="GET" if stream is None else "POST").get_environ()
        if stream is not None:
            environ |= {"wsgi.input": stream, "CONTENT_LENGTH": str(length)}
        return run_wsgi_app(self.application, environ)[1]

    def begin(self, stream: BytesIO) -> None:
        thread = threading.Thread(target=lambda: self.statuses.append(self.ask("/callback", stream)), daemon=True)
        thread.start()
        self.threads.append(thread)

    def end(self) -> None:
        self.may_end.set()
        for thread in self.threads:
            thread.join(SECONDS)


class SlowBody(BytesIO):
    """A body of which nothing comes until the client goes on."""

    def __init__(self) -> None:
        super().__init__(b"{}")
        self.goes_on = threading.Event()
        self.is_awaited = threading.Event()

    def read(self, size: int | None = -1) -> bytes:
        self.is_awaited.set()
        self.goes_on.wait(SECONDS)
        return super().read(size)


@pytest.fixture
def callbacks() -> Iterator[Callbacks]:
    made = Callbacks()
    yield made
    made.end()


def test_only_a_few_requests_run_at_a_time_and_all_are_answered(callbacks: Callbacks) -> None:
    for _ in range(6):
        callbacks.begin(BytesIO(b"{}"))
    for _ in range(2):
        assert callbacks.started.acquire(timeout=SECONDS)
    callbacks.end()
    assert callbacks.statuses == ["200 OK"] * 6
    assert callbacks.most == 2


def test_health_answers_while_callbacks_take_every_turn(callbacks: Callbacks) -> None:
    for _ in range(2):
        callbacks.begin(BytesIO(b"{}"))
        assert callbacks.started.acquire(timeout=SECONDS)
    assert callbacks.ask("/health") == "200 OK"
    assert callbacks.running == 2


def test_a_client_that_sends_slowly_takes_no_turn(callbacks: Callbacks) -> None:
    slow = [SlowBody() for _ in range(3)]
    for body in slow:
        callbacks.begin(body)
        assert body.is_awaited.wait(SECONDS)
    callbacks.may_end.set()
    assert callbacks.ask("/callback", BytesIO(b"{}")) == "200 OK"
    assert callbacks.statuses == []
    for body in slow:
        body.goes_on.set()
    callbacks.end()
    assert callbacks.statuses == ["200 OK"] * 3


@pytest.fixture
def server() -> Flask:
    """A server that takes bodies of 1,000 bytes and answers their length."""
    server = Flask("limited")
    server.config["MAX_CONTENT_LENGTH"] = 1000
    server.add_url_rule("/", view_func=lambda: str(len(request.get_data())), methods=["GET", "POST"])
    add_concurrency_limit(server)
    return server


class Unread(BytesIO):
    """A body that nobody may read."""

    def read(self, _size: int | None = -1) -> bytes:
        raise AssertionError("the body was read")


def send(server: Flask, stream: BytesIO, **environment: str) -> tuple[str, bytes]:
    environ = EnvironBuilder(path="/", method="POST").get_environ()
    environ.pop("CONTENT_LENGTH", None)
    environ |= {"wsgi.input": stream, "wsgi.input_terminated": True} | environment
    answer, status, _ = run_wsgi_app(server, environ)
    return status, b"".join(answer)


@pytest.mark.parametrize("size", [0, 10, 1000])
def test_a_body_arrives_whole_in_chunks_or_not(server: Flask, size: int) -> None:
    expected = ("200 OK", str(size).encode())
    assert send(server, BytesIO(b"x" * size), HTTP_TRANSFER_ENCODING="chunked") == expected
    assert send(server, BytesIO(b"x" * size), CONTENT_LENGTH=str(size)) == expected


@pytest.mark.parametrize("size", [1001, 5000])
def test_a_body_that_is_too_long_is_refused_in_chunks_or_not(server: Flask, size: int) -> None:
    expected = "413 REQUEST ENTITY TOO LARGE"
    assert send(server, BytesIO(b"x" * size), HTTP_TRANSFER_ENCODING="chunked")[0] == expected
    assert send(server, Unread(), CONTENT_LENGTH=str(size))[0] == expected


def test_a_request_without_a_body_passes(server: Flask) -> None:
    assert server.test_client().get("/").text == "0"
