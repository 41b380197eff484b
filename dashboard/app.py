"""The Dash application and its Flask server, put together."""

import os
from multiprocessing.util import Finalize
from pathlib import Path
from typing import Any

from dash import Dash
from flask import Flask

from dashboard import shell
from dashboard.access_log import add_access_log
from dashboard.callback_guard import add_callback_guard
from dashboard.compression import add_compression
from dashboard.concurrency import add_concurrency_limit
from dashboard.config import Config
from dashboard.data import DataStore
from dashboard.errors import add_errors
from dashboard.health import add_health
from dashboard.metrics import Metrics, add_metrics
from dashboard.release import add_release
from dashboard.request_id import add_request_id
from dashboard.response_cache import ResponseCache, add_response_cache
from dashboard.security_headers import add_security_headers
from dashboard.sign_in.config import SignInConfig
from dashboard.static_files import add_static_files, assets_url_path
from dashboard.unknown_paths import add_unknown_paths

# theme.js stands in the head, for Dash puts scripts at the end of the body: the page would flash in the system's
# colours before the reader's.
_INDEX = """<!DOCTYPE html>
<html lang="en">
  <head>
    {%metas%}
    <meta name="color-scheme" content="light dark">
    <title>{%title%}</title>
    <link rel="icon" type="image/svg+xml" href="/ASSETS/favicon.svg">
    <script src="/ASSETS/theme.js"></script>
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


def create_app(
    store: DataStore,
    *,
    version: str = Config.dashboard_version,
    metrics: Metrics | None = None,
    sign_in: SignInConfig | None = None,
) -> Dash:
    """Build the application around a store. Nothing is connected or started.

    Args:
        store: where layouts and callbacks find the data.
        version: the image's version.
        metrics: what counts the callbacks; None if nobody reads the count.
        sign_in: how the load balancer signs readers in; None if everybody may read.
    """
    assets = assets_url_path(Path(__file__).parent / "assets")
    # Named after the package, so that Dash finds pages/ and assets/ beside this file.
    app = Dash(
        "dashboard",
        use_pages=True,
        include_pages_meta=False,
        title="Population by country",
        update_title="",
        index_string=_INDEX.replace("ASSETS", assets),
        assets_url_path=assets,
        serve_locally=False,  # static_files.py does
        add_log_handler=False,
    )
    add_static_files(app)
    server: Flask = app.server
    store.attach(server)
    # Dash calls a layout function once when it is set, to learn its ids.
    with server.app_context():
        app.layout = shell.layout
    shell.register_callbacks(app)
    _complete(app)

    # The order matters. Flask calls what these register for a request's beginning in this order, and for its end in the
    # reverse order: the first ones see the response as it leaves.
    add_request_id(server)
    add_access_log(server, quiet_callbacks=shell.clock_callbacks(app))
    if metrics:
        add_metrics(server, metrics)
    add_release(app, version)
    add_security_headers(app)
    add_errors(server)
    if sign_in:
        # Only here, for its libraries are large.
        from dashboard.sign_in.hook import add_sign_in

        add_sign_in(server, sign_in)
    add_callback_guard(app)
    add_unknown_paths(server)
    add_response_cache(app, ResponseCache())
    add_compression(server)
    add_health(server, version)
    add_concurrency_limit(server)
    return app


def _complete(app: Dash) -> None:
    """Let Dash register its pages' callbacks now.

    It would do so while it answers the first request, and a second one in another thread would find half of them:
    https://github.com/plotly/dash/blob/v4.4.1/dash/dash.py (``_setup_server``).
    """
    server: Flask = app.server
    with server.test_request_context():
        server.preprocess_request()


def create_server() -> Flask:
    """The server with its settings from the environment, its store already looking at S3 in the background.

    Raises:
        ConfigError: the settings cannot be used.
    """
    config = Config.from_environment(os.environ)
    store = DataStore(
        bucket=config.bucket_name,
        key=config.object_key,
        poll_seconds=config.poll_seconds,
        memory_mib=config.memory_mib,
        workers=config.workers,
    )
    metrics = Metrics(store, namespace=config.metrics_namespace, service_name=config.service_name)
    app = create_app(store, version=config.dashboard_version, metrics=metrics, sign_in=config.sign_in)
    store.start()
    metrics.start()
    # Not atexit, which a process that multiprocessing has forked, as granian's workers are, passes over.
    Finalize(None, metrics.stop, exitpriority=0)
    server: Flask = app.server
    return server


def __getattr__(name: str) -> Any:  # noqa: ANN401 - the signature of PEP 562
    """``dashboard.app:server``, made when a WSGI server asks for it: importing this file reads and connects nothing."""
    if name == "server":
        return create_server()
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
