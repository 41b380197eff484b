import json
import logging

import pytest
from flask import Flask, abort
from flask.testing import FlaskClient

from dashboard.errors import add_errors

pytestmark = pytest.mark.unit


@pytest.fixture
def client() -> FlaskClient:
    server = Flask("test")
    add_errors(server)

    @server.get("/fail")
    def fail() -> str:
        raise RuntimeError("password=sesame")

    @server.get("/refuse")
    def refuse() -> str:
        abort(400, "no such\n  thing")

    return server.test_client()


@pytest.mark.parametrize(
    ("path", "method", "status"), [("/nowhere", "GET", 404), ("/fail", "POST", 405), ("/refuse", "GET", 400)]
)
def test_an_error_is_one_line_of_json(client: FlaskClient, path: str, method: str, status: int) -> None:
    answer = client.open(path, method=method)
    assert (answer.status_code, answer.content_type, answer.text.count("\n")) == (status, "application/json", 1)
    assert list(json.loads(answer.text)) == ["message"]


def test_the_reason_is_one_line(client: FlaskClient) -> None:
    assert client.get("/refuse").json == {"message": "no such thing"}


def test_a_wrong_method_is_told_the_right_ones(client: FlaskClient) -> None:
    assert set(client.post("/fail").allow) == {"GET", "HEAD", "OPTIONS"}


def test_a_fault_of_ours_says_nothing_of_the_inside_and_is_logged_once(
    client: FlaskClient, caplog: pytest.LogCaptureFixture
) -> None:
    answer = client.get("/fail")
    assert (answer.status_code, answer.content_type) == (500, "application/json")
    assert "sesame" not in answer.text
    assert "Traceback" not in answer.text
    (entry,) = [entry for entry in caplog.records if entry.levelno >= logging.ERROR]
    assert entry.exc_info is not None
    assert str(entry.exc_info[1]) == "password=sesame"
