import logging
from typing import Any

import pytest
from dash import Dash
from flask import Flask
from flask.testing import FlaskClient

from dashboard.data import DataStore
from dashboard.logs import JsonFormatter
from tests.dashboard.fake_s3 import FakeS3
from tests.dashboard.log_lines import log_lines
from tests.dashboard.payloads import PATH, callback_with, choosing, payload

pytestmark = pytest.mark.unit

SECRET = "sesame-open-thyself"


@pytest.fixture
def client(app: Dash, store: DataStore, s3: FakeS3, csv_bytes: bytes, caplog: pytest.LogCaptureFixture) -> FlaskClient:
    s3.content = csv_bytes
    store.refresh()
    caplog.set_level(logging.DEBUG)
    caplog.clear()
    server: Flask = app.server
    return server.test_client()


def access(caplog: pytest.LogCaptureFixture) -> list[tuple[int, dict[str, Any]]]:
    return [
        (record.levelno, record.__dict__["fields"])
        for record in caplog.records
        if record.name == "dashboard.access_log"
    ]


def test_a_request_is_one_line(client: FlaskClient, caplog: pytest.LogCaptureFixture) -> None:
    answer = client.get("/?country=Canada", headers={"User-Agent": "A browser"})
    ((level, line),) = access(caplog)
    assert level == logging.INFO
    assert (line["method"], line["path"], line["status"], line["user_agent"]) == ("GET", "/", 200, "A browser")
    assert line["bytes"] == len(answer.data)
    assert 0 < line["ms"] < 60_000


def test_a_callback_is_told_by_its_output(client: FlaskClient, app: Dash, caplog: pytest.LogCaptureFixture) -> None:
    with log_lines("dashboard.access_log") as written:
        client.post(PATH, json=choosing(app, "Canada"))
    (line,) = written
    assert f'"callback":"{callback_with(app, "graph-content.figure")}"' in line
    assert "Canada" not in line


def test_what_the_clock_asks_is_told_only_if_it_fails(
    client: FlaskClient, app: Dash, caplog: pytest.LogCaptureFixture
) -> None:
    tick = payload(app, callback_with(app, "data-notice.children"), {"data-interval.n_intervals": 1})
    assert client.post(PATH, json=tick).status_code in {200, 204}
    assert client.post(PATH, json=tick | {"inputs": []}).status_code == 400
    assert [level for level, _ in access(caplog)] == [logging.DEBUG, logging.INFO]


def test_why_a_payload_was_refused_is_told(client: FlaskClient, caplog: pytest.LogCaptureFixture) -> None:
    client.post(PATH, json={"output": "old.page"})
    ((level, line),) = access(caplog)
    assert (level, line["status"]) == (logging.INFO, 400)
    assert "no such callback" in line["reason"]


@pytest.mark.parametrize(
    ("path", "agent"), [("/health", "ELB-HealthChecker/2.0"), ("/health", "curl"), ("/ready", "ELB-HealthChecker/2.0")]
)
def test_a_health_check_that_passes_is_not_told(
    client: FlaskClient, caplog: pytest.LogCaptureFixture, path: str, agent: str
) -> None:
    assert client.get(path, headers={"User-Agent": agent}).status_code == 200
    assert [level for level, _ in access(caplog)] == [logging.DEBUG]


def test_a_health_check_that_fails_is_told(app: Dash, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)
    app.server.test_client().get("/ready", headers={"User-Agent": "ELB-HealthChecker/2.0"})
    ((level, line),) = access(caplog)
    assert (level, line["status"]) == (logging.ERROR, 503)


def test_a_person_who_asks_whether_it_is_ready_is_told(client: FlaskClient, caplog: pytest.LogCaptureFixture) -> None:
    client.get("/ready", headers={"User-Agent": "curl/8"})
    assert [level for level, _ in access(caplog)] == [logging.INFO]


def test_files_are_told_only_where_they_are_missing(client: FlaskClient, caplog: pytest.LogCaptureFixture) -> None:
    client.get(client.application.extensions["favicon"])
    client.get("/assets/none.css")
    assert [(level, line["status"]) for level, line in access(caplog)] == [(logging.DEBUG, 200), (logging.INFO, 404)]


@pytest.fixture(autouse=True)
def favicon(app: Dash) -> None:
    app.server.extensions["favicon"] = app.get_asset_url("favicon.svg")


def test_what_a_client_sends_is_bounded(client: FlaskClient, caplog: pytest.LogCaptureFixture) -> None:
    client.open("/" + "a" * 5000, method="M" * 300, headers={"User-Agent": "u" * 5000})
    ((_, line),) = access(caplog)
    assert (len(line["path"]), len(line["method"]), len(line["user_agent"])) == (512, 16, 200)


def test_no_secret_is_told(client: FlaskClient, app: Dash, caplog: pytest.LogCaptureFixture) -> None:
    headers = {
        "Authorization": SECRET,
        "Cookie": f"session={SECRET}",
        "x-amzn-oidc-data": SECRET,
        "x-amzn-oidc-accesstoken": SECRET,
        "x-amzn-oidc-identity": SECRET,
    }
    client.post(f"{PATH}?endId={SECRET}", json=choosing(app, SECRET), headers=headers)
    client.get(f"/?q={SECRET}", headers=headers)
    client.post(PATH, data=SECRET, headers=headers)
    assert len(access(caplog)) == 3
    formatter = JsonFormatter()
    assert SECRET not in "".join(formatter.format(record) for record in caplog.records)
