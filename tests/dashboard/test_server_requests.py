"""What the real server adds to or takes from a request, where Flask's test client differs from it."""

import http.client
import signal
import socket
from typing import Any

import pytest

from tests.dashboard.conftest import Dashboard, StartDashboard
from tests.dashboard.test_metrics import assert_conforms
from tests.dashboard.test_unknown_paths import TRAVERSALS
from tests.deployment import free_port

pytestmark = pytest.mark.unit

ROOT = "1-67891233-abcdef012345678912345678"


@pytest.fixture
def dashboard(start_dashboard: StartDashboard) -> Dashboard:
    return start_dashboard(
        AWS_ENDPOINT_URL_S3=f"http://127.0.0.1:{free_port()}", PRE_STOP_SECONDS="0", DASHBOARD_VERSION="3.1.4"
    )


def send(dashboard: Dashboard, request: bytes) -> bytes:
    """Send bytes as they are, and return the head of the answer; empty if the connection is closed without one."""
    with socket.create_connection(("127.0.0.1", dashboard.port), timeout=20) as connection:
        answer = b""
        try:
            connection.sendall(request)
            while b"\r\n\r\n" not in answer and (part := connection.recv(65536)):
                answer += part
        except ConnectionError:
            pass
        return answer


def get(dashboard: Dashboard, path: str, **headers: str) -> http.client.HTTPResponse:
    connection = http.client.HTTPConnection("127.0.0.1", dashboard.port, timeout=20)
    connection.request("GET", path, headers={name.replace("_", "-"): value for name, value in headers.items()})
    answer = connection.getresponse()
    answer.read()
    connection.close()
    return answer


def stop(dashboard: Dashboard) -> list[dict[str, Any]]:
    """End the server, and return its log."""
    dashboard.process.send_signal(signal.SIGTERM)
    assert dashboard.process.wait(30) == 0
    return list(dashboard.log())


def test_paths_that_lead_out_are_refused_as_they_are_sent(dashboard: Dashboard) -> None:
    for path in [*TRAVERSALS, "/assets/a b", "http://127.0.0.1/etc/passwd", "*", "etc/passwd", "/\x00"]:
        answer = send(dashboard, f"GET {path} HTTP/1.1\r\nHost: d\r\nConnection: close\r\n\r\n".encode())
        assert answer.startswith(b"HTTP/1.1 4"), (path, answer[:100])
        assert b"root:" not in answer
    assert all("exception" not in line for line in stop(dashboard))


def test_bodies_of_unknown_length_are_judged_too(dashboard: Dashboard) -> None:
    head = (
        b"POST /_dash-update-component HTTP/1.1\r\nHost: d\r\nConnection: close\r\n"
        b"Content-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n"
    )
    assert send(dashboard, head + b"2\r\n{}\r\n0\r\n\r\n").startswith(b"HTTP/1.1 400")
    chunk = b"10000\r\n" + b" " * 0x10000 + b"\r\n"
    assert send(dashboard, head + 17 * chunk + b"0\r\n\r\n").startswith(b"HTTP/1.1 413")
    assert all("exception" not in line for line in stop(dashboard))


def test_the_log_joins_the_load_balancers_by_the_request_id(dashboard: Dashboard) -> None:
    assert get(dashboard, "/health", User_Agent="ELB-HealthChecker/2.0").status == 200
    assert get(dashboard, "/", X_Amzn_Trace_Id=f"Root={ROOT}").headers["X-Request-Id"] == ROOT
    lines = [line for line in stop(dashboard) if line["logger"] == "dashboard.access_log"]
    assert [(line["request_id"], line["path"], line["status"]) for line in lines] == [(ROOT, "/", 200)]


def test_what_was_counted_is_written_when_the_server_ends(dashboard: Dashboard) -> None:
    assert dashboard.request("POST", "/_dash-update-component", {"output": "none"})[0] == 400
    documents = [line for line in stop(dashboard) if "_aws" in line]
    assert [(line["Callbacks"], line["CallbacksRefused"], line["DataProblem"]) for line in documents] == [(1, 1, 1)]
    assert_conforms(documents[0])


def test_the_headers_tell_the_release_but_not_what_it_is_made_with(dashboard: Dashboard) -> None:
    headers = get(dashboard, "/").headers
    assert headers["Dashboard-Version"] == "3.1.4"
    assert headers["X-Content-Type-Options"] == "nosniff"
    named = " ".join(value for name, value in headers.items() if name.lower() in {"server", "x-powered-by", "via"})
    assert not any(character.isdigit() for character in named)
