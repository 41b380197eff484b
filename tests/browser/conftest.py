"""Chromium, as a person would use it, and the dashboard served in this process with an S3 that tests can change."""

import os
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, expect, sync_playwright
from werkzeug.serving import WSGIRequestHandler, make_server

from dashboard.app import create_app
from dashboard.data import DataStore
from dashboard.sample import sample_csv
from tests.dashboard.fake_s3 import BUCKET, KEY, FakeS3

# How long a page may take to show what it should, in milliseconds: on a busy machine more than Playwright's 5 s.
PATIENCE_MS = 20_000

# As root, in a container, Chromium has no sandbox of its own; the rest keeps it from calling out.
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]


def launch_chromium() -> Iterator[Browser]:
    expect.set_options(timeout=PATIENCE_MS)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=os.environ.get("CHROMIUM"), args=ARGUMENTS)
        yield browser
        browser.close()


@dataclass
class Site:
    """The dashboard at an address, and the S3 that it reads."""

    url: str
    s3: FakeS3
    store: DataStore

    def serve(self, content: bytes) -> None:
        """Put an object into S3 and let the dashboard read it."""
        self.s3.content = content
        self.store.refresh()

    def reset(self) -> None:
        """Serve the sample data, with S3 well."""
        self.s3.error = None
        self.serve(sample_csv())


class _Quiet(WSGIRequestHandler):
    """Writes no line for each request."""

    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        """Nothing."""


def serve_dashboard(poll_seconds: float) -> Iterator[Site]:
    """Serve the dashboard on a free port; open pages ask for new data in this pace."""
    s3 = FakeS3()
    store = DataStore(bucket=BUCKET, key=KEY, poll_seconds=poll_seconds, create_client=s3.create_client)
    server = make_server("127.0.0.1", 0, create_app(store).server, threaded=True, request_handler=_Quiet)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield Site(f"http://127.0.0.1:{server.server_port}", s3, store)
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture(scope="session")
def served() -> Iterator[Site]:
    """The dashboard, once for all tests."""
    yield from serve_dashboard(poll_seconds=0.3)


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """The browser, once for all tests."""
    yield from launch_chromium()


@pytest.fixture
def site(served: Site) -> Site:
    """The dashboard with the sample data, and S3 well."""
    served.reset()
    return served


class Reader:
    """A person with a browser. What goes wrong there is collected in ``faults``."""

    def __init__(self, context: BrowserContext, url: str) -> None:
        self.page: Page = context.new_page()
        self.page.set_default_timeout(PATIENCE_MS)
        self.url = url
        self.faults: list[str] = []
        self.callbacks: list[dict[str, Any]] = []
        self.page.on("console", self._hear)
        self.page.on("pageerror", lambda error: self.faults.append(f"script: {error}"))
        self.page.on("request", self._see)

    def _hear(self, message: ConsoleMessage) -> None:
        if message.type in {"error", "warning"}:
            self.faults.append(f"console: {message.text}")

    def _see(self, request: Any) -> None:  # noqa: ANN401 - playwright exports no such name
        if not request.url.startswith((self.url, "data:", "blob:")):
            self.faults.append(f"request to another host: {request.url}")
        if request.url.startswith(f"{self.url}/_dash-update-component"):
            self.callbacks.append(request.post_data_json)

    def forget(self) -> None:
        """Empty the browser's storage for the dashboard."""
        session = self.page.context.new_cdp_session(self.page)
        session.send("Storage.clearDataForOrigin", {"origin": self.url, "storageTypes": "local_storage"})
        session.detach()

    def open(self, path: str = "/") -> None:
        """Open a page of the dashboard and wait until its heading is there."""
        self.page.goto(self.url + path)
        self.page.wait_for_selector("h1")

    def traces(self, figure: int = 0) -> list[dict[str, Any]]:
        """The name and the drawn values of each line of a figure."""
        self.page.wait_for_selector(".js-plotly-plot .main-svg")
        traces: list[dict[str, Any]] = self.page.evaluate(
            """number => document.querySelectorAll('.js-plotly-plot')[number]._fullData.map(
                trace => ({name: trace.name, x: Array.from(trace.x), y: Array.from(trace.y)}))""",
            figure,
        )
        return traces

    def wait_for_lines(self, *names: str) -> None:
        """Wait until the first figure has exactly these lines."""
        self.page.wait_for_function(
            """names => {
                const plot = document.querySelector('.js-plotly-plot');
                return plot && plot._fullData && plot._fullData.map(trace => trace.name).join('|') === names.join('|');
            }""",
            arg=list(names),
        )

    def wait_for_line_count(self, count: int) -> None:
        """Wait until the first figure has so many lines."""
        self.page.wait_for_function(
            """count => {
                const plot = document.querySelector('.js-plotly-plot');
                return plot && plot._fullData && plot._fullData.length === count;
            }""",
            arg=count,
        )

    def choose(self, *countries: str) -> None:
        """Tick or untick countries."""
        self.page.click("#dropdown-selection")
        for country in countries:
            self.page.fill(".dash-dropdown-search", country)
            self.page.locator(".dash-dropdown-option").get_by_text(country, exact=True).click()
        self.page.keyboard.press("Escape")

    def wait_for_address(self, query: str) -> None:
        """Wait until the address ends like this."""
        self.page.wait_for_function("query => location.search === query", arg=query)


@pytest.fixture(scope="session")
def cached(chromium: Browser) -> Iterator[BrowserContext]:
    """A browser whose cache is kept: reading 5 MB of Plotly anew would take most of each test's time."""
    context = chromium.new_context(viewport={"width": 1280, "height": 900})
    yield context
    context.close()


@pytest.fixture
def context(cached: BrowserContext) -> Iterator[BrowserContext]:
    """A browser without pages, storage or permissions."""
    cached.clear_cookies()
    cached.clear_permissions()
    yield cached
    for page in cached.pages:
        page.close()


@pytest.fixture
def reader(context: BrowserContext, site: Site) -> Iterator[Reader]:
    """A reader of the dashboard, whose browser must have nothing to complain of."""
    reader = Reader(context, site.url)
    reader.forget()
    yield reader
    assert reader.faults == []
