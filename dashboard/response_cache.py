"""Finished answers to callbacks, kept by what was asked, so that the same question is worked out once.

Why it exists: Dash takes several times as long for an answer as Flask takes to give a finished one back. Readers of a
dashboard ask the same few hundred questions, and on half a vCPU that decides how many readers a task can serve
(docs/adr/0008-server.md has the numbers).

Only callbacks marked with ``@cache_response`` are kept. The mark is a promise: the callback is a pure function of its
payload and of the data. It reads no clock, cookie, header or file, nothing random, and has no effect but its answer.
Whoever breaks it by asking who is signed in gets an answer that is not kept: it is for one reader.

A kept answer is looked up after every ``before_request`` function that was registered earlier, and passes through every
``after_request`` function: guards, response headers and the access log work for it as for any other.
"""

import threading
from collections import OrderedDict
from collections.abc import Callable
from typing import Any, NamedTuple, TypeVar

from dash import Dash
from flask import Flask, Response, g, request

from dashboard.callback_guard import PATH
from dashboard.data import current_store
from dashboard.sign_in.user import is_personal

# Some fifteen hundred answers of about a kilobyte, with their questions.
MAX_BYTES = 4 * 1024 * 1024
# What an entry takes beyond its two bodies.
_ENTRY_BYTES = 1024

_MARK = "cache_response"

Callback = TypeVar("Callback", bound=Callable[..., Any])


def cache_response(callback: Callback) -> Callback:
    """Mark a callback as a pure function of its payload and the data. It stands below Dash's own ``@callback``."""
    setattr(callback, _MARK, True)
    return callback


class Question(NamedTuple):
    """All that the answer of a marked callback depends on: the data's version, and two parts of the request."""

    version: str
    accept_encoding: str
    body: bytes


class Answer(NamedTuple):
    """A response's body and the headers that describe it."""

    body: bytes
    headers: tuple[tuple[str, str], ...]


class ResponseCache:
    """Answers by question, for one version of the data; the least recently used are dropped above ``max_bytes``."""

    def __init__(self, max_bytes: int = MAX_BYTES) -> None:
        self._max_bytes = max_bytes
        self._bytes = 0
        self._version = ""
        self._answers: OrderedDict[Question, Answer] = OrderedDict()
        self._lock = threading.Lock()

    def get(self, question: Question) -> Answer | None:
        """The answer kept for a question."""
        with self._lock:
            answer = self._answers.get(question)
            if answer is not None:
                self._answers.move_to_end(question)
            return answer

    def put(self, question: Question, answer: Answer) -> None:
        """Keep an answer. Those to another version of the data are dropped: nobody asks for them any more."""
        with self._lock:
            if question.version != self._version:
                self._answers.clear()
                self._version, self._bytes = question.version, 0
            if question not in self._answers:
                self._answers[question] = answer
                self._bytes += _size(question, answer)
            while self._bytes > self._max_bytes:
                self._bytes -= _size(*self._answers.popitem(last=False))


def _size(question: Question, answer: Answer) -> int:
    return len(question.body) + len(answer.body) + _ENTRY_BYTES


def add_response_cache(app: Dash, cache: ResponseCache) -> None:
    """Answer marked callbacks from the cache. To be called after the guards, and before what compresses answers.

    Flask calls ``after_request`` functions in the reverse order of their registration: so what is kept is compressed.
    """
    server: Flask = app.server

    def answer_from_cache() -> Response | None:
        if request.path != PATH or request.method != "POST":
            return None
        version = _data_version()
        if version is None:
            return None
        question = Question(version, request.headers.get("Accept-Encoding", ""), request.get_data())
        answer = cache.get(question)
        if answer is None:
            g.unanswered = question
            return None
        return Response(answer.body, headers=answer.headers)

    def keep_answer(response: Response) -> Response:
        question: Question | None = g.pop("unanswered", None)
        # While it was worked out the data may have changed: then nobody knows which version it shows.
        if (
            question
            and response.status_code == 200
            and question.version == _data_version()
            and is_marked()
            and not is_personal()
        ):
            described = ("Content-Type", "Content-Encoding", "Vary")
            headers = tuple((name, response.headers[name]) for name in described if name in response.headers)
            cache.put(question, Answer(response.get_data(), headers))
        return response

    def is_marked() -> bool:
        asked = app.callback_map.get(request.get_json()["output"], {})
        # Dash wraps callbacks with functools.wraps, which keeps their attributes.
        return getattr(asked.get("callback"), _MARK, False)

    server.before_request(answer_from_cache)
    server.after_request(keep_answer)


def _data_version() -> str | None:
    snapshot = current_store().state.snapshot
    return snapshot.version if snapshot else None
