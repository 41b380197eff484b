import logging

import pytest
from dash import Dash
from flask import Flask

from dashboard.unknown_paths import _is_like

pytestmark = pytest.mark.unit


@pytest.mark.parametrize(
    "path", ["/_dash-nothing", "/_dash-", "/_dash-update-component/x", "/_dash-layout/", "/_dash-component-suites"]
)
def test_what_is_below_dashs_own_names_and_unknown_is_an_error(app: Dash, path: str) -> None:
    answer = app.server.test_client().get(path)
    assert (answer.status_code, answer.content_type) == (404, "application/json")


@pytest.mark.parametrize("path", ["/nowhere", "/a/b", "/404", "/health/", "/ready/", "/.env"])
def test_an_unknown_page_is_the_dashboards_own_404(app: Dash, path: str) -> None:
    answer = app.server.test_client().get(path)
    assert answer.status_code == 404
    assert "_dash-app-content" in answer.text or "react-entry-point" in answer.text


def test_every_page_is_found(app: Dash) -> None:
    assert app.server.test_client().get("/").status_code == 200


@pytest.mark.parametrize(
    ("path", "template", "is_like"),
    [
        ("/country/Canada", "/country/<name>", True),
        ("/country/", "/country/<name>", False),
        ("/country", "/country/<name>", False),
        ("/a/1/b/2", "/a/<x>/b/<y>", True),
        ("/a/1/c/2", "/a/<x>/b/<y>", False),
        ("/a.b/1", "/a.b/<x>", True),
        ("/aXb/1", "/a.b/<x>", False),
    ],
)
def test_a_page_may_have_variables_in_its_path(path: str, template: str, is_like: bool) -> None:
    assert _is_like(path, template) is is_like


TRAVERSALS = [
    "/assets/../app.py",
    "/assets/..%2fapp.py",
    "/assets/%2e%2e/app.py",
    "/assets/%2e%2e%2fapp.py",
    "/assets/..%5capp.py",
    "/assets/..\\app.py",
    "/assets/x/../../app.py",
    "/assets//etc/passwd",
    "/assets/%2fetc%2fpasswd",
    "/assets/app.py%00.css",
    "/assets/%00",
    "/assets/..%252fapp.py",
    "/_dash-component-suites/dash/../../../etc/passwd",
    "/_dash-component-suites/dash/%2e%2e%2f%2e%2e%2fetc%2fpasswd",
    "/_dash-component-suites/dash/dash.py",
    "/_dash-component-suites/dash/%00",
    "/_dash-component-suites/os/path.py",
    "/_dash-component-suites/dashboard/app.py",
    "/_dash-component-suites/unknown_package/file.js",
    "/_dash-component-suites/../app.py",
    "/_dash-component-suites/%2e%2e/app.py",
    "/../../../../etc/passwd",
    "/..%2f..%2f..%2fetc%2fpasswd",
    "/%2e%2e/%2e%2e/etc/passwd",
    "//etc/passwd",
    "/%00",
    "/%ff%fe",
]


@pytest.mark.parametrize("path", TRAVERSALS)
def test_no_path_leads_out(app: Dash, path: str, caplog: pytest.LogCaptureFixture) -> None:
    server: Flask = app.server
    answer = server.test_client().get(path)
    assert 400 <= answer.status_code < 500
    assert not any(secret in answer.text for secret in ("root:", "create_app", "import "))
    assert [entry for entry in caplog.records if entry.levelno >= logging.ERROR] == []
