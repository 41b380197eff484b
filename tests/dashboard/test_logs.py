import json
import logging
import sys

import pytest

from dashboard.logs import JsonFormatter, is_wanted, request_fields

pytestmark = pytest.mark.unit


def record(message: str, *arguments: object, **extra: object) -> logging.LogRecord:
    return logging.getLogger("test").makeRecord("test", logging.INFO, "", 0, message, arguments, None, extra=extra)


def written(entry: logging.LogRecord) -> dict[str, object]:
    line = JsonFormatter().format(entry)
    assert "\n" not in line
    # What a terminal or CloudWatch cannot take as UTF-8 is escaped.
    line.encode()
    parsed: dict[str, object] = json.loads(line)
    return parsed


def test_a_line_tells_when_how_bad_who_and_what() -> None:
    line = written(record("%d rows\nof data", 3))
    assert (line["level"], line["logger"], line["message"]) == ("INFO", "test", "3 rows\nof data")
    assert str(line["time"]).endswith("+00:00")


def test_a_line_has_the_fields_given_and_those_of_the_request() -> None:
    token = request_fields.set({"request_id": "1-a"})
    try:
        line = written(record("m", fields={"status": 200}))
    finally:
        request_fields.reset(token)
    assert (line["request_id"], line["status"]) == ("1-a", 200)
    assert "request_id" not in written(record("m"))


def test_an_exception_is_one_object_with_its_traceback() -> None:
    try:
        raise ValueError("two\nlines")
    except ValueError:
        entry = record("failed")
        entry.exc_info = sys.exc_info()
    line = written(entry)
    assert str(line["exception"]).startswith("Traceback (most recent call last):\n")
    assert str(line["exception"]).endswith("ValueError: two\nlines")


@pytest.mark.parametrize("value", ["\ud800", 2**80, {1: 2}, object(), b"\xff", float("nan")])
def test_nothing_keeps_a_line_from_being_written(value: object) -> None:
    assert written(record("%s", value, fields={"value": value}))["level"] == "INFO"


def test_only_granians_advice_on_threads_is_dropped() -> None:
    assert not is_wanted(record("Configuration allows spawning up to 256 threads"))
    assert is_wanted(record("Starting granian"))
