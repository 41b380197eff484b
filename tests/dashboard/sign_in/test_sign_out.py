from http.cookies import SimpleCookie

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from dashboard.sign_in.sign_out import PATH, add_sign_out

pytestmark = pytest.mark.unit

NEXT = "https://identity.example.org/logout?client_id=a&logout_uri=https%3A%2F%2Fexample.org%2F"


def client(next_url: str = NEXT) -> FlaskClient:
    server = Flask("test")
    add_sign_out(server, next_url)
    return server.test_client()


def see_expired_cookies(answer: TestResponse) -> None:
    for text, number in zip(answer.headers.getlist("Set-Cookie"), range(4), strict=True):
        ((name, cookie),) = SimpleCookie(text).items()
        assert (name, cookie.value) == (f"AWSELBAuthSessionCookie-{number}", "")
        # As the load balancer has set it, or browsers keep it.
        assert (cookie["path"], cookie["domain"], cookie["secure"], cookie["httponly"]) == ("/", "", True, True)
        assert cookie["max-age"] == "0"
        assert "1970" in cookie["expires"]


@pytest.mark.parametrize("headers", [{}, {"Sec-Fetch-Site": "same-origin"}, {"Sec-Fetch-Site": "none"}])
def test_the_session_ends_and_the_reader_goes_to_the_provider(headers: dict[str, str]) -> None:
    answer = client().get(PATH, headers=headers)
    assert (answer.status_code, answer.headers["Location"]) == (303, NEXT)
    see_expired_cookies(answer)


def test_without_an_address_a_page_says_so() -> None:
    answer = client("").get(PATH)
    assert (answer.status_code, answer.mimetype) == (200, "text/html")
    assert "You are signed out" in answer.text
    see_expired_cookies(answer)


@pytest.mark.parametrize("site", ["cross-site", "same-site", "anything"])
def test_another_site_can_sign_nobody_out(site: str) -> None:
    answer = client().get(PATH, headers={"Sec-Fetch-Site": site})
    assert (answer.status_code, answer.headers["Location"]) == (303, "/")
    assert "Set-Cookie" not in answer.headers


@pytest.mark.parametrize("query", ["?next=https://evil.example", "?url=//evil.example", "//evil.example"])
def test_what_is_asked_leads_nowhere_else(query: str) -> None:
    answer = client().get(PATH + query)
    assert answer.headers.get("Location") in {NEXT, None}
    assert "evil" not in answer.text


def test_it_is_only_for_reading() -> None:
    assert client().post(PATH).status_code == 405
