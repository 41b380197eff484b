import logging
import subprocess
import sys

import pytest
from dash import Dash
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from dashboard.app import create_app
from dashboard.data import DataStore
from dashboard.logs import JsonFormatter
from dashboard.sign_in.config import SignInConfig
from tests.dashboard.conftest import ROOT
from tests.dashboard.load_balancer import ARN, CLAIMS, HEADER, LoadBalancer, new_key
from tests.dashboard.log_lines import log_lines
from tests.dashboard.payloads import PATH, choosing
from tests.dashboard.raw_s3 import RawS3, raw_s3, status

pytestmark = pytest.mark.unit


@pytest.fixture
def client(guarded: Dash) -> FlaskClient:
    server: Flask = guarded.server
    return server.test_client()


@pytest.fixture
def signed(load_balancer: LoadBalancer) -> dict[str, str]:
    """The headers of a request of a reader who is signed in."""
    return {HEADER: load_balancer.token()}


def see_refusal(answer: TestResponse, code: int = 401) -> None:
    assert (answer.status_code, answer.content_type, answer.text.count("\n")) == (code, "application/json", 1)
    assert list(answer.get_json()) == ["message"]


PATHS = ["/", "/continents", "/nowhere", "/ready", "/_dash-layout", "/_dash-dependencies", "/_dash-nothing", PATH]


@pytest.mark.parametrize("path", [*PATHS, "/assets/theme.css", "/_favicon.ico", "/sign-out", "/health/", "//health"])
@pytest.mark.parametrize("method", ["GET", "POST", "HEAD", "OPTIONS", "PUT"])
def test_nothing_is_answered_without_a_token(client: FlaskClient, path: str, method: str) -> None:
    answer = client.open(path, method=method)
    assert answer.status_code == 401
    assert "Set-Cookie" not in answer.headers


@pytest.mark.parametrize("path", PATHS)
def test_a_refusal_is_one_line_of_json(client: FlaskClient, path: str) -> None:
    see_refusal(client.get(path))


def test_health_needs_no_token(client: FlaskClient, key_server: RawS3) -> None:
    answer = client.get("/health", headers={HEADER: "nonsense"})
    assert (answer.status_code, answer.json) == (200, {"up": "OK"})
    assert key_server.requests == []


@pytest.mark.parametrize(
    ("path", "code"),
    [("/", 200), ("/ready", 200), ("/_dash-layout", 200), ("/nowhere", 404), ("/_dash-nothing", 404), (PATH, 405)],
)
def test_with_a_token_all_is_as_ever(client: FlaskClient, signed: dict[str, str], path: str, code: int) -> None:
    assert client.get(path, headers=signed).status_code == code


def test_callbacks_are_answered_to_readers_who_are_signed_in(
    client: FlaskClient, guarded: Dash, signed: dict[str, str]
) -> None:
    assert client.post(PATH, json=choosing(guarded, "Canada"), headers=signed).status_code == 200
    see_refusal(client.post(PATH, json=choosing(guarded, "Canada")))


def test_a_kept_answer_is_only_given_to_readers_who_are_signed_in(
    client: FlaskClient, guarded: Dash, signed: dict[str, str]
) -> None:
    question = choosing(guarded, "Canada")
    first = client.post(PATH, json=question, headers=signed)
    assert client.post(PATH, json=question, headers=signed).data == first.data
    for headers in ({}, {HEADER: "x"}, {HEADER: LoadBalancer(new_key()).token()}):
        see_refusal(client.post(PATH, json=question, headers=headers))


@pytest.mark.parametrize("header", ["X-Amzn-Oidc-Identity", "X-Amzn-Oidc-Accesstoken"])
def test_the_unsigned_headers_let_nobody_in(client: FlaskClient, load_balancer: LoadBalancer, header: str) -> None:
    for value in ("1234567890", load_balancer.token()):
        see_refusal(client.get("/", headers={header: value}))


def test_the_unsigned_identity_is_not_believed(client: FlaskClient, signed: dict[str, str]) -> None:
    page = client.get("/_dash-layout", headers=signed | {"X-Amzn-Oidc-Identity": "root"}).text
    assert "root" not in page
    assert "ada@example.org" in page


def test_two_tokens_are_refused(client: FlaskClient, load_balancer: LoadBalancer) -> None:
    token, other = load_balancer.token(), load_balancer.token(CLAIMS | {"sub": "root"})
    see_refusal(client.get("/", headers=[(HEADER, token), (HEADER, other)]))
    see_refusal(client.get("/", headers={HEADER: f"{token},{other}"}))


@pytest.mark.parametrize("value", ["", " ", "a", "a.b.c", "é" * 9, "x" * 400_000, "." * 16_000, "Bearer a.b.c"])
def test_any_header_is_refused_in_order(client: FlaskClient, value: str) -> None:
    see_refusal(client.get("/", headers={HEADER: value}))


def test_why_is_told_to_the_access_log_and_nothing_of_the_token(
    client: FlaskClient, load_balancer: LoadBalancer, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    tokens = [load_balancer.token(), load_balancer.token(exp=1), load_balancer.token(signer=ARN + "x")]
    for token in tokens:
        client.get("/_dash-layout", headers={HEADER: token, "X-Amzn-Oidc-Accesstoken": "sesame"})
    text = "\n".join(JsonFormatter().format(record) for record in caplog.records)
    assert "it has expired" in text
    assert "another load balancer" in text
    for secret in (*tokens, *(token.split(".")[2] for token in tokens), "sesame", *CLAIMS.values(), ARN):
        assert secret not in text


def test_while_keys_cannot_be_read_nobody_is_let_in_and_the_log_says_why(
    store: DataStore, signed: dict[str, str]
) -> None:
    with raw_s3(status("500 Internal Server Error")) as server, log_lines() as lines:
        closed = SignInConfig(load_balancer_arn=ARN, public_keys_url=server.url)
        client = create_app(store, sign_in=closed).server.test_client()
        for _ in range(3):
            see_refusal(client.get("/", headers=signed), 503)
        assert client.get("/health").status_code == 200
        assert len(server.requests) == 1
    (told,) = [line for line in lines if "public keys cannot be read" in line]
    assert "answers with status 500" in told
    assert len([line for line in lines if "cannot be checked now" in line]) == 3


def test_where_readers_are_not_signed_in_a_token_changes_nothing(app: Dash) -> None:
    client = app.server.test_client()
    assert client.get("/", headers={HEADER: "nonsense"}).status_code == 200
    assert "Sign out" not in client.get("/_dash-layout", headers={HEADER: LoadBalancer().token()}).text
    assert client.get("/sign-out").status_code == 404


def test_its_libraries_are_only_loaded_where_readers_are_signed_in() -> None:
    code = """
import sys
from dashboard.app import create_app
from dashboard.data import DataStore
from dashboard.sign_in.config import SignInConfig
store = DataStore(bucket="any", key="any", poll_seconds=10)
config = SignInConfig(load_balancer_arn="any", public_keys_url="https://127.0.0.1")
create_app(store, sign_in=config if sys.argv[1] == "on" else None)
print(*({"jwt", "cryptography"} & set(sys.modules)))
"""
    for sign_in, loaded in (("off", set()), ("on", {"jwt", "cryptography"})):
        run = subprocess.run(
            [sys.executable, "-c", code, sign_in], cwd=ROOT, capture_output=True, text=True, timeout=60, check=True
        )
        assert set(run.stdout.split()) == loaded
