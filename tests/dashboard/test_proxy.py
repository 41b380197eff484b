"""Tasks behind a real load balancer: one is terminated while the balancer still sends to it."""

import http.client
import json
import shutil
import signal
import socket
import subprocess
import threading
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from tests.dashboard.conftest import Dashboard, StartDashboard, accepts, stop, wait_until
from tests.deployment import free_port

pytestmark = pytest.mark.proxy

# How long the balancer goes on sending, and the server's pause, which must be longer; in seconds.
LAG = 3
PAUSE = 5

# No health checks: only the test takes a server out. No retries: a request that fails is seen.
CONFIGURATION = """
global
    stats socket {socket} mode 600 level admin
defaults
    mode http
    option http-keep-alive
    http-reuse always
    retries 0
    timeout connect 2s
    timeout client 20s
    timeout server 20s
frontend public
    bind 127.0.0.1:{port}
    default_backend tasks
backend tasks
    balance roundrobin
    http-response set-header X-Served-By %s
    server one 127.0.0.1:{one}
    server two 127.0.0.1:{two}
"""


@dataclass
class Proxy:
    """HAProxy in front of two dashboards, called ``one`` and ``two``."""

    port: int
    control: Path

    def take_out(self, server: str) -> None:
        """Send nothing to a server any more."""
        with socket.socket(socket.AF_UNIX) as connection:
            connection.connect(str(self.control))
            connection.sendall(f"set server tasks/{server} state maint\n".encode())
            assert connection.makefile().read().strip() == ""


@dataclass
class Load:
    """Clients that send request after request on connections that they keep."""

    port: int
    requests: list[tuple[str, str, bytes]]
    answered: Counter[str] = field(default_factory=Counter)
    failed: list[str] = field(default_factory=list)
    _stopped: threading.Event = field(default_factory=threading.Event)
    _clients: list[threading.Thread] = field(default_factory=list)

    def start(self, clients: int) -> None:
        for _ in range(clients):
            self._clients.append(threading.Thread(target=self._send, daemon=True))
            self._clients[-1].start()

    def stop(self) -> None:
        self._stopped.set()
        for client in self._clients:
            client.join(60)

    def _send(self) -> None:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        while not self._stopped.is_set():
            for method, path, body in self.requests:
                try:
                    connection.request(method, path, body or None, {"Content-Type": "application/json"})
                    answer = connection.getresponse()
                    answer.read()
                except (OSError, http.client.HTTPException) as error:
                    self.failed.append(f"{method} {path}: {error!r}")
                    connection.close()
                    continue
                if answer.status == 200:
                    self.answered[answer.headers["X-Served-By"]] += 1
                else:
                    self.failed.append(f"{method} {path}: {answer.status}")
        connection.close()


def requests_of_a_page(dashboard: Dashboard) -> list[tuple[str, str, bytes]]:
    """What an open page asks: its layout, and the callback that redraws the graph."""
    (redraw,) = (
        callback
        for callback in json.loads(dashboard.request("GET", "/_dash-dependencies")[1])
        if "graph-content.figure" in callback["output"]
    )
    names = redraw["output"].strip(".").split("...")
    payload = {
        "output": redraw["output"],
        "outputs": [dict(zip(("id", "property"), name.split("."), strict=True)) for name in names],
        "inputs": redraw["inputs"],
        "state": redraw["state"],
        "changedPropIds": [],
    }
    return [
        ("POST", "/_dash-update-component", json.dumps(payload).encode()),
        ("GET", "/_dash-layout", b""),
    ]


@pytest.fixture
def two(start_dashboard: StartDashboard, request: pytest.FixtureRequest) -> list[Dashboard]:
    """Two dashboards that pause as long as the test's parameter says, in seconds."""
    nowhere = f"http://127.0.0.1:{free_port()}"
    variables = {"AWS_ENDPOINT_URL_S3": nowhere, "PRE_STOP_SECONDS": str(request.param), "POLL_SECONDS": "5"}
    return [start_dashboard(**variables) for _ in range(2)]


@pytest.fixture
def proxy(two: list[Dashboard], tmp_path: Path) -> Iterator[Proxy]:
    program = shutil.which("haproxy")
    if program is None:
        pytest.fail("HAProxy is not installed: apt install haproxy")
    # A path of a Unix socket may have 107 bytes at most.
    found = Proxy(free_port(), tmp_path.parent / "s")
    configuration = tmp_path / "haproxy.cfg"
    configuration.write_text(
        CONFIGURATION.format(port=found.port, socket=found.control, one=two[0].port, two=two[1].port)
    )
    with (tmp_path / "haproxy.log").open("wb") as log:
        process = subprocess.Popen([program, "-db", "-f", str(configuration)], stdout=log, stderr=subprocess.STDOUT)
        try:
            wait_until(lambda: accepts(found.port), "the proxy listening", process)
            yield found
        finally:
            stop(process)


def terminate_one(two: list[Dashboard], proxy: Proxy) -> tuple[Load, int]:
    """Terminate ``one`` under load; the proxy sends to it for ``LAG`` seconds more. Returns the load, and how many
    requests ``one`` answered after its SIGTERM."""
    load = Load(proxy.port, requests_of_a_page(two[1]))
    load.start(clients=8)
    wait_until(lambda: min(load.answered["one"], load.answered["two"]) > 50, "answers from both")
    before = load.answered["one"]
    two[0].process.send_signal(signal.SIGTERM)
    time.sleep(LAG)
    proxy.take_out("one")
    assert two[0].process.wait(30) == 0
    left = load.answered["two"]
    wait_until(lambda: load.answered["two"] > left + 50, "answers from the one that is left")
    load.stop()
    return load, load.answered["one"] - before


@pytest.mark.parametrize("two", [PAUSE], indirect=True)
def test_a_task_that_is_terminated_under_load_loses_no_request(two: list[Dashboard], proxy: Proxy) -> None:
    load, after_sigterm = terminate_one(two, proxy)
    assert load.failed == []
    assert after_sigterm > 50


@pytest.mark.parametrize("two", [0], indirect=True)
def test_without_the_pause_requests_would_be_lost(two: list[Dashboard], proxy: Proxy) -> None:
    load, _ = terminate_one(two, proxy)
    assert load.failed
