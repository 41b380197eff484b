import threading

import pytest

from dashboard.deadline import OverdueError, within

pytestmark = pytest.mark.unit


def must_not_be_discarded(result: object) -> None:
    pytest.fail(f"{result!r} was discarded")


def test_a_call_that_ends_in_time_gives_its_result() -> None:
    assert within(60, lambda: 7, discard=must_not_be_discarded) == 7


def test_what_a_call_raises_is_raised() -> None:
    def fail() -> None:
        raise LookupError("no")

    with pytest.raises(LookupError, match="no"):
        within(60, fail, discard=must_not_be_discarded)


def test_a_call_that_takes_too_long_is_given_up_and_its_result_discarded() -> None:
    may_end, was_discarded = threading.Event(), threading.Event()
    discarded: list[str] = []

    def call() -> str:
        may_end.wait(60)
        return "late"

    def discard(result: str) -> None:
        discarded.append(result)
        was_discarded.set()

    with pytest.raises(OverdueError, match=r"0\.01 s"):
        within(0.01, call, discard=discard)
    assert discarded == []
    may_end.set()
    assert was_discarded.wait(60)
    assert discarded == ["late"]


def test_a_call_that_fails_too_late_is_forgotten() -> None:
    may_end, ended = threading.Event(), threading.Event()

    def call() -> None:
        may_end.wait(60)
        ended.set()
        raise LookupError("nobody listens")

    with pytest.raises(OverdueError):
        within(0.01, call, discard=must_not_be_discarded)
    may_end.set()
    assert ended.wait(60)


def test_calls_that_were_given_up_cannot_pile_up(monkeypatch: pytest.MonkeyPatch) -> None:
    waiting = threading.BoundedSemaphore(1)
    monkeypatch.setattr("dashboard.deadline._WAITING", waiting)
    may_end = threading.Event()
    with pytest.raises(OverdueError, match="no answer"):
        within(0.01, lambda: may_end.wait(60), discard=lambda _: None)
    with pytest.raises(OverdueError, match="still wait"):
        within(60, lambda: 7, discard=must_not_be_discarded)
    may_end.set()
    assert waiting.acquire(timeout=60)
    waiting.release()
    assert within(60, lambda: 7, discard=must_not_be_discarded) == 7
