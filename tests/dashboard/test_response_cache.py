import sys
from collections.abc import Callable
from types import ModuleType

import pytest
from dash import Dash, Input, Output, callback_context
from flask import Flask, Response, request
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from dashboard.compression import add_compression
from dashboard.data import DataStore
from dashboard.response_cache import Answer, Question, ResponseCache, add_response_cache, cache_response
from tests.dashboard.fake_s3 import FakeS3

pytestmark = pytest.mark.unit


class Page:
    """A Dash application with a marked and an unmarked callback, which count how often they run."""

    def __init__(self, store: DataStore) -> None:
        self.runs: list[str] = []
        self.while_it_runs: Callable[[], None] = lambda: None
        app = Dash("page", add_log_handler=False)
        app.layout = []
        server: Flask = app.server
        store.attach(server)
        add_response_cache(app, ResponseCache())
        add_compression(server)

        @app.callback(Output("pure", "children"), Input("choice", "value"))
        @cache_response
        def pure(choice: object) -> str:
            self.runs.append("pure")
            self.while_it_runs()
            if choice == "raise":
                raise ValueError
            return f"{choice} " * 200

        @app.callback(Output("impure", "children"), Input("choice", "value"))
        def impure(choice: str) -> str:
            self.runs.append("impure")
            # Calling a marked function does not make the caller's answer one to keep.
            return f"{pure(choice)}{callback_context.cookies}"

        self.client: FlaskClient = server.test_client()

    def ask(self, output: str, choice: object, **headers: str) -> TestResponse:
        payload = {
            "output": f"{output}.children",
            "outputs": {"id": output, "property": "children"},
            "inputs": [{"id": "choice", "property": "value", "value": choice}],
            "changedPropIds": ["choice.value"],
        }
        return self.client.post("/_dash-update-component", json=payload, headers=headers)


@pytest.fixture
def page(store: DataStore, s3: FakeS3, csv_bytes: bytes) -> Page:
    s3.content = csv_bytes
    store.refresh()
    return Page(store)


def test_a_marked_callback_runs_once_for_the_same_question(page: Page) -> None:
    first, second = page.ask("pure", "Canada"), page.ask("pure", "Canada")
    assert page.runs == ["pure"]
    assert "Canada" in first.text
    assert (second.data, second.content_type, second.status_code) == (first.data, first.content_type, 200)


def test_another_question_is_answered_for_itself(page: Page) -> None:
    assert "Canada" in page.ask("pure", "Canada").text
    assert "Albania" in page.ask("pure", "Albania").text
    assert page.runs == ["pure", "pure"]


def test_a_callback_that_is_not_marked_runs_each_time(page: Page) -> None:
    page.ask("impure", "Canada")
    page.ask("impure", "Canada")
    assert page.runs == ["impure", "pure"] * 2


def test_each_encoding_has_an_answer_of_its_own(page: Page) -> None:
    for _ in range(2):
        for wanted in ("br", "gzip", ""):
            answer = page.ask("pure", "Canada", **{"Accept-Encoding": wanted})
            assert answer.headers.get("Content-Encoding", "") == wanted
            assert answer.headers["Vary"] == "Accept-Encoding"
    assert page.runs == ["pure"] * 3


def test_other_data_are_another_question(page: Page, store: DataStore, s3: FakeS3, csv_bytes: bytes) -> None:
    page.ask("pure", "Canada")
    s3.content = csv_bytes.replace(b"33390141", b"40000000")
    store.refresh()
    page.ask("pure", "Canada")
    assert page.runs == ["pure", "pure"]


def test_an_answer_is_not_kept_if_the_data_changed_under_it(
    page: Page, store: DataStore, s3: FakeS3, csv_bytes: bytes
) -> None:
    def serve(content: bytes) -> None:
        s3.content = content
        store.refresh()

    # Asked of one version, answered from another, which nobody may take for an answer of the first.
    page.while_it_runs = lambda: serve(csv_bytes.replace(b"33390141", b"40000000"))
    page.ask("pure", "Canada")
    page.while_it_runs = lambda: None
    serve(csv_bytes)
    page.ask("pure", "Canada")
    assert page.runs == ["pure", "pure"]


def test_without_data_nothing_is_kept(store: DataStore) -> None:
    page = Page(store)
    page.ask("pure", "Canada")
    page.ask("pure", "Canada")
    assert page.runs == ["pure", "pure"]


def test_a_failure_is_not_kept(page: Page) -> None:
    assert [page.ask("pure", "raise").status_code for _ in range(2)] == [500, 500]
    assert page.runs == ["pure", "pure"]


def test_a_kept_answer_passes_the_guards_and_gets_every_header(store: DataStore, s3: FakeS3, csv_bytes: bytes) -> None:
    s3.content = csv_bytes
    store.refresh()
    app = Dash("guarded", add_log_handler=False)
    app.layout = []
    server: Flask = app.server
    store.attach(server)
    seen: list[str] = []

    @server.before_request
    def guard() -> tuple[str, int] | None:
        return ("no", 403) if request.headers.get("X-Refuse") else None

    @server.after_request
    def label(response: Response) -> Response:
        seen.append(response.status)
        response.headers["X-Number"] = str(len(seen))
        return response

    add_response_cache(app, ResponseCache())
    app.callback(Output("pure", "children"), Input("choice", "value"))(cache_response(lambda choice: choice))
    payload = {
        "output": "pure.children",
        "outputs": {"id": "pure", "property": "children"},
        "inputs": [{"id": "choice", "property": "value", "value": 1}],
        "changedPropIds": [],
    }
    client = server.test_client()
    for number in ("1", "2"):
        assert client.post("/_dash-update-component", json=payload).headers["X-Number"] == number
    refused = client.post("/_dash-update-component", json=payload, headers={"X-Refuse": "1"})
    assert (refused.status_code, refused.headers["X-Number"]) == (403, "3")


def question(body: bytes, version: str = "v1") -> Question:
    return Question(version, "br", body)


def test_the_least_recently_used_answers_go_first() -> None:
    cache = ResponseCache(max_bytes=3 * 2000)
    for name in (b"a", b"b", b"c"):
        cache.put(question(name), Answer(b"x" * 900, ()))
    assert cache.get(question(b"a"))
    cache.put(question(b"d"), Answer(b"x" * 900, ()))
    assert [name for name in (b"a", b"b", b"c", b"d") if cache.get(question(name))] == [b"a", b"c", b"d"]


def test_an_answer_that_is_too_large_is_not_kept() -> None:
    cache = ResponseCache(max_bytes=10_000)
    cache.put(question(b"a"), Answer(b"x" * 10_000, ()))
    assert cache.get(question(b"a")) is None


def test_the_bytes_are_counted_anew_for_each_version() -> None:
    cache = ResponseCache(max_bytes=5000)
    for version in map(str, range(20)):
        for name in (b"a", b"b", b"a"):
            cache.put(question(name, version), Answer(b"x" * 900, ()))
        assert cache.get(question(b"a", version))
        assert cache.get(question(b"b", version))
        assert cache.get(question(b"a", str(int(version) - 1))) is None


def test_choosing_countries_is_answered_from_the_cache(app: Dash) -> None:
    page: ModuleType = sys.modules["dashboard.pages.population"]
    (redraw,) = (found for name, found in app.callback_map.items() if "graph-content.figure" in name)
    assert redraw["callback"].__wrapped__ is page.update_graph
    assert redraw["callback"].cache_response
