import hashlib
import logging
import subprocess
import sys
from datetime import UTC, datetime
from typing import NoReturn

import pytest
from botocore.exceptions import ConnectTimeoutError

from dashboard.data import DataStore
from tests.dashboard.fake_s3 import BUCKET, KEY, FakeS3, client_error
from tests.dashboard.files import parquet

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
    assert store.state.problem is None
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
    assert s3.reads == ["whole", "whole", "again", "not modified", "not modified"]
    assert [(finding.row, finding.column) for finding in store.state.findings] == [(2, "year")]


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

    def fail(*_arguments: object) -> None:
        raise ArithmeticError("never\nseen")

    with monkeypatch.context() as patched:
        patched.setattr("dashboard.reading.read", fail)
        store.refresh()
    assert store.state.problem is not None
    assert "ArithmeticError: never seen" in store.state.problem
    store.refresh()
    assert store.state.snapshot is not None


def test_a_new_client_is_made_after_an_error_and_only_then(store: DataStore, s3: FakeS3, csv_bytes: bytes) -> None:
    s3.content = csv_bytes
    store.refresh()
    store.refresh()
    assert s3.clients == 1
    s3.error = ConnectTimeoutError(endpoint_url="http://s3")
    store.refresh()
    s3.error = None
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
        ("WARNING", ["s3://plotly-data/gapminder_unfiltered.csv", "is", "refused:", "line"]),
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


def test_a_state_tells_the_version_and_when_s3_last_answered(store: DataStore, s3: FakeS3, csv_bytes: bytes) -> None:
    s3.content, s3.version_id = csv_bytes, "v7"
    before = datetime.now(UTC)
    store.refresh()
    first = store.state
    assert first.snapshot is not None
    assert first.snapshot.version_id == "v7"
    assert first.snapshot.version == hashlib.sha256(csv_bytes).hexdigest()
    assert first.snapshot.modified_at == datetime(2026, 11, 23, 20, 41, tzinfo=UTC)
    assert first.checked_at is not None
    assert before <= first.checked_at <= datetime.now(UTC)
    store.refresh()
    assert store.state.checked_at is not None
    assert store.state.checked_at > first.checked_at
    s3.error = ConnectTimeoutError(endpoint_url="http://s3")
    checked_at = store.state.checked_at
    store.refresh()
    assert store.state.checked_at == checked_at


def test_the_version_that_s3_gives_objects_from_before_versions_is_none(
    store: DataStore, s3: FakeS3, csv_bytes: bytes
) -> None:
    s3.content, s3.version_id = csv_bytes, "null"
    store.refresh()
    assert store.state.snapshot is not None
    assert store.state.snapshot.version_id is None


def test_parquet_is_served_whatever_the_key_is_called(store: DataStore, s3: FakeS3) -> None:
    s3.content = parquet()
    store.refresh()
    assert store.state.problem is None
    assert store.state.snapshot is not None
    assert store.state.snapshot.dataset.countries == ["Canada"]


def test_findings_are_those_of_the_object_as_it_is_now(store: DataStore, s3: FakeS3, csv_bytes: bytes) -> None:
    s3.content = csv_bytes.replace(b"1952", b"then")
    store.refresh()
    assert [(finding.row, finding.column) for finding in store.state.findings] == [(3, "year"), (4, "year")]
    found = store.state.findings
    s3.error = ConnectTimeoutError(endpoint_url="http://s3")
    store.refresh()
    assert store.state.findings == ()
    s3.error = None
    store.refresh()
    assert store.state.findings == found
    s3.content = csv_bytes
    store.refresh()
    assert store.state.findings == ()


def test_every_listed_finding_is_logged(
    store: DataStore, s3: FakeS3, csv_bytes: bytes, caplog: pytest.LogCaptureFixture
) -> None:
    s3.content = csv_bytes.replace(b"1952", b"then")
    store.refresh()
    store.refresh()
    (line,) = [record.getMessage() for record in caplog.records if "is refused" in record.getMessage()]
    assert "line 3, column year: 'then' is not a number; line 4, column year: 'then' is not a number" in line


def test_an_object_that_cannot_fit_is_refused_once_and_the_data_stay(s3: FakeS3, csv_bytes: bytes) -> None:
    store = DataStore(bucket=BUCKET, key=KEY, poll_seconds=1, memory_mib=1, create_client=s3.create_client)
    s3.content = csv_bytes
    for _ in range(2):
        store.refresh()
        assert store.state.problem is not None
        assert "plotly-data/gapminder_unfiltered.csv is too large: The CSV has 0 MiB" in store.state.problem
        assert "Give the task more memory" in store.state.problem
    assert store.state.snapshot is None
    assert s3.reads == ["whole", "not modified"]


def test_processes_that_start_together_look_at_different_times_within_one_period(
    s3: FakeS3, csv_bytes: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without waiting: the pauses are noted, and a store is stopped after its third look."""
    s3.content = csv_bytes
    second_looks = set()
    for _ in range(20):
        store = DataStore(bucket=BUCKET, key=KEY, poll_seconds=600, create_client=s3.create_client)
        pauses: list[float] = []

        def wait(seconds: float, store: DataStore = store, pauses: list[float] = pauses) -> bool:
            pauses.append(seconds)
            if len(pauses) == 3:
                store.stop()
            return False

        monkeypatch.setattr(store._stop, "wait", wait)
        store.start().join(60)
        assert all(0 <= pause <= 600 for pause in pauses)
        assert all(pause > 500 for pause in pauses[1:])
        second_looks.add(round(pauses[0]))
    assert len(second_looks) > 5


def test_the_application_imports_neither_pandas_nor_boto3_nor_pyarrow_before_the_first_look() -> None:
    code = (
        "import sys, dashboard.data, dashboard.dataset\n"
        "sys.exit(', '.join({'pandas', 'boto3', 'botocore', 'pyarrow', 'numpy'} & set(sys.modules)) or None)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60)
    assert (done.returncode, done.stderr) == (0, "")
