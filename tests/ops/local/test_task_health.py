"""The target group's health check."""

import threading
import time
from collections.abc import Iterator
from concurrent.futures import Executor, Future
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest

from ops.local.task_health import Health, HealthCheck, HealthMonitor

pytestmark = pytest.mark.unit

CHECK = HealthCheck("/health", 0.0, 1.0, healthy_threshold=3, unhealthy_threshold=2, codes=frozenset({200}))


class Scripted(Executor):
    """Gives each check the next of these results."""

    def __init__(self, results: list[bool]) -> None:
        self.results = results

    def submit(self, *_: object, **__: object) -> Future[bool]:  # type: ignore[override]
        future: Future[bool] = Future()
        if self.results:
            future.set_result(self.results.pop(0))
        return future


def after(*results: bool, start: Health = Health.UNKNOWN) -> Health:
    """Return the health after these checks."""
    monitor = HealthMonitor("127.0.0.1", 1, Scripted(list(results)), start)
    for _ in range(len(results) + 1):
        monitor.advance(CHECK)
    return monitor.health


@pytest.mark.parametrize(
    ("results", "health"),
    [
        ((), Health.UNKNOWN),
        ((True,), Health.HEALTHY),
        ((False,), Health.UNKNOWN),
        ((False, True), Health.HEALTHY),
        ((False, False), Health.UNHEALTHY),
        ((True, False), Health.HEALTHY),
        ((True, False, True, False), Health.HEALTHY),
        ((True, False, False), Health.UNHEALTHY),
        ((False, False, True, True), Health.UNHEALTHY),
        ((False, False, True, True, True), Health.HEALTHY),
    ],
)
def test_the_thresholds_decide(results: tuple[bool, ...], health: Health) -> None:
    assert after(*results) is health


def test_an_adopted_task_keeps_its_health_until_a_check_says_else() -> None:
    assert after(start=Health.HEALTHY) is Health.HEALTHY
    assert after(False, False, start=Health.HEALTHY) is Health.UNHEALTHY


def test_the_interval_is_kept_between_checks() -> None:
    executor = Scripted([True, True])
    monitor = HealthMonitor("127.0.0.1", 1, executor)
    slow = HealthCheck("/", 60.0, 1.0, 2, 2, frozenset({200}))
    for _ in range(5):
        monitor.advance(slow)
    assert executor.results == [True]


@pytest.mark.parametrize(
    ("matcher", "healthy", "unhealthy"),
    [("200", {200}, {201, 301}), ("200,204", {200, 204}, {202}), ("200-299", {200, 250, 299}, {199, 300})],
)
def test_the_matcher_says_which_codes_are_healthy(matcher: str, healthy: set[int], unhealthy: set[int]) -> None:
    codes = HealthCheck.of({"Matcher": {"HttpCode": matcher}}).codes
    assert healthy <= codes
    assert not unhealthy & codes


class Server(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        if self.path == "/slow":
            time.sleep(1)
        self.send_response(200 if self.path in ("/health", "/slow") else 500)
        self.end_headers()

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def port() -> Iterator[int]:
    with HTTPServer(("127.0.0.1", 0), Server) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield server.server_port
        server.shutdown()


@pytest.mark.parametrize(("path", "passes"), [("/health", True), ("/other", False), ("/slow", False)])
def test_a_check_asks_the_task(path: str, passes: bool, port: int) -> None:
    check = HealthCheck(path, 30.0, 0.3, 2, 2, frozenset({200}))
    assert check.passes("127.0.0.1", port) is passes


def test_a_check_of_nothing_fails(port: int) -> None:
    assert not CHECK.passes("127.0.0.77", port)
