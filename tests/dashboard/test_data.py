import logging
from typing import NoReturn

import pytest
from botocore.exceptions import ConnectTimeoutError

from dashboard.data import DataStore
from tests.dashboard.fake_s3 import BUCKET, KEY, FakeS3, client_error

pytestmark = pytest.mark.unit


@pytest.fixture(autouse=True)
def _log_from_info(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO, "dashboard.data")


def test_making_a_store_connects_nowhere() -> None:
    def must_not_be_called() -> NoReturn:
        pytest.fail("a client was made")

    store = DataStore(bucket="b", key="k", poll_seconds=1, create_client=must_not_be_called)
    assert store.state.snapshot is None
    assert store.state.problem == "The data are being read from s3://b/k."


def test_a_good_object_is_served(store: DataStore, s3: FakeS3, csv_bytes: bytes) -> None:
    s3.content = csv_bytes
    store.refresh()
    assert store.state.problem is None
    assert store.state.snapshot is not None
    assert store.state.snapshot.dataset.countries == ["Albania", "Canada"]


def test_an_unchanged_object_is_not_read_again(store: DataStore, s3: FakeS3, csv_bytes: bytes) -> None:
    s3.content = csv_bytes
    store.refresh()
    first = store.state
    store.refresh()
    assert s3.reads == ["whole", "not modified"]
    assert store.state == first
    assert store.state.snapshot is first.snapshot


def test_a_changed_object_replaces_the_snapshot_whole(store: DataStore, s3: FakeS3, csv_bytes: bytes) -> None:
    s3.content = csv_bytes
    store.refresh()
    before = store.state.snapshot
    s3.content = csv_bytes.replace(b"Albania", b"Zambia")
    store.refresh()
    after = store.state.snapshot
    assert before is not None
    assert after is not None
    assert before.dataset.countries == ["Albania", "Canada"]
    assert after.dataset.countries == ["Canada", "Zambia"]
    assert after.version != before.version


def test_a_bad_object_never_replaces_what_is_served(store: DataStore, s3: FakeS3, csv_bytes: bytes) -> None:
    s3.content = csv_bytes
    store.refresh()
    served = store.state.snapshot
    s3.content = csv_bytes.replace(b"2007", b"soon")
    for _ in range(3):
        store.refresh()
        assert store.state.snapshot is served
        assert store.state.problem is not None
        assert "line 2, column year: 'soon' is not a number" in store.state.problem
    assert s3.reads == ["whole", "whole", "not modified", "not modified"]


def test_a_store_heals_once_the_object_is_there(store: DataStore, s3: FakeS3, csv_bytes: bytes) -> None:
    store.refresh()
    missing = store.state
    s3.content = csv_bytes
    store.refresh()
    assert missing.snapshot is None
    assert "./dashctl data push" in (missing.problem or "")
    assert store.state.snapshot is not None
    assert store.state.problem is None


def test_an_outage_keeps_the_data_and_ends_by_itself(store: DataStore, s3: FakeS3, csv_bytes: bytes) -> None:
    s3.content = csv_bytes
    store.refresh()
    served = store.state.snapshot
    s3.error = ConnectTimeoutError(endpoint_url="http://s3")
    store.refresh()
    assert store.state.snapshot is served
    assert store.state.problem is not None
    s3.error = None
    store.refresh()
    assert store.state.snapshot is served
    assert store.state.problem is None


def test_a_bad_object_is_still_told_after_an_outage(store: DataStore, s3: FakeS3) -> None:
    s3.content = b"nonsense"
    store.refresh()
    told = store.state.problem
    s3.error = ConnectTimeoutError(endpoint_url="http://s3")
    store.refresh()
    assert store.state.problem != told
    s3.error = None
    store.refresh()
    assert store.state.problem == told


def test_an_unforeseen_error_does_not_stop_the_store(
    store: DataStore,
    s3: FakeS3,
    csv_bytes: bytes,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    s3.content = csv_bytes

    def out_of_memory(_content: bytes) -> None:
        raise MemoryError("no room")

    with monkeypatch.context() as patched:
        patched.setattr("dashboard.data.parse", out_of_memory)
        store.refresh()
    assert store.state.problem is not None
    assert "MemoryError: no room" in store.state.problem
    store.refresh()
    assert store.state.snapshot is not None


def test_a_new_client_is_made_after_an_error(s3: FakeS3, csv_bytes: bytes) -> None:
    store = DataStore(bucket=BUCKET, key=KEY, poll_seconds=1, create_client=s3.create_client)
    store.refresh()
    s3.content = csv_bytes
    store.refresh()
    store.refresh()
    assert s3.clients == 2


def test_each_change_is_logged_once_in_one_line_without_a_traceback(
    store: DataStore,
    s3: FakeS3,
    csv_bytes: bytes,
    caplog: pytest.LogCaptureFixture,
) -> None:
    s3.error = client_error("NoSuchBucket", 404)
    store.refresh()
    store.refresh()
    s3.error = None
    store.refresh()
    store.refresh()
    s3.content = csv_bytes
    store.refresh()
    store.refresh()
    s3.content = b"nonsense"
    store.refresh()
    store.refresh()
    s3.content = csv_bytes
    store.refresh()
    assert [(record.levelname, record.getMessage().split(" ")[0:4]) for record in caplog.records] == [
        ("WARNING", ["The", "bucket", "plotly-data", "does"]),
        ("WARNING", ["There", "is", "no", "s3://plotly-data/gapminder_unfiltered.csv"]),
        ("INFO", ["Serving", "s3://plotly-data/gapminder_unfiltered.csv:", "3", "rows,"]),
        ("WARNING", ["s3://plotly-data/gapminder_unfiltered.csv", "is", "not", "a"]),
        ("INFO", ["Serving", "s3://plotly-data/gapminder_unfiltered.csv:", "3", "rows,"]),
    ]
    assert not any("\n" in record.getMessage() or record.exc_info for record in caplog.records)


def test_the_background_thread_looks_until_it_is_stopped(s3: FakeS3, csv_bytes: bytes) -> None:
    store = DataStore(bucket=BUCKET, key=KEY, poll_seconds=0.01, create_client=s3.create_client)
    s3.content = csv_bytes
    thread = store.start()
    while len(s3.reads) < 3:
        assert thread.is_alive()
    store.stop()
    thread.join(10)
    assert not thread.is_alive()
