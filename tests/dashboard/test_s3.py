import pytest
from botocore.exceptions import (
    ConnectionClosedError,
    ConnectTimeoutError,
    EndpointConnectionError,
    IncompleteReadError,
    NoCredentialsError,
    ProfileNotFound,
    ReadTimeoutError,
)

from dashboard.deadline import OverdueError
from dashboard.s3 import create_client, explain, is_not_modified
from tests.dashboard.fake_s3 import client_error

pytestmark = pytest.mark.unit


@pytest.mark.parametrize(
    ("code", "status", "advice"),
    [
        ("NoSuchBucket", 404, "correct BUCKET_NAME"),
        ("NoSuchKey", 404, "./dashctl data push FILE"),
        ("AccessDenied", 403, "lacks s3:GetObject"),
        ("AccessDenied", 403, "not uploaded yet"),
        ("InvalidAccessKeyId", 403, "InvalidAccessKeyId"),
        ("InternalError", 500, "tried again"),
        ("SlowDown", 503, "tried again"),
        ("PreconditionFailed", 412, "replaced while it was read"),
        ("PermanentRedirect", 301, "PermanentRedirect"),
    ],
)
def test_an_answer_of_s3_is_explained_with_what_to_do(code: str, status: int, advice: str) -> None:
    assert advice in explain(client_error(code, status), "bucket", "key")


@pytest.mark.parametrize(
    ("error", "advice"),
    [
        (NoCredentialsError(), "Give the task a role"),
        (EndpointConnectionError(endpoint_url="http://s3/bucket/key"), "at s3, so"),
        (ConnectionClosedError(endpoint_url="http://s3/bucket/key"), "at s3, so"),
        (ConnectTimeoutError(endpoint_url="http://s3"), "Check the network"),
        (ReadTimeoutError(endpoint_url="http://s3"), "Check the network"),
        (ProfileNotFound(profile="mine"), "AWS settings"),
        (ValueError("Invalid endpoint: x"), "AWS settings"),
        (MemoryError(), "no memory left"),
        (OverdueError("late"), "does not answer in time"),
        (IncompleteReadError(actual_bytes=1, expected_bytes=2), "did not arrive whole"),
        (EOFError("short"), "did not arrive whole"),
        (ArithmeticError("two\nlines"), "ArithmeticError: two lines"),
    ],
)
def test_other_errors_are_explained_in_one_line(error: Exception, advice: str) -> None:
    line = explain(error, "bucket", "key")
    assert advice in line
    assert "s3://bucket/key" in line
    assert "\n" not in line


def test_only_a_304_means_not_modified() -> None:
    assert is_not_modified(client_error("304", 304))
    assert not is_not_modified(client_error("NoSuchKey", 404))
    assert not is_not_modified(ValueError())


def test_the_client_gives_up_within_seconds(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_REGION", "eu-central-1")
    config = create_client().meta.config
    attempts = config.retries["total_max_attempts"]  # type: ignore[attr-defined]
    assert attempts * (config.connect_timeout + config.read_timeout) <= 15  # type: ignore[attr-defined]
