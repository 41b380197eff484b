"""Signing in, out, and in again, as a reader sees it.

Between the browser and the dashboard stands what does as the load balancer does: pages of a reader without a session
lead to the identity provider, which signs in whoever comes; callbacks are answered 401.
"""

import secrets
import threading
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect
from werkzeug.serving import make_server
from werkzeug.utils import redirect
from werkzeug.wrappers import Request
from werkzeug.wrappers import Response as Answer

from dashboard.app import create_app
from dashboard.data import DataStore
from dashboard.sample import sample_csv
from dashboard.sign_in.config import SignInConfig
from tests.browser.conftest import Reader
from tests.dashboard.fake_s3 import BUCKET, KEY, FakeS3
from tests.dashboard.load_balancer import ARN, CLAIMS, LoadBalancer, pem
from tests.dashboard.raw_s3 import raw_s3, whole
from tests.deployment import free_port

if TYPE_CHECKING:
    from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

pytestmark = pytest.mark.browser

COOKIE = "AWSELBAuthSessionCookie-0"
PROVIDER = "/provider"
GOODBYE = "/provider/goodbye"
ADDRESS = "/?countries=Canada,Norway"


@dataclass
class Front:
    """The load balancer and the identity provider.

    Attributes:
        claims: what the provider says about the reader.
        signed_in: how often it has signed someone in.
    """

    dashboard: "WSGIApplication"
    load_balancer: LoadBalancer
    url: str
    claims: dict[str, str] = field(default_factory=lambda: dict(CLAIMS))
    signed_in: int = 0
    sessions: set[str] = field(default_factory=set)

    def __call__(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        request = Request(environ)
        if request.path == PROVIDER:
            return self._sign_in(request.args["to"])(environ, start_response)
        if request.path == GOODBYE:
            # Without an icon of its own the browser would ask the dashboard for one, and be signed in again.
            page = '<link rel="icon" href="data:,"><h1>Goodbye</h1>'
            return Answer(page, mimetype="text/html")(environ, start_response)
        if request.cookies.get(COOKIE) in self.sessions:
            environ["HTTP_X_AMZN_OIDC_DATA"] = self.load_balancer.token(self.claims)
            return self.dashboard(environ, start_response)
        if request.path.startswith("/_dash-"):
            return Answer("<html></html>", 401)(environ, start_response)
        return redirect(f"{PROVIDER}?to={request.full_path.replace('&', '%26')}")(environ, start_response)

    def _sign_in(self, url: str) -> Answer:
        session = secrets.token_hex()
        self.sessions.add(session)
        self.signed_in += 1
        answer = redirect(url)
        answer.set_cookie(COOKIE, session, max_age=7 * 24 * 3600, secure=True, httponly=True)
        return answer

    def end_sessions(self) -> None:
        """Let every session be over, as after its time."""
        self.sessions.clear()


@pytest.fixture(scope="module")
def running() -> Iterator[Front]:
    """The dashboard with the sample data behind the load balancer. Open pages ask for news twice a second."""
    load_balancer, port = LoadBalancer(), free_port()
    url = f"http://127.0.0.1:{port}"
    store = DataStore(bucket=BUCKET, key=KEY, poll_seconds=0.5, create_client=FakeS3(sample_csv()).create_client)
    store.refresh()
    with raw_s3(whole(pem(load_balancer.key))) as keys:
        config = SignInConfig(load_balancer_arn=ARN, public_keys_url=keys.url, sign_out_url=url + GOODBYE)
        front = Front(create_app(store, sign_in=config).server, load_balancer, url)
        server = make_server("127.0.0.1", port, front, threaded=True)
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield front
        server.shutdown()
        thread.join()
        server.server_close()


@pytest.fixture
def front(running: Front) -> Front:
    running.end_sessions()
    running.claims = dict(CLAIMS)
    return running


@pytest.fixture
def reader(chromium: Browser, front: Front) -> Iterator[Reader]:
    """A reader who has signed in and sees two lines."""
    context = chromium.new_context(viewport={"width": 1280, "height": 800})
    reader = Reader(context, front.url)
    reader.open(ADDRESS)
    reader.wait_for_lines("Canada", "Norway")
    yield reader
    context.close()


def account(page: Page) -> str:
    return page.locator(".account span").inner_text()


def test_the_page_says_who_is_signed_in(reader: Reader) -> None:
    assert account(reader.page) == "ada@example.org"
    assert reader.faults == []


def test_a_name_is_text_and_nothing_else(reader: Reader, front: Front) -> None:
    front.claims["email"] = "<img src=x onerror=alert(1)>"
    reader.page.reload()
    expect(reader.page.locator(".account span")).to_have_text("<img src=x onerror=alert(1)>")
    assert reader.page.locator(".account img").count() == 0


def test_a_long_name_leaves_a_phone_its_width(reader: Reader, front: Front) -> None:
    front.claims["email"] = f"{'long' * 30}@example.org"
    reader.page.set_viewport_size({"width": 360, "height": 800})
    reader.page.reload()
    expect(reader.page.locator(".account span")).to_contain_text("longlong")
    assert reader.page.evaluate("() => document.documentElement.scrollWidth") == 360
    expect(reader.page.get_by_role("link", name="Sign out")).to_be_in_viewport(ratio=1)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_account_has_no_serious_fault_of_accessibility(reader: Reader, scheme: Literal["light", "dark"]) -> None:
    reader.page.emulate_media(color_scheme=scheme)
    results = Axe().run(reader.page, context=".account").response
    assert [fault["id"] for fault in results["violations"] if fault["impact"] in {"serious", "critical"}] == []
    assert {"color-contrast", "link-name"} <= {passed["id"] for passed in results["passes"]}


def test_a_reader_whose_session_ends_signs_in_again_and_goes_on(reader: Reader, front: Front) -> None:
    page, before = reader.page, front.signed_in
    front.end_sessions()
    notice = page.locator(".server-notice[role=alert]")
    expect(notice).to_contain_text("You are signed out. Reload the page to sign in again.")
    # Nothing of the page is lost meanwhile, and nobody has been sent away from it.
    reader.wait_for_lines("Canada", "Norway")
    assert front.signed_in == before
    with page.expect_navigation():
        notice.get_by_role("button", name="Reload").click()
    reader.wait_for_lines("Canada", "Norway")
    assert page.url == front.url + ADDRESS
    assert front.signed_in == before + 1
    reader.choose("Zimbabwe")
    reader.wait_for_lines("Canada", "Norway", "Zimbabwe")
    expect(notice).to_be_empty()


def test_signing_out_ends_the_session_and_leads_to_the_provider(reader: Reader, front: Front) -> None:
    page, before = reader.page, front.signed_in
    page.get_by_role("link", name="Sign out").click()
    expect(page.locator("h1")).to_have_text("Goodbye")
    assert page.context.cookies(front.url) == []
    # The next page asks to sign in.
    reader.open()
    assert front.signed_in == before + 1


def test_a_link_of_another_site_signs_nobody_out(reader: Reader, front: Front) -> None:
    page, before = reader.page, front.signed_in
    other = "http://localhost:1/"
    body = f'<a href="{front.url}/sign-out">A link</a>'
    page.route(f"{other}**", lambda route: route.fulfill(body=body, content_type="text/html"))
    page.goto(other)
    page.get_by_role("link", name="A link").click()
    page.wait_for_url(f"{front.url}/")
    page.wait_for_selector(".account")
    assert front.signed_in == before
