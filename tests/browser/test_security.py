"""The page under its Content-Security-Policy, and what it says when it and the server no longer go together.

Served by this process: between the browser and the dashboard stands what makes answers of another version, of a load
balancer without a task, or of one that asks to sign in.
"""

import re
import threading
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import pytest
from flask import Flask
from playwright.sync_api import Browser, ConsoleMessage, Page, Response, expect
from werkzeug.serving import WSGIRequestHandler, make_server
from werkzeug.wrappers import Response as Answer

from dashboard.app import create_app
from dashboard.data import DataStore
from dashboard.sample import sample_csv
from tests.dashboard.fake_s3 import BUCKET, KEY, FakeS3

if TYPE_CHECKING:
    from wsgiref.types import StartResponse, WSGIEnvironment

pytestmark = pytest.mark.browser

CALLBACKS = "/_dash-update-component"
OLD = "This dashboard was updated"
NEW = "There is a new version"


@dataclass
class Site:
    """The dashboard in version 1.0.0 behind a load balancer.

    Attributes:
        url: its address.
        answer: what answers a path in place of the dashboard; None if the dashboard does.
        version: what the answers say that they come from; None for the truth.
    """

    server: Flask
    url: str = ""
    answer: Callable[[str], Answer | None] = field(default=lambda _path: None)
    version: str | None = None

    def reset(self) -> None:
        self.answer, self.version = lambda _path: None, None

    def __call__(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        made = self.answer(environ["PATH_INFO"]) or Answer.from_app(self.server, environ, buffered=True)
        if self.version:
            made.headers["Dashboard-Version"] = self.version
        return made(environ, start_response)

    def refuse_callbacks(self) -> None:
        """Answer callbacks as the guard of version 2.0.0 does, which has others."""
        refusal = '{"message": "there is no such callback"}'
        self.answer = lambda path: Answer(refusal, 400, {"Dashboard-Version": "2.0.0"}) if path == CALLBACKS else None

    def answer_callbacks(self, status: int, **headers: str) -> None:
        """Answer callbacks as the load balancer does by itself."""
        self.answer = lambda path: Answer("<html></html>", status, headers) if path == CALLBACKS else None


class _Quiet(WSGIRequestHandler):
    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        """Write no line for each request."""


@pytest.fixture(scope="module")
def running() -> Iterator[Site]:
    """The dashboard with the sample data. Open pages ask for news twice a second."""
    s3 = FakeS3(sample_csv())
    store = DataStore(bucket=BUCKET, key=KEY, poll_seconds=0.5, create_client=s3.create_client)
    store.refresh()
    site = Site(create_app(store, version="1.0.0").server)
    server = make_server("127.0.0.1", 0, site, threaded=True, request_handler=_Quiet)
    site.url = f"http://127.0.0.1:{server.server_port}/"
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield site
    server.shutdown()
    thread.join()


@pytest.fixture
def site(running: Site) -> Site:
    """The dashboard, with nothing in between."""
    running.reset()
    return running


@pytest.fixture
def blank(chromium: Browser) -> Iterator[Page]:
    """An empty page."""
    context = chromium.new_context(viewport={"width": 1280, "height": 800})
    yield context.new_page()
    context.close()


def complaints(page: Page) -> list[str]:
    """What the console says from now on, errors and warnings, and what scripts raise."""
    heard: list[str] = []

    def note(message: ConsoleMessage) -> None:
        if message.type in {"error", "warning"}:
            heard.append(message.text)

    page.on("console", note)
    page.on("pageerror", lambda error: heard.append(str(error)))
    return heard


def wait_for_lines(page: Page, count: int) -> None:
    expect(page.locator("#graph-content .scatterlayer .trace")).to_have_count(count)


def open_page(page: Page, site: Site) -> None:
    """Open the page, which shows Canada."""
    page.goto(site.url)
    wait_for_lines(page, 1)


def add(page: Page, country: str) -> None:
    """Choose one more country."""
    page.click("#dropdown-selection")
    page.locator(".dash-dropdown-search").fill(country)
    page.locator(".dash-dropdown-option", has_text=re.compile(f"^{country}$")).click()
    page.keyboard.press("Escape")


def see_notice(page: Page, text: str, role: str) -> None:
    expect(page.locator(f".server-notice[role={role}]")).to_contain_text(text)


def see_no_notice(page: Page) -> None:
    for role in ("alert", "status"):
        expect(page.locator(f".server-notice[role={role}]")).to_be_empty()


def wait_for_answers(page: Page, count: int) -> None:
    """Wait until so many callbacks are answered."""
    answered: list[Response] = []

    def note(response: Response) -> None:
        if CALLBACKS in response.url:
            answered.append(response)

    page.on("response", note)
    while len(answered) < count:
        page.wait_for_event("response")
    page.remove_listener("response", note)


def test_the_page_works_under_its_policy_without_a_complaint(blank: Page, site: Site) -> None:
    heard = complaints(blank)
    open_page(blank, site)
    add(blank, "Norway")
    wait_for_lines(blank, 2)
    for link in blank.locator("nav a").all():
        link.click()
        wait_for_answers(blank, 2)
    assert heard == []


def test_the_policy_forbids_inline_scripts_and_other_addresses(blank: Page, site: Site) -> None:
    open_page(blank, site)
    heard = complaints(blank)
    blank.evaluate(
        """async () => {
            const script = document.createElement("script");
            script.textContent = "window.injected = 1";
            document.body.append(script);
            document.body.insertAdjacentHTML("beforeend", "<img src='x' onerror='window.injected = 2'>");
            const other = document.createElement("script");
            other.src = "http://127.0.0.1:9/evil.js";
            document.body.append(other);
            await new Promise((resolve) => { other.onerror = resolve; });
            await fetch("http://127.0.0.1:9/").catch(() => undefined);
        }"""
    )
    wait_for_answers(blank, 1)
    assert blank.evaluate("() => window.injected") is None
    for directive in ("script-src", "connect-src"):
        assert any("Content Security Policy" in text and directive in text for text in heard), directive


def test_the_policy_forbids_to_evaluate_text_as_a_script(blank: Page, site: Site) -> None:
    open_page(blank, site)
    # Scripts of a debugger, as these are, may evaluate; a timer's text is the page's own.
    heard = complaints(blank)
    blank.evaluate("() => { setTimeout('window.injected = 3', 0); }")
    wait_for_answers(blank, 1)
    assert blank.evaluate("() => window.injected") is None
    assert any("unsafe-eval" in text for text in heard)


def test_no_other_page_may_frame_it(blank: Page, site: Site) -> None:
    heard = complaints(blank)
    with blank.expect_event("console"):
        blank.set_content(f'<iframe src="{site.url}"></iframe>')
    assert any("frame-ancestors" in text or "X-Frame-Options" in text for text in heard)
    assert blank.frames[-1].locator("#graph-content").count() == 0


def test_a_page_of_this_version_says_nothing(blank: Page, site: Site) -> None:
    open_page(blank, site)
    add(blank, "Norway")
    wait_for_answers(blank, 3)
    see_no_notice(blank)


def test_an_old_page_whose_callback_is_refused_must_be_reloaded(blank: Page, site: Site) -> None:
    open_page(blank, site)
    site.refuse_callbacks()
    add(blank, "Norway")
    see_notice(blank, OLD, "alert")
    # It stays, whatever comes.
    site.reset()
    wait_for_answers(blank, 3)
    see_notice(blank, OLD, "alert")
    with blank.expect_navigation():
        blank.get_by_role("button", name="Reload").click()
    wait_for_lines(blank, 2)
    see_no_notice(blank)


def test_during_a_deployment_a_refused_callback_finds_its_own_version(blank: Page, site: Site) -> None:
    open_page(blank, site)
    asked = []

    def meet_new_task_first(path: str) -> Answer | None:
        if path != CALLBACKS:
            return None
        asked.append(path)
        return Answer("{}", 400, {"Dashboard-Version": "2.0.0"}) if len(asked) < 3 else None

    site.answer = meet_new_task_first
    add(blank, "Norway")
    wait_for_lines(blank, 2)
    see_no_notice(blank)


def test_a_page_that_only_another_version_answers_suggests_to_reload_after_a_minute(blank: Page, site: Site) -> None:
    blank.clock.install()
    open_page(blank, site)
    site.version = "2.0.0"
    for _ in range(4):
        blank.clock.run_for(1_000)
        wait_for_answers(blank, 1)
    see_no_notice(blank)
    blank.clock.fast_forward(60_000)
    for _ in range(4):
        blank.clock.run_for(1_000)
        wait_for_answers(blank, 1)
    see_notice(blank, NEW, "status")
    # Its own version answers again: the deployment was taken back, or is not over.
    site.reset()
    blank.clock.run_for(1_000)
    see_no_notice(blank)


def test_the_suggestion_can_be_put_off(blank: Page, site: Site) -> None:
    blank.clock.install()
    open_page(blank, site)
    site.version = "2.0.0"
    blank.clock.fast_forward(60_000)
    for _ in range(4):
        blank.clock.run_for(1_000)
        wait_for_answers(blank, 1)
    see_notice(blank, NEW, "status")
    blank.get_by_role("button", name="Later").click()
    blank.clock.run_for(1_000)
    wait_for_answers(blank, 1)
    see_no_notice(blank)


@pytest.mark.parametrize("part", ["layout", "dependencies"])
def test_a_page_that_only_another_version_describes_must_be_reloaded(blank: Page, site: Site, part: str) -> None:
    description = site.server.test_client().get(f"/_dash-{part}").data
    site.answer = lambda path: (
        Answer(description, 200, {"Dashboard-Version": "2.0.0"}, content_type="application/json")
        if path == f"/_dash-{part}"
        else None
    )
    blank.goto(site.url)
    see_notice(blank, OLD, "alert")


def test_a_server_that_is_gone_is_told_and_forgotten_when_it_is_back(blank: Page, site: Site) -> None:
    open_page(blank, site)
    blank.context.set_offline(True)
    see_notice(blank, "cannot be reached", "status")
    blank.context.set_offline(False)
    see_no_notice(blank)


def test_a_change_that_was_lost_meanwhile_is_told_when_the_server_is_back(blank: Page, site: Site) -> None:
    open_page(blank, site)
    site.answer_callbacks(503)
    add(blank, "Norway")
    see_notice(blank, "cannot be reached", "status")
    site.reset()
    see_notice(blank, "could not carry out your last change", "alert")
    add(blank, "Zimbabwe")
    see_no_notice(blank)
    wait_for_lines(blank, 3)


@pytest.mark.parametrize("status", [401, 302])
def test_a_reader_who_is_signed_out_is_asked_to_sign_in_again(blank: Page, site: Site, status: int) -> None:
    open_page(blank, site)
    site.answer_callbacks(status, Location="https://sign-in.invalid/")
    see_notice(blank, "You are signed out", "alert")


def test_the_notice_is_reached_by_the_keyboard(blank: Page, site: Site) -> None:
    open_page(blank, site)
    site.refuse_callbacks()
    add(blank, "Norway")
    see_notice(blank, OLD, "alert")
    is_focused = "() => document.activeElement.textContent === 'Reload'"
    presses = 0
    while not blank.evaluate(is_focused):
        blank.keyboard.press("Tab")
        presses += 1
        assert presses < 100
    site.reset()
    with blank.expect_navigation():
        blank.keyboard.press("Enter")
