import copy
import json
import logging
from collections.abc import Callable
from typing import Any

import pytest
from dash import ALL, MATCH, Dash, Input, Output, State, html
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from werkzeug.test import TestResponse

from dashboard.app import create_app
from dashboard.callback_guard import add_callback_guard
from dashboard.data import DataStore
from dashboard.errors import add_errors
from dashboard.request_id import add_request_id
from tests.dashboard.conftest import CSV
from tests.dashboard.fake_s3 import BUCKET, KEY, FakeS3
from tests.dashboard.log_lines import log_lines
from tests.dashboard.payloads import PATH, callback_with, choosing, nested, payload, server_callbacks

pytestmark = pytest.mark.unit

# JSON as the strictest reader takes it, and beyond: what Python's json writes also has NaN and infinities.
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=12,
)
FUZZ = settings(
    max_examples=150,
    deadline=None,
    database=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)


@pytest.fixture(scope="module")
def served() -> Dash:
    """The application with data. Requests change nothing in it."""
    s3 = FakeS3(CSV)
    store = DataStore(bucket=BUCKET, key=KEY, poll_seconds=10, create_client=s3.create_client)
    app = create_app(store)
    store.refresh()
    return app


@pytest.fixture
def client(served: Dash) -> FlaskClient:
    server: Flask = served.server
    return server.test_client()


@pytest.fixture
def tracebacks(caplog: pytest.LogCaptureFixture) -> Callable[[], list[str]]:
    """What was logged with a traceback or as an error."""
    caplog.set_level(logging.WARNING)
    return lambda: [entry.getMessage() for entry in caplog.records if entry.exc_info or entry.levelno >= logging.ERROR]


def post(client: FlaskClient, body: bytes, content_type: str = "application/json") -> TestResponse:
    return client.post(PATH, data=body, content_type=content_type)


def assert_refused(answer: TestResponse, status: int = 400) -> None:
    assert answer.status_code == status, answer.text
    assert answer.content_type == "application/json"
    assert answer.text.count("\n") == 1
    assert list(json.loads(answer.text)) == ["message"]


def test_a_payload_of_the_page_is_admitted(client: FlaskClient, served: Dash) -> None:
    answer = client.post(PATH, json=choosing(served, "Canada"))
    assert answer.status_code == 200
    assert "graph-content" in answer.get_json()["response"]


def test_every_callback_admits_what_its_registration_says(client: FlaskClient, served: Dash) -> None:
    names = server_callbacks(served)
    assert len(names) > 5
    for name in names:
        values = {"_pages_location.pathname": "/", "_pages_location.search": ""}
        assert client.post(PATH, json=payload(served, name, values)).status_code in {200, 204}, name


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"[]",
        b"null",
        b"true",
        b"1",
        b'"text"',
        b"{}",
        b'{"output": null}',
        b'{"output": 1}',
        b'{"output": {}}',
        b'{"output": ["graph-content.figure"]}',
        b'{"output": "nothing.here"}',
        b'{"output": "_pages_dummy.children"}',  # runs in the browser
        b'{"output": NaN}',
        b'{"output": Infinity}',
        b'{"output": "\xff"}',
        b'{"output": "\\ud800"}',
        b"\xff\xfe{\x00}\x00",
        b"\xef\xbb\xbf{}",
        b"1" * 5000,
        b'{"output": ' + b"9" * 5000 + b"}",
        nested(10_000),
        b'{"output": ' + nested(10_000) + b"}",
        b'{"a":' * 10_000 + b"1" + b"}" * 10_000,
    ],
    ids=lambda body: repr(body[:30]),
)
def test_what_is_no_payload_is_refused(client: FlaskClient, body: bytes, tracebacks: Callable[[], list[str]]) -> None:
    assert_refused(post(client, body))
    assert tracebacks() == []


def change(**members: object) -> Callable[[dict[str, Any]], None]:
    return lambda sent: sent.update(members)


def drop(member: str) -> Callable[[dict[str, Any]], None]:
    return lambda sent: sent.pop(member) and None


def change_input(**members: object) -> Callable[[dict[str, Any]], None]:
    return lambda sent: sent["inputs"][0].update(members)


FAULTS: dict[str, Callable[[dict[str, Any]], object]] = {
    "no inputs": drop("inputs"),
    "inputs null": change(inputs=None),
    "inputs a text": change(inputs="inputs"),
    "inputs an object": change(inputs={}),
    "inputs empty": change(inputs=[]),
    "an input missing": lambda sent: sent["inputs"].pop(),
    "an input too many": lambda sent: sent["inputs"].append(sent["inputs"][0]),
    "inputs in another order": lambda sent: sent["inputs"].reverse(),
    "an input null": lambda sent: sent["inputs"].__setitem__(0, None),
    "an input a list": lambda sent: sent["inputs"].__setitem__(0, [sent["inputs"][0]]),
    "an input's id unknown": change_input(id="elsewhere"),
    "an input's id a number": change_input(id=7),
    "an input's id null": change_input(id=None),
    "an input's id an object": change_input(id={"a": 1}),
    "an input's id a list": change_input(id=["dropdown-selection"]),
    "an input's property unknown": change_input(property="options"),
    "an input's property a list": change_input(property=["value"]),
    "an input's property null": change_input(property=None),
    "an input without id": lambda sent: sent["inputs"][0].pop("id"),
    "an input without property": lambda sent: sent["inputs"][0].pop("property"),
    "state too much": change(state=[{"id": "a", "property": "b", "value": 1}]),
    "state a text": change(state="state"),
    "no outputs": drop("outputs"),
    "outputs null": change(outputs=None),
    "outputs empty": change(outputs=[]),
    "outputs an object": change(outputs={"id": "graph-content", "property": "figure"}),
    "an output missing": lambda sent: sent["outputs"].pop(),
    "an output of another component": lambda sent: sent["outputs"][0].update(id="data-notice"),
    "an output's property unknown": lambda sent: sent["outputs"][0].update(property="config"),
    "an output a text": lambda sent: sent["outputs"].__setitem__(0, "graph-content.figure"),
    "changedPropIds null": change(changedPropIds=None),
    "changedPropIds a text": change(changedPropIds="dropdown-selection.value"),
    "changedPropIds of objects": change(changedPropIds=[{}]),
    "changedPropIds of lists": change(changedPropIds=[[]]),
    "a value too deep": change_input(value=json.loads(nested(200))),
}


@pytest.mark.parametrize("fault", FAULTS.values(), ids=FAULTS.keys())
def test_a_payload_of_another_shape_is_refused(
    client: FlaskClient,
    served: Dash,
    fault: Callable[[dict[str, Any]], object],
    tracebacks: Callable[[], list[str]],
) -> None:
    sent = choosing(served, ["Canada"])
    assert client.post(PATH, json=sent).status_code == 200
    fault(sent)
    assert_refused(client.post(PATH, json=sent))
    assert tracebacks() == []


def test_missing_state_is_refused(client: FlaskClient, served: Dash) -> None:
    sent = payload(served, callback_with(served, "data-notice.children"))
    del sent["state"]
    assert_refused(client.post(PATH, json=sent))


@pytest.mark.parametrize("path", [None, 7, True, [], {}, "", "relative", "/a\nb", "/\u00e9"])
def test_an_address_that_no_browser_has_is_refused_for_the_pages(
    client: FlaskClient, served: Dash, path: object, tracebacks: Callable[[], list[str]]
) -> None:
    name = callback_with(served, "_pages_content.children")
    sent = payload(served, name, {"_pages_location.pathname": path, "_pages_location.search": ""})
    assert_refused(client.post(PATH, json=sent))
    assert tracebacks() == []


@pytest.mark.parametrize("search", [7, [], {}, True])
def test_a_query_that_is_no_text_is_refused_for_the_pages(client: FlaskClient, served: Dash, search: object) -> None:
    name = callback_with(served, "_pages_content.children")
    sent = payload(served, name, {"_pages_location.pathname": "/", "_pages_location.search": search})
    assert_refused(client.post(PATH, json=sent))


def test_of_a_key_that_occurs_twice_the_last_one_counts(client: FlaskClient, served: Dash) -> None:
    body = json.dumps(choosing(served, "Canada")).encode()
    assert post(client, b'{"output": "nothing.here", ' + body[1:]).status_code == 200
    assert_refused(post(client, body[:-1] + b', "output": "nothing.here"}'))


@pytest.mark.parametrize("content_type", ["", "text/plain", "application/x-www-form-urlencoded", "multipart/form-data"])
def test_another_content_type_is_refused(client: FlaskClient, served: Dash, content_type: str) -> None:
    assert_refused(post(client, json.dumps(choosing(served, "Canada")).encode(), content_type), 415)


def test_a_body_that_is_too_large_is_refused(client: FlaskClient) -> None:
    assert_refused(post(client, b" " * 1024 * 1024 + b"{}"), 413)


@pytest.mark.parametrize("method", ["GET", "HEAD", "PUT", "DELETE", "PATCH", "TRACE", "NONSENSE"])
def test_another_method_is_refused(client: FlaskClient, method: str) -> None:
    answer = client.open(PATH, method=method)
    assert answer.status_code == 405
    assert set(answer.allow) == {"POST", "OPTIONS"}


def test_refusals_say_nothing_of_what_was_sent(client: FlaskClient) -> None:
    assert "<script>" not in post(client, b'{"output": "<script>"}').text


@FUZZ
@given(value=JSON)
def test_no_json_as_payload_is_a_fault_of_ours(
    client: FlaskClient, tracebacks: Callable[[], list[str]], value: object
) -> None:
    assert 400 <= post(client, json.dumps(value).encode()).status_code < 500
    assert tracebacks() == []


@FUZZ
@given(data=st.data())
def test_no_change_of_a_payload_is_a_fault_of_ours(
    client: FlaskClient, served: Dash, tracebacks: Callable[[], list[str]], data: st.DataObject
) -> None:
    sent = copy.deepcopy(payload(served, data.draw(st.sampled_from(server_callbacks(served)))))
    # Somewhere in it, something else.
    place: Any = sent
    while True:
        keys = list(place) if isinstance(place, dict) else list(range(len(place)))
        key = data.draw(st.sampled_from(keys))
        if not (isinstance(place[key], dict | list) and place[key] and data.draw(st.booleans())):
            break
        place = place[key]
    place[key] = data.draw(JSON)
    assert post(client, json.dumps(sent).encode()).status_code < 500
    assert tracebacks() == []


@FUZZ
@given(data=st.data())
def test_no_value_of_an_input_is_a_fault_of_ours(
    client: FlaskClient, served: Dash, tracebacks: Callable[[], list[str]], data: st.DataObject
) -> None:
    name = data.draw(st.sampled_from(server_callbacks(served)))
    sent = payload(served, name, draw=lambda: data.draw(JSON))
    assert post(client, json.dumps(sent).encode()).status_code < 500, sent
    assert tracebacks() == []


@pytest.fixture
def wildcards() -> FlaskClient:
    """A small application with wildcards, a fixed dictionary as id, a duplicate output, and a faulty callback."""
    app = Dash("wildcards", add_log_handler=False)
    app.layout = html.Div()

    @app.callback(
        Output({"type": "out", "index": MATCH}, "children"),
        Input({"type": "in", "index": MATCH}, "value"),
        State({"type": "all", "index": ALL}, "value"),
        State({"type": "fixed", "index": 1}, "value"),
    )
    def echo(value: object, every: list[object], fixed: object) -> str:
        return f"{value} {every} {fixed}"

    @app.callback(Output("twice", "children", allow_duplicate=True), Input("a", "value"), prevent_initial_call=True)
    def again(value: object) -> str:
        return str(value)

    @app.callback(Output("faulty", "children"), Input("a", "value"))
    def fail(value: object) -> str:
        raise KeyError(f"secret {value}")

    add_request_id(app.server)
    add_errors(app.server)
    with app.server.test_request_context():
        app.server.preprocess_request()
    add_callback_guard(app)
    client: FlaskClient = app.server.test_client()
    client.application.extensions["dash"] = app
    return client


def matching(index: object = 3, **members: object) -> dict[str, Any]:
    return {
        "output": '{"index":["MATCH"],"type":"out"}.children',
        "outputs": {"id": {"type": "out", "index": index}, "property": "children"},
        "inputs": [{"id": {"type": "in", "index": index}, "property": "value", "value": "x"}],
        "state": [
            [{"id": {"type": "all", "index": i}, "property": "value", "value": i} for i in range(2)],
            {"id": {"type": "fixed", "index": 1}, "property": "value", "value": "y"},
        ],
        "changedPropIds": ['{"index":3,"type":"in"}.value'],
        **members,
    }


def test_wildcards_are_matched(wildcards: FlaskClient) -> None:
    answer = wildcards.post(PATH, json=matching())
    assert (answer.status_code, "x [0, 1] y" in answer.text) == (200, True)
    assert wildcards.post(PATH, json=matching(state=[[], matching()["state"][1]])).status_code == 200


@pytest.mark.parametrize(
    "sent",
    [
        matching(index=None),
        matching(index=["MATCH"]),
        matching(index={}),
        matching(outputs=[{"id": {"type": "out", "index": 3}, "property": "children"}]),
        matching(inputs=[{"id": {"type": "elsewhere", "index": 3}, "property": "value"}]),
        matching(inputs=[{"id": {"type": "in"}, "property": "value"}]),
        matching(inputs=[{"id": "in", "property": "value"}]),
        matching(state=[{}, matching()["state"][1]]),
        matching(state=[[[]], matching()["state"][1]]),
        matching(state=[[], {"id": {"type": "fixed", "index": 2}, "property": "value"}]),
    ],
)
def test_ids_that_the_wildcards_do_not_stand_for_are_refused(wildcards: FlaskClient, sent: object) -> None:
    assert wildcards.post(PATH, json=sent).status_code == 400


def test_a_duplicate_output_is_named_with_its_digest(wildcards: FlaskClient) -> None:
    app: Dash = wildcards.application.extensions["dash"]
    (name,) = [name for name in app.callback_map if name.startswith("twice.")]
    assert "@" in name
    answer = wildcards.post(PATH, json=payload(app, name, {"a.value": 1}))
    assert (answer.status_code, answer.get_json()["response"]) == (200, {"twice": {"children": "1"}})


def test_a_fault_in_a_callback_is_told_to_the_log_and_not_to_the_client(
    wildcards: FlaskClient, caplog: pytest.LogCaptureFixture
) -> None:
    with log_lines() as written:
        app: Dash = wildcards.application.extensions["dash"]
        sent = payload(app, "faulty.children", {"a.value": "sesame"})
        answer = wildcards.post(PATH, json=sent, headers={"X-Amzn-Trace-Id": "Root=1-a"})
    assert_refused(answer, 500)
    assert "sesame" not in answer.text
    (line,) = map(json.loads, written)
    assert (line["level"], line["request_id"], line["callback"]) == ("ERROR", "1-a", "faulty.children")
    assert "Traceback" in line["exception"]
    assert "KeyError: 'secret sesame'" in line["exception"]
