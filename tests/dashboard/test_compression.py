import gzip

import brotli
import pytest
from flask import Flask, Response
from flask.testing import FlaskClient

from dashboard.compression import MIN_BYTES, accepted_encoding, add_compression

pytestmark = pytest.mark.unit

TEXT = b'{"people": 33390141}' * 100
BROWSER = {"Accept-Encoding": "gzip, deflate, br, zstd"}


@pytest.fixture
def client() -> FlaskClient:
    """A client of a server with one answer of each kind."""
    server = Flask("answers")
    add_compression(server)
    answers = {
        "json": lambda: Response(TEXT, mimetype="application/json"),
        "short": lambda: Response(TEXT[: MIN_BYTES - 1], mimetype="application/json"),
        "image": lambda: Response(TEXT, mimetype="image/png"),
        "stream": lambda: Response(iter([TEXT]), mimetype="application/json"),
        "done": lambda: Response(TEXT, mimetype="application/json", headers={"Content-Encoding": "other"}),
        "partial": lambda: Response(TEXT, 206, mimetype="application/json"),
    }
    for name, answer in answers.items():
        server.add_url_rule(f"/{name}", name, answer)
    return server.test_client()


def test_browsers_get_brotli(client: FlaskClient) -> None:
    answer = client.get("/json", headers=BROWSER)
    assert answer.headers["Content-Encoding"] == "br"
    assert brotli.decompress(answer.data) == TEXT
    assert int(answer.headers["Content-Length"]) == len(answer.data) < len(TEXT) / 10


def test_others_get_gzip_always_with_the_same_bytes(client: FlaskClient) -> None:
    answers = [client.get("/json", headers={"Accept-Encoding": "gzip"}) for _ in range(2)]
    assert gzip.decompress(answers[0].data) == TEXT
    assert answers[0].data == answers[1].data


def test_caches_are_told_that_encodings_differ(client: FlaskClient) -> None:
    for headers in (BROWSER, {}):
        assert client.get("/json", headers=headers).headers["Vary"] == "Accept-Encoding"


def test_who_accepts_no_encoding_gets_plain_text(client: FlaskClient) -> None:
    answer = client.get("/json")
    assert answer.data == TEXT
    assert "Content-Encoding" not in answer.headers


@pytest.mark.parametrize("name", ["short", "image", "stream", "done", "partial"])
def test_what_cannot_gain_or_cannot_be_compressed_stays_as_it_is(client: FlaskClient, name: str) -> None:
    answer = client.get(f"/{name}", headers=BROWSER)
    assert answer.data in (TEXT, TEXT[: MIN_BYTES - 1])
    assert answer.headers.get("Content-Encoding") in (None, "other")


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        ("gzip, deflate, br, zstd", "br"),
        ("br;q=0, gzip", "gzip"),
        ("gzip;q=1.0, br;q=0.5", "gzip"),
        ("*", "br"),
        ("identity", None),
        ("zstd", None),
        ("", None),
        ("gzip;q=0", None),
        (";;,,q=", None),
    ],
)
def test_the_best_accepted_encoding_is_chosen(header: str, expected: str | None) -> None:
    assert accepted_encoding(header) == expected
