"""``python -m dashboard`` with the settings of signing in, asked over the wire."""

import http.client
import socket

import pytest

from dashboard.sign_in.config import SignInConfig
from tests.dashboard.conftest import Dashboard, StartDashboard
from tests.dashboard.load_balancer import ARN, CLAIMS, CLIENT_ID, HEADER, ISSUER, LoadBalancer
from tests.deployment import free_port

pytestmark = pytest.mark.unit

IDENTITY = "https://identity.example.org/logout"


@pytest.fixture
def dashboard(start_dashboard: StartDashboard, config: SignInConfig) -> Dashboard:
    return start_dashboard(
        LOAD_BALANCER_ARN=ARN,
        SIGN_IN_CLIENT_ID=CLIENT_ID,
        SIGN_IN_ISSUER=ISSUER,
        PUBLIC_KEYS_URL=config.public_keys_url,
        SIGN_OUT_URL=IDENTITY,
        AWS_ENDPOINT_URL_S3=f"http://127.0.0.1:{free_port()}",
    )


def get(dashboard: Dashboard, path: str, *tokens: str) -> http.client.HTTPResponse:
    connection = http.client.HTTPConnection("127.0.0.1", dashboard.port, timeout=20)
    connection.putrequest("GET", path)
    for token in tokens:
        connection.putheader(HEADER, token)
    connection.endheaders()
    return connection.getresponse()


def test_over_the_wire_only_the_load_balancers_readers_are_answered(
    dashboard: Dashboard, load_balancer: LoadBalancer
) -> None:
    token = load_balancer.token()
    assert get(dashboard, "/health").status == 200
    assert get(dashboard, "/").status == 401
    assert get(dashboard, "/", token).status == 200
    answer = get(dashboard, "/sign-out", token)
    assert (answer.status, answer.headers["Location"]) == (303, IDENTITY)
    assert len(answer.headers.get_all("Set-Cookie", [])) == 4
    other = load_balancer.token(CLAIMS | {"sub": "2"})
    for tokens in ((token, other), (token, token), (token, ""), ("", token)):
        assert get(dashboard, "/", *tokens).status == 401


def test_a_huge_header_is_refused_and_the_server_lives(dashboard: Dashboard, load_balancer: LoadBalancer) -> None:
    for size in (17_000, 300_000):
        assert get(dashboard, "/", "x" * size).status == 401
    with socket.create_connection(("127.0.0.1", dashboard.port), timeout=20) as connection:
        try:
            connection.sendall(f"GET / HTTP/1.1\r\nHost: a\r\n{HEADER}: ".encode() + b"x" * 5_000_000)
            assert b" 200 " not in connection.recv(1000)
        except OSError:
            pass  # it hung up before it had read all
    assert get(dashboard, "/", load_balancer.token()).status == 200
