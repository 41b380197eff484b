import pytest
from flask import Flask
from flask.testing import FlaskClient

from dashboard.app import create_app
from dashboard.data import DataStore
from tests.dashboard.payloads import PATH

pytestmark = pytest.mark.unit


@pytest.fixture
def client(store: DataStore) -> FlaskClient:
    server: Flask = create_app(store, version="2.0.0-rc.1").server
    return server.test_client()


def test_the_page_knows_the_version_that_made_it(client: FlaskClient) -> None:
    assert '<meta name="dashboard-version" content="2.0.0-rc.1">' in client.get("/").text


@pytest.mark.parametrize("path", ["/", "/health", "/nowhere", "/_dash-layout", "/_dash-dependencies", "/_dash-nothing"])
def test_every_response_tells_the_version_that_made_it(client: FlaskClient, path: str) -> None:
    assert client.get(path).headers.getlist("Dashboard-Version") == ["2.0.0-rc.1"]


def test_a_refused_callback_tells_the_version_too(client: FlaskClient) -> None:
    answer = client.post(PATH, json={"output": "of.an.old.page"})
    assert (answer.status_code, answer.headers["Dashboard-Version"]) == (400, "2.0.0-rc.1")
