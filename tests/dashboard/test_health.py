from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any, cast

import pytest
from botocore.exceptions import ConnectTimeoutError
from dash import Dash
from flask.testing import FlaskClient

from dashboard.app import create_app
from dashboard.data import DataStore, Snapshot
from dashboard.health import age_seconds
from tests.dashboard.fake_s3 import BUCKET, KEY, FakeS3

pytestmark = pytest.mark.unit


@pytest.fixture
def client(app: Dash) -> FlaskClient:
    client: FlaskClient = app.server.test_client()
    return client


def test_the_process_is_up_without_a_look_at_s3(client: FlaskClient, s3: FakeS3) -> None:
    answer = client.get("/health")
    assert (answer.status_code, answer.json) == (200, {"up": "OK"})
    assert (s3.reads, s3.clients) == ([], 0)


def test_it_is_not_ready_before_it_has_data(client: FlaskClient, s3: FakeS3) -> None:
    answer = client.get("/ready")
    assert answer.status_code == 503
    assert (answer.get_json()["ready"], answer.get_json()["data"], answer.get_json()["checked_at"]) == (
        False,
        None,
        None,
    )
    assert "being read" in answer.get_json()["problem"]
    assert (s3.reads, s3.clients) == ([], 0)


def test_once_it_is_ready_it_says_what_it_serves(
    client: FlaskClient, store: DataStore, s3: FakeS3, csv_bytes: bytes
) -> None:
    s3.content = csv_bytes
    store.refresh()
    answer = client.get("/ready")
    assert answer.status_code == 200
    told: dict[str, Any] = answer.get_json()
    snapshot = store.state.snapshot
    assert snapshot is not None
    assert list(told) == ["ready", "image", "data", "checked_at", "problem", "findings"]
    assert (told["ready"], told["problem"], told["findings"]) == (True, None, [])
    data = told["data"]
    assert data.pop("age_seconds") >= 0
    assert data == {
        "location": f"s3://{BUCKET}/{KEY}",
        "version": snapshot.version,
        "version_id": snapshot.version_id,
        "modified_at": "2026-11-23T20:41:00+00:00",
        "rows": 3,
        "countries": 2,
    }


def test_it_tells_the_images_version(store: DataStore) -> None:
    app = create_app(store, version="1.2.3")
    assert app.server.test_client().get("/ready").get_json()["image"] == {"version": "1.2.3"}


def test_a_bad_object_is_told_by_row_and_column_beside_the_data_that_are_served(
    client: FlaskClient, store: DataStore, s3: FakeS3, csv_bytes: bytes
) -> None:
    s3.content = csv_bytes
    store.refresh()
    version = client.get("/ready").get_json()["data"]["version"]
    s3.content = csv_bytes.replace(b"33390141", b"many")
    store.refresh()
    answer = client.get("/ready")
    assert (answer.status_code, answer.get_json()["ready"], answer.get_json()["data"]["version"]) == (
        200,
        True,
        version,
    )
    assert "not a valid data set" in answer.get_json()["problem"]
    assert answer.get_json()["findings"][0] == {"row": 2, "column": "pop", "message": "'many' is not a number"}


def test_an_outage_is_told_without_a_traceback(client: FlaskClient, store: DataStore, s3: FakeS3) -> None:
    s3.error = ConnectTimeoutError(endpoint_url="http://s3")
    store.refresh()
    answer = client.get("/ready")
    assert answer.status_code == 503
    assert "S3 does not answer" in answer.get_json()["problem"]
    assert "Traceback" not in answer.text
    assert "\n" not in answer.get_json()["problem"]


@pytest.mark.parametrize("path", ["/health", "/ready"])
def test_nobody_keeps_the_answer(client: FlaskClient, path: str) -> None:
    assert client.get(path).headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize(("path", "status"), [("/health", 200), ("/ready", 503)])
def test_head_is_answered_without_a_body(client: FlaskClient, path: str, status: int) -> None:
    answer = client.head(path)
    assert (answer.status_code, answer.data) == (status, b"")


@pytest.mark.parametrize("path", ["/health", "/ready"])
@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH"])
def test_another_method_is_refused_as_json(client: FlaskClient, path: str, method: str) -> None:
    answer = client.open(path, method=method)
    assert (answer.status_code, list(answer.get_json())) == (405, ["message"])


def test_data_from_a_clock_that_is_ahead_have_no_age() -> None:
    def written(ago: timedelta) -> Snapshot:
        return cast("Snapshot", SimpleNamespace(modified_at=datetime.now(UTC) - ago))

    assert age_seconds(written(timedelta(hours=-1))) == 0
    assert age_seconds(written(timedelta(hours=1))) == pytest.approx(3600, abs=60)
