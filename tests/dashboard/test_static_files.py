import json
import os
import re
from pathlib import Path

import brotli
import pytest
from dash import Dash
from flask import Flask
from flask.testing import FlaskClient

from dashboard.static_files import add_static_files, assets_url_path, package_file

pytestmark = pytest.mark.unit

BROWSER = {"Accept-Encoding": "gzip, deflate, br, zstd"}
FOR_A_YEAR = "public, max-age=31536000, immutable"
RENDERER = "dash-renderer/build/dash_renderer.min.js"


@pytest.fixture
def client(app: Dash) -> FlaskClient:
    server: Flask = app.server
    return server.test_client()


def addresses(client: FlaskClient) -> list[str]:
    """The files that the page names."""
    return re.findall(r'<(?:script|link)[^>]+(?:src|href)="([^"]+)"', client.get("/").text)


def test_every_file_that_the_page_names_is_compressed_and_kept_for_a_year(client: FlaskClient) -> None:
    named = addresses(client)
    assert len(named) > 8
    for address in named:
        answer = client.get(address, headers=BROWSER)
        assert (answer.status_code, answer.headers["Cache-Control"]) == (200, FOR_A_YEAR), address
        assert (answer.headers["Content-Encoding"], answer.headers["Vary"]) == ("br", "Accept-Encoding"), address


def test_compressed_files_are_the_files(client: FlaskClient) -> None:
    for path in ("dash/" + RENDERER, "plotly/package_data/plotly.min.js"):
        package, _, name = path.partition("/")
        content = package_file(package, name).read_bytes()
        address = f"/_dash-component-suites/{path}"
        assert brotli.decompress(client.get(address, headers=BROWSER).data) == content
        assert client.get(address).data == content


def test_plotly_js_has_a_name_with_a_fingerprint(client: FlaskClient) -> None:
    settings = re.search(r'<script id="_dash-config"[^>]*>(.*?)</script>', client.get("/").text)
    assert settings
    address = json.loads(settings[1])["plotlyjs_url"]
    assert re.fullmatch(r"/_dash-component-suites/plotly/package_data/plotly\.v[\w-]+\.min\.js", address)
    assert client.get(address, headers=BROWSER).headers["Cache-Control"] == FOR_A_YEAR


def test_a_file_without_a_fingerprint_is_asked_for_again_each_time(client: FlaskClient) -> None:
    address = "/_dash-component-suites/dash/dcc/async-graph.js"
    first = client.get(address, headers=BROWSER)
    assert first.headers["Cache-Control"] == "no-cache"
    again = client.get(address, headers=BROWSER | {"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")
    assert again.headers["ETag"] == first.headers["ETag"]
    assert again.headers["Vary"] == "Accept-Encoding"


def test_each_encoding_of_a_file_has_its_own_etag(client: FlaskClient) -> None:
    address = "/_dash-component-suites/dash/dcc/async-graph.js"
    tags = {client.get(address, headers={"Accept-Encoding": wanted}).headers["ETag"] for wanted in ("br", "gzip", "")}
    assert len(tags) == 3


@pytest.mark.parametrize(
    "address",
    [
        "/_dash-component-suites/dash/dash-renderer/build/dash_renderer.v0_0_1m1700000000.min.js",
        "/_dash-component-suites/dash/dcc/dash_core_components.v99_0_0m1700000000.js",
        "/_dash-component-suites/plotly/package_data/plotly.v1_0_0m0.min.js",
        "/assets/000000000000/base.css",
    ],
)
def test_a_name_of_another_release_gets_the_file_and_nobody_keeps_it(client: FlaskClient, address: str) -> None:
    answer = client.get(address, headers=BROWSER)
    assert (answer.status_code, answer.headers["Cache-Control"]) == (200, "no-cache")


@pytest.mark.parametrize(
    "address",
    [
        "/_dash-component-suites/nope/x.js",
        "/_dash-component-suites/dash/nope.js",
        "/_dash-component-suites/dash/dash.py",
        "/_dash-component-suites/flask/app.py",
        "/_dash-component-suites/dash/../../os.py",
        "/_dash-component-suites/dash/%2e%2e/%2e%2e/os.py",
        "/assets/000000000000/nope.css",
        "/assets/000000000000/../app.py",
        "/assets/000000000000/..%2f..%2fapp.py",
        "/assets/000000000000/",
        "/assets/",
        "/assets/app.py",
    ],
)
def test_nothing_else_is_served(client: FlaskClient, address: str) -> None:
    assert client.get(address).status_code == 404


def test_a_text_has_a_type_that_browsers_run(client: FlaskClient) -> None:
    for address in addresses(client):
        kind = client.get(address).content_type
        assert kind.startswith({".js": "text/javascript", ".css": "text/css", ".svg": "image/svg+xml"}[suffix(address)])


def suffix(address: str) -> str:
    return Path(address.partition("?")[0]).suffix


def test_the_assets_path_tells_their_content(tmp_path: Path) -> None:
    def write(name: str, content: str) -> str:
        (tmp_path / name).write_text(content)
        return assets_url_path(tmp_path)

    first = write("theme.css", "a {}")
    assert re.fullmatch(r"assets/[0-9a-f]{12}", first)
    assert write("theme.css", "a {}") == first
    assert write("theme.css", "b {}") != first
    assert write("theme.css", "a {}") == first
    assert write("other.css", "") != first
    (tmp_path / "other.css").unlink()
    # Copies that precompress.py makes do not change the name.
    assert write("theme.css.br", "x") == first


def test_a_compressed_copy_is_served_unless_it_is_older_than_the_file(tmp_path: Path) -> None:
    path, copy = tmp_path / "theme.css", tmp_path / "theme.css.br"
    path.write_text("a {}")
    copy.write_bytes(b"made beforehand")
    app = Dash("page", assets_folder=str(tmp_path), assets_url_path=assets_url_path(tmp_path), serve_locally=False)
    app.layout = []
    add_static_files(app)
    server: Flask = app.server
    address = f"/{app.config.assets_url_path}/theme.css"

    assert server.test_client().get(address, headers=BROWSER).data == b"made beforehand"

    path.write_text("b {}")
    modified = copy.stat().st_mtime_ns + 1_000_000_000
    os.utime(path, ns=(modified, modified))
    assert brotli.decompress(server.test_client().get(address, headers=BROWSER).data) == b"b {}"


def test_dash_must_leave_the_files_to_it() -> None:
    with pytest.raises(ValueError, match="serve_locally=False"):
        add_static_files(Dash("page"))
