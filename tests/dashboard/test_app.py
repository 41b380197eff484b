import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from dash import Dash
from flask import Flask
from flask.testing import FlaskClient

import dashboard
from dashboard.data import DataStore
from tests.dashboard.fake_s3 import FakeS3
from tests.dashboard.payloads import PATH, choosing

pytestmark = pytest.mark.unit


@pytest.fixture
def client(app: Dash, store: DataStore, s3: FakeS3, csv_bytes: bytes) -> FlaskClient:
    """A client of the server with the small data set loaded."""
    s3.content = csv_bytes
    store.refresh()
    server: Flask = app.server
    return server.test_client()


def choose(client: FlaskClient, app: Dash, country: str) -> dict[str, dict[str, Any]]:
    answer = client.post(PATH, json=choosing(app, country))
    assert answer.status_code == 200
    response: dict[str, dict[str, Any]] = json.loads(answer.data)["response"]
    return response


def test_importing_the_application_needs_no_settings_and_starts_nothing() -> None:
    code = "import threading, dashboard.app, sys; sys.exit(threading.active_count() - 1)"
    assert subprocess.run([sys.executable, "-c", code], env={}, timeout=60).returncode == 0


def test_health_answers_without_data(app: Dash, s3: FakeS3) -> None:
    answer = app.server.test_client().get("/health")
    assert (answer.status_code, answer.json) == (200, {"up": "OK"})
    assert s3.reads == []


def test_the_page_is_served_in_english_with_a_title_and_without_a_cdn(client: FlaskClient) -> None:
    page = client.get("/").text
    assert '<html lang="en">' in page
    assert "<title>Population by country</title>" in page
    addresses = re.findall(r'<(?:script|link)[^>]+(?:src|href)="([^"]+)"', page)
    assert len(addresses) > 5
    assert [address for address in addresses if not address.startswith("/")] == []


def test_the_styles_come_before_the_page_is_drawn(client: FlaskClient, app: Dash) -> None:
    head = client.get("/").text.partition("</head>")[0]
    names = [path.name for path in Path(app.config.assets_folder).glob("*.css")]
    assert len(names) > 2
    for name in names:
        assert app.get_asset_url(name) in head


def test_everything_that_the_page_names_is_served(client: FlaskClient) -> None:
    for address in re.findall(r'<(?:script|link)[^>]+(?:src|href)="([^"]+)"', client.get("/").text):
        assert client.get(address).status_code == 200, address


@pytest.mark.parametrize("path", ["/nope", "/health/", "/404", "/a/b", "/favicon.ico", "/assets/nope.css", "/.env"])
def test_an_unknown_path_is_a_404(client: FlaskClient, path: str) -> None:
    assert client.get(path).status_code == 404


def test_the_developer_tools_are_off(client: FlaskClient) -> None:
    config = re.search(r'<script id="_dash-config"[^>]*>(.*?)</script>', client.get("/").text)
    assert config is not None
    settings = json.loads(config[1])
    assert (settings["ui"], settings["props_check"]) == (False, False)
    assert "hot_reload" not in settings


@pytest.mark.parametrize(("country", "population"), [("Canada", [14785584, 33390141]), ("Albania", [1282697])])
def test_choosing_a_country_over_http_redraws_the_line(
    client: FlaskClient, app: Dash, country: str, population: list[int]
) -> None:
    assert choose(client, app, country)["graph-content"]["figure"]["data"][0]["y"] == population


def test_a_request_that_is_too_large_is_refused(client: FlaskClient) -> None:
    answer = client.post("/_dash-update-component", data=b"x" * 2_000_000, content_type="application/json")
    assert answer.status_code == 413


def test_callbacks_are_known_before_the_first_request(app: Dash) -> None:
    # Dash would register them while the first request is answered, and others meanwhile would find none.
    assert any("graph-content.figure" in name for name in app.callback_map)
    assert any("_pages_content.children" in name for name in app.callback_map)


def test_pages_and_assets_are_found_beside_the_package(app: Dash) -> None:
    folder = Path(dashboard.__file__).parent
    assert (Path(app.config.assets_folder), Path(app.config.pages_folder)) == (folder / "assets", folder / "pages")
