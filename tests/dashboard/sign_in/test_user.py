from typing import Any

import pytest
from dash import Dash, Input, Output
from flask import Flask

from dashboard import shell
from dashboard.compression import add_compression
from dashboard.data import DataStore
from dashboard.response_cache import ResponseCache, add_response_cache, cache_response
from dashboard.sign_in.config import SignInConfig
from dashboard.sign_in.hook import add_sign_in
from dashboard.sign_in.user import User, current_user, set_current_user
from tests.dashboard.fake_s3 import FakeS3
from tests.dashboard.load_balancer import CLAIMS, HEADER, LoadBalancer

pytestmark = pytest.mark.unit


def user(**claims: object) -> User:
    return User(subject="1234567890", claims=claims)


@pytest.mark.parametrize(
    ("claims", "label"),
    [
        ({"email": "ada@example.org", "name": "Ada"}, "ada@example.org"),
        ({"name": "Ada"}, "Ada"),
        ({"email": "", "name": "Ada"}, "Ada"),
        ({"email": ["ada@example.org"], "name": {"a": 1}}, "1234567890"),
        ({}, "1234567890"),
    ],
)
def test_a_reader_is_called_by_what_people_know(claims: dict[str, object], label: str) -> None:
    assert user(**claims).label == label


def test_a_log_that_has_a_user_in_it_holds_no_address() -> None:
    assert "ada" not in repr(user(email="ada@example.org"))


def test_nobody_is_signed_in_unless_someone_is(in_app: Flask) -> None:
    assert current_user() is None
    set_current_user(user())
    assert current_user() == user()


def account() -> list[Any]:
    """What the frame's parts on the account hold."""
    (bar,) = [part for part in shell.layout().children if getattr(part, "className", "") == "bar"]
    return [part.children for part in bar.children if getattr(part, "className", "") == "account"]


def test_the_frame_shows_who_is_signed_in_as_text(in_app: Flask) -> None:
    assert account() == []
    set_current_user(user(email="<script>alert(1)</script>"))
    ((name, link),) = account()
    assert name.children == "<script>alert(1)</script>"
    assert (link.children, link.href) == ("Sign out", "/sign-out")


class Page:
    """An application with a marked callback that says whom it is for, if it is asked to."""

    def __init__(self, store: DataStore, config: SignInConfig, load_balancer: LoadBalancer) -> None:
        self.runs = 0
        self._load_balancer = load_balancer
        app = Dash("personal", add_log_handler=False)
        app.layout = []
        server: Flask = app.server
        store.attach(server)
        add_sign_in(server, config)
        add_response_cache(app, ResponseCache())
        add_compression(server)

        @app.callback(Output("greeting", "children"), Input("wanted", "value"))
        @cache_response
        def greet(wanted: object) -> str:
            self.runs += 1
            reader = current_user() if wanted == "name" else None
            return f"Hello {reader.subject}" if reader else "Hello"

        self._client = server.test_client()

    def ask(self, wanted: str, subject: str) -> str:
        payload = {
            "output": "greeting.children",
            "outputs": {"id": "greeting", "property": "children"},
            "inputs": [{"id": "wanted", "property": "value", "value": wanted}],
            "changedPropIds": ["wanted.value"],
        }
        headers = {HEADER: self._load_balancer.token(CLAIMS | {"sub": subject})}
        answer = self._client.post("/_dash-update-component", json=payload, headers=headers)
        assert answer.status_code == 200
        greeting: str = answer.get_json()["response"]["greeting"]["children"]
        return greeting


@pytest.fixture
def page(store: DataStore, s3: FakeS3, csv_bytes: bytes, config: SignInConfig, load_balancer: LoadBalancer) -> Page:
    s3.content = csv_bytes
    store.refresh()
    return Page(store, config, load_balancer)


def test_an_answer_for_one_reader_is_never_given_to_another(page: Page) -> None:
    for subject in ("ada", "bob", "ada"):
        assert page.ask("name", subject) == f"Hello {subject}"
    assert page.runs == 3


def test_an_answer_that_is_the_same_for_all_readers_is_kept(page: Page) -> None:
    for subject in ("ada", "bob"):
        assert page.ask("", subject) == "Hello"
    assert page.runs == 1
