import base64
import hashlib
import re

import pytest
from dash import Dash
from flask.testing import FlaskClient

from tests.dashboard.payloads import PATH

pytestmark = pytest.mark.unit


@pytest.fixture
def client(app: Dash) -> FlaskClient:
    client: FlaskClient = app.server.test_client()
    return client


def policy(client: FlaskClient) -> dict[str, list[str]]:
    (text,) = client.get("/").headers.getlist("Content-Security-Policy")
    parts = [part.split() for part in text.split("; ")]
    return {part[0]: part[1:] for part in parts}


@pytest.mark.parametrize("path", ["/", "/nowhere", "/_favicon.ico", "/assets/none"])
def test_every_page_and_file_has_the_headers_once(client: FlaskClient, path: str) -> None:
    headers = client.get(path).headers
    assert headers.getlist("X-Content-Type-Options") == ["nosniff"]
    assert headers.getlist("X-Frame-Options") == ["DENY"]
    assert headers.getlist("Referrer-Policy") == ["same-origin"]
    assert headers.getlist("Cross-Origin-Opener-Policy") == ["same-origin"]
    assert "camera=()" in headers["Permissions-Policy"]
    assert len(headers.getlist("Content-Security-Policy")) == 1
    assert len(headers.getlist("Cache-Control")) == 1


@pytest.mark.parametrize("path", ["/health", "/ready", "/_dash-layout", "/_dash-nothing", PATH])
def test_data_cannot_be_taken_for_a_page(client: FlaskClient, path: str) -> None:
    response = client.get(path)
    assert response.mimetype == "application/json"
    assert response.headers.getlist("X-Content-Type-Options") == ["nosniff"]
    assert response.headers.getlist("Cross-Origin-Resource-Policy") == ["same-origin"]
    assert "Content-Security-Policy" not in response.headers


def test_only_scripts_of_this_address_and_dashs_inline_ones_run(client: FlaskClient) -> None:
    sources = policy(client)["script-src"]
    assert "'self'" in sources
    assert not {"'unsafe-inline'", "'unsafe-eval'", "*", "data:", "blob:", "https:"} & set(sources)
    page = client.get("/").text
    inline = re.findall(r"<script(?! src)(?![^>]*application/json)[^>]*>(.*?)</script>", page, re.DOTALL)
    assert inline
    for script in inline:
        digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
        assert f"'sha256-{digest}'" in sources


def test_nothing_comes_from_or_goes_to_another_address(client: FlaskClient) -> None:
    directives = policy(client)
    assert directives["default-src"] == ["'self'"]
    assert directives["connect-src"] == ["'self'"]
    assert directives["frame-ancestors"] == ["'none'"]
    assert directives["object-src"] == ["'none'"]
    assert directives["base-uri"] == ["'self'"]
    assert directives["form-action"] == ["'self'"]


def test_https_is_asked_for_only_where_it_is_used(client: FlaskClient) -> None:
    assert "Strict-Transport-Security" not in client.get("/").headers
    assert "Strict-Transport-Security" not in client.get("/", headers={"X-Forwarded-Proto": "http"}).headers
    secure = client.get("/", headers={"X-Forwarded-Proto": "https"})
    assert secure.headers["Strict-Transport-Security"] == "max-age=31536000"


@pytest.mark.parametrize("path", ["/", "/nowhere", "/_dash-layout", "/_dash-dependencies", "/_dash-nothing"])
def test_no_browser_keeps_the_page_or_its_data(client: FlaskClient, path: str) -> None:
    assert client.get(path).headers["Cache-Control"] == "no-store"
