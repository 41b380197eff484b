"""``python -m dashboard`` as a process, without S3 or with one that does not answer."""

import contextlib
import http.client
import os
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import pytest

from tests.dashboard.conftest import Dashboard, StartDashboard, accepts, wait_until
from tests.deployment import free_port

pytestmark = pytest.mark.unit

ROOT = Path(__file__).resolve().parents[2]


def run(module: str, **variables: str) -> subprocess.CompletedProcess[str]:
    environment = {"PATH": os.environ["PATH"]} | variables
    command = [sys.executable, "-m", module]
    return subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=60)


@pytest.fixture
def hung_s3() -> Iterator[str]:
    """Address of a server that takes connections and never answers."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"


@pytest.fixture
def closed_s3() -> str:
    """Address where nobody listens."""
    return f"http://127.0.0.1:{free_port()}"


def begin_request(dashboard: Dashboard) -> socket.socket:
    """A connection on which the server waits for the rest of a callback's body."""
    connection = socket.create_connection(("127.0.0.1", dashboard.port), timeout=30)
    connection.sendall(
        b"POST /_dash-update-component HTTP/1.1\r\nHost: dashboard\r\n"
        b"Content-Type: application/json\r\nContent-Length: 2\r\n\r\n{"
    )
    return connection


def test_bad_settings_exit_with_2_and_one_line() -> None:
    result = run("dashboard", PORT="x")
    assert (result.returncode, result.stdout) == (2, "")
    assert result.stderr.startswith("dashboard: BUCKET_NAME is not set")
    assert "PORT='x'" in result.stderr
    assert result.stderr.count("\n") == 1


@pytest.mark.parametrize("host", ["127.0.0.1", "192.0.2.1"], ids=["port in use", "address of another machine"])
def test_an_address_that_cannot_be_used_is_told_in_one_line(host: str) -> None:
    with socket.socket() as other:
        # granian itself listens like this; without a check a second dashboard would share the port.
        other.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        result = run("dashboard", BUCKET_NAME="plotly-data", HOST=host, PORT=str(port))
    assert result.returncode == 1
    assert result.stderr.startswith(f"dashboard: cannot listen on {host} port {port}: ")
    assert result.stderr.count("\n") == 1


def test_a_hung_s3_neither_holds_up_the_start_nor_health(start_dashboard: StartDashboard, hung_s3: str) -> None:
    dashboard = start_dashboard(AWS_ENDPOINT_URL_S3=hung_s3)
    assert dashboard.request("GET", "/health") == (200, b'{"up": "OK"}\n')
    assert dashboard.request("GET", "/")[0] == 200


def test_an_outage_of_s3_is_logged_once_as_json_without_a_traceback(start_dashboard: StartDashboard) -> None:
    with socket.create_server(("127.0.0.1", 0)) as s3:
        s3.settimeout(60)
        dashboard = start_dashboard(AWS_ENDPOINT_URL_S3=f"http://127.0.0.1:{s3.getsockname()[1]}", POLL_SECONDS="0.1")
        # botocore tries twice in each look: these are five looks that fail alike.
        for _ in range(10):
            s3.accept()[0].close()
    dashboard.process.send_signal(signal.SIGTERM)
    assert dashboard.process.wait(30) == 0
    warnings = [entry for entry in dashboard.log() if entry["level"] == "WARNING"]
    assert [entry["logger"] for entry in warnings] == ["dashboard.data"]
    assert "S3 does not answer" in warnings[0]["message"]
    assert "Traceback" not in dashboard.log_path.read_text()


def test_an_idle_connection_stays_open_for_the_keep_alive_time(start_dashboard: StartDashboard, closed_s3: str) -> None:
    dashboard = start_dashboard(AWS_ENDPOINT_URL_S3=closed_s3, KEEP_ALIVE_SECONDS="3")
    connection = http.client.HTTPConnection("127.0.0.1", dashboard.port, timeout=30)
    for pause in (0, 1.5):
        if pause:
            # The server must not close the connection now: nothing arrives, not even the end of the stream.
            connection.sock.settimeout(pause)
            with pytest.raises(TimeoutError):
                connection.sock.recv(1)
            connection.sock.settimeout(30)
        connection.request("GET", "/health")
        assert connection.getresponse().read() == b'{"up": "OK"}\n'
    # Left alone it is closed in the end, by the server, and before the 30 s that granian has by default.
    connection.sock.settimeout(20)
    assert connection.sock.recv(1) == b""


def test_after_sigterm_it_goes_on_accepting_and_answering_for_the_pause(
    start_dashboard: StartDashboard, closed_s3: str
) -> None:
    dashboard = start_dashboard(AWS_ENDPOINT_URL_S3=closed_s3, PRE_STOP_SECONDS="3", WORKERS="2")
    assert dashboard.request("GET", "/health")[0] == 200
    dashboard.process.send_signal(signal.SIGTERM)
    dashboard.wait_for_log("SIGTERM: answering for 3 s more")
    answered = [dashboard.request("GET", "/health")[0] for _ in range(20)]
    assert "Stopping worker-1" not in dashboard.log_path.read_text()
    assert set(answered) == {200}
    assert dashboard.process.wait(30) == 0
    assert "Stopping worker-1" in dashboard.log_path.read_text()


@pytest.mark.parametrize(
    "signals",
    [[signal.SIGINT], [signal.SIGTERM, signal.SIGTERM], [signal.SIGTERM, signal.SIGINT]],
    ids=["Ctrl-C", "SIGTERM twice", "SIGTERM, then Ctrl-C"],
)
def test_ctrl_c_or_a_second_signal_skips_the_pause(
    start_dashboard: StartDashboard, closed_s3: str, signals: list[signal.Signals]
) -> None:
    # A pause longer than the test waits.
    dashboard = start_dashboard(AWS_ENDPOINT_URL_S3=closed_s3, PRE_STOP_SECONDS="120")
    assert dashboard.request("GET", "/health")[0] == 200
    for number in signals[:-1]:
        dashboard.process.send_signal(number)
        dashboard.wait_for_log("SIGTERM: answering for 120 s more")
    dashboard.process.send_signal(signals[-1])
    assert dashboard.process.wait(30) == 0


def test_a_worker_that_dies_is_replaced(start_dashboard: StartDashboard, closed_s3: str) -> None:
    dashboard = start_dashboard(AWS_ENDPOINT_URL_S3=closed_s3)
    assert dashboard.request("GET", "/health")[0] == 200
    (worker,) = psutil.Process(dashboard.process.pid).children()
    worker.kill()
    dashboard.wait_for_log("Respawning worker-1")
    wait_until(lambda: accepts(dashboard.port), "listening again", dashboard.process)
    assert dashboard.request("GET", "/health") == (200, b'{"up": "OK"}\n')
    dashboard.process.send_signal(signal.SIGTERM)
    assert dashboard.process.wait(30) == 0


def test_workers_that_cannot_start_end_the_server_with_a_failure(tmp_path: Path) -> None:
    # A module of this name is found first, and fails when the worker imports it.
    (tmp_path / "brotli.py").write_text("raise SystemExit(7)")
    result = run("dashboard", BUCKET_NAME="plotly-data", PORT=str(free_port()), PYTHONPATH=str(tmp_path))
    assert result.returncode == 1
    assert "Worker crash loop detected" in result.stdout


@pytest.mark.skipif(sys.platform != "linux", reason="reads which signals a thread blocks from /proc")
def test_no_thread_but_the_one_that_waits_for_it_receives_sigterm(
    start_dashboard: StartDashboard, closed_s3: str
) -> None:
    dashboard = start_dashboard(AWS_ENDPOINT_URL_S3=closed_s3)
    main = Path(f"/proc/{dashboard.process.pid}")
    workers = [Path(f"/proc/{pid}") for pid in (main / f"task/{main.name}/children").read_text().split()]
    assert len(workers) == 1
    for process in (main, *workers):
        blocked = [
            int(line.split()[1], 16) >> (signal.SIGTERM - 1) & 1
            for thread in (process / "task").iterdir()
            for line in (thread / "status").read_text().splitlines()
            if line.startswith("SigBlk:")
        ]
        assert blocked.count(0) == 1
        assert blocked.count(1) >= 1


def test_sigterm_ends_running_requests_and_exits_0(start_dashboard: StartDashboard, closed_s3: str) -> None:
    dashboard = start_dashboard(AWS_ENDPOINT_URL_S3=closed_s3)
    assert dashboard.request("GET", "/health")[0] == 200
    with begin_request(dashboard) as connection:
        assert dashboard.request("GET", "/health")[0] == 200
        dashboard.process.send_signal(signal.SIGTERM)
        dashboard.wait_for_log("Stopping worker-1")
        connection.sendall(b"]")
        # "{]" is no JSON, so the request is answered, though with an error of the client's.
        assert connection.recv(100).startswith(b"HTTP/1.1 400")
    assert dashboard.process.wait(30) == 0


def test_a_request_that_never_ends_is_cut_after_the_shutdown_time(
    start_dashboard: StartDashboard, closed_s3: str
) -> None:
    dashboard = start_dashboard(AWS_ENDPOINT_URL_S3=closed_s3, SHUTDOWN_SECONDS="1")
    with begin_request(dashboard):
        assert dashboard.request("GET", "/health")[0] == 200
        dashboard.process.send_signal(signal.SIGTERM)
        dashboard.process.wait(30)


def begin_headers(dashboard: Dashboard) -> socket.socket:
    """A connection on which the server waits for the rest of a request's headers."""
    connection = socket.create_connection(("127.0.0.1", dashboard.port), timeout=30)
    connection.sendall(b"POST /_dash-update-component HTTP/1.1\r\nHost: dash")
    return connection


@pytest.mark.parametrize("begin", [begin_request, begin_headers], ids=["slow bodies", "slow headers"])
def test_sixty_slow_clients_leave_health_answering(
    start_dashboard: StartDashboard, closed_s3: str, begin: Callable[[Dashboard], socket.socket]
) -> None:
    dashboard = start_dashboard(AWS_ENDPOINT_URL_S3=closed_s3, SHUTDOWN_SECONDS="1")
    slow = [begin(dashboard) for _ in range(60)]
    try:
        for _ in range(5):
            assert dashboard.request("GET", "/health") == (200, b'{"up": "OK"}\n')
    finally:
        for connection in slow:
            connection.close()


def first_line(dashboard: Dashboard, *parts: bytes) -> bytes:
    """The status line that a raw request gets. The server may answer, and close, before it has read everything."""
    with socket.create_connection(("127.0.0.1", dashboard.port), timeout=30) as connection:
        with contextlib.suppress(ConnectionError):
            for part in parts:
                connection.sendall(part)
        return connection.makefile("rb").readline().strip()


def test_requests_that_are_too_large_or_malformed_are_refused_and_harm_nobody(
    start_dashboard: StartDashboard, closed_s3: str
) -> None:
    dashboard = start_dashboard(AWS_ENDPOINT_URL_S3=closed_s3)
    host = b"Host: dashboard\r\nConnection: close\r\n"
    callback = b"POST /_dash-update-component HTTP/1.1\r\nContent-Type: application/json\r\n" + host
    chunks = [b"10000\r\n" + b" " * 65536 + b"\r\n"] * 40
    requests = {
        b"HTTP/1.1 414 URI Too Long": [b"GET /" + b"a" * 70_000 + b" HTTP/1.1\r\n" + host + b"\r\n"],
        b"HTTP/1.1 431 Request Header Fields Too Large": [
            b"GET /health HTTP/1.1\r\n" + host + b"Cookie: " + b"a" * 600_000 + b"\r\n\r\n"
        ],
        b"HTTP/1.1 400 Bad Request": [b"GET /health HTTP/1.1\r\n" + host + b"Content-Length: -1\r\n\r\n"],
        b"HTTP/1.1 413 Payload Too Large": [callback + b"Content-Length: 1000000000000\r\n\r\n"],
    }
    for expected, parts in requests.items():
        assert first_line(dashboard, *parts) == expected
    chunked = first_line(dashboard, callback + b"Transfer-Encoding: chunked\r\n\r\n", *chunks, b"0\r\n\r\n")
    assert chunked == b"HTTP/1.1 413 Payload Too Large"
    assert dashboard.request("GET", "/health")[0] == 200
    assert "Traceback" not in dashboard.log_path.read_text()


def test_the_health_check_looks_at_the_body(start_dashboard: StartDashboard, closed_s3: str) -> None:
    dashboard = start_dashboard(AWS_ENDPOINT_URL_S3=closed_s3)
    settings = {"BUCKET_NAME": "plotly-data", "PORT": str(dashboard.port)}
    assert run("dashboard.healthcheck", **settings).returncode == 0
    assert run("dashboard.healthcheck", **settings | {"PORT": str(free_port())}).returncode == 1

    with socket.create_server(("127.0.0.1", 0)) as other:

        def answer_with_a_page() -> None:
            connection, _ = other.accept()
            with connection:
                connection.recv(1000)
                connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nOK")

        threading.Thread(target=answer_with_a_page, daemon=True).start()
        port = str(other.getsockname()[1])
        assert run("dashboard.healthcheck", **settings | {"PORT": port}).returncode == 1
