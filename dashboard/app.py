"""The Dash application and its Flask server, put together."""

import os
from typing import Any

import dash
from dash import Dash
from flask import Flask, Response, request

from dashboard import shell
from dashboard.config import Config
from dashboard.data import DataStore
from dashboard.health import add_health

_INDEX = """<!DOCTYPE html>
<html lang="en">
  <head>
    {%metas%}
    <meta name="color-scheme" content="light dark">
    <title>{%title%}</title>
    <link rel="icon" type="image/svg+xml" href="/assets/favicon.svg">
    {%css%}
  </head>
  <body>
    {%app_entry%}
    {%config%}
    {%scripts%}
    {%renderer%}
    <noscript>This dashboard needs JavaScript.</noscript>
  </body>
</html>
"""

# A callback's request is a few hundred bytes.
_MAX_REQUEST_BYTES = 1024 * 1024


def create_app(store: DataStore) -> Dash:
    """Build the application around a store. Nothing is connected or started.

    Args:
        store: where layouts and callbacks find the data.
    """
    # Named after the package, so that Dash finds pages/ and assets/ beside this file.
    app = Dash(
        "dashboard",
        use_pages=True,
        include_pages_meta=False,
        title="Population by country",
        update_title="",
        index_string=_INDEX,
        serve_locally=True,
        add_log_handler=False,
    )
    server: Flask = app.server
    server.config["MAX_CONTENT_LENGTH"] = _MAX_REQUEST_BYTES
    store.attach(server)
    # Dash calls a layout function once when it is set, to learn its ids.
    with server.app_context():
        app.layout = shell.layout
    shell.register_callbacks(app)
    add_health(server)
    server.after_request(_answer_unknown_paths_with_404)
    return app


def _answer_unknown_paths_with_404(response: Response) -> Response:
    """Dash answers 200 with its index for every path. One that no page has shows not_found_404, and is a 404."""
    is_catch_all = request.endpoint is not None and request.endpoint.endswith("<path:path>")
    if is_catch_all and response.status_code == 200 and request.path not in _page_paths():
        response.status_code = 404
    return response


def _page_paths() -> set[str]:
    return {page["relative_path"] for name, page in dash.page_registry.items() if not name.endswith("not_found_404")}


def create_server() -> Flask:
    """The server with its settings from the environment, its store already looking at S3 in the background.

    Raises:
        ConfigError: the settings cannot be used.
    """
    config = Config.from_environment(os.environ)
    store = DataStore(bucket=config.bucket_name, key=config.object_key, poll_seconds=config.poll_seconds)
    app = create_app(store)
    store.start()
    server: Flask = app.server
    return server


def __getattr__(name: str) -> Any:  # noqa: ANN401 - the signature of PEP 562
    """``dashboard.app:server``, made when a WSGI server asks for it: importing this file reads and connects nothing."""
    if name == "server":
        return create_server()
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
