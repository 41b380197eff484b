"""The store against an S3 that hangs, drips, resets and cuts short, on a real socket."""

import threading
import time
from collections.abc import Callable

import pytest

from dashboard import s3
from dashboard.data import DataStore, State
from dashboard.deadline import Deadlines, OverdueError
from dashboard.s3_object import S3Object
from tests.dashboard.conftest import wait_until
from tests.dashboard.fake_s3 import BUCKET, KEY
from tests.dashboard.files import GOOD, csv, parquet
from tests.dashboard.raw_s3 import (
    Behaviour,
    break_off,
    corrupt,
    drip_body,
    drip_headers,
    hang,
    raw_s3,
    reset,
    status,
    whole,
)

pytestmark = pytest.mark.unit

SMALL = csv(GOOD)
LARGE = csv(*(f"Land {i},X,{1900 + i % 100},70,{i},1" for i in range(20_000)))
SHORT = Deadlines(answer_seconds=2, body_seconds=1, slowest_bytes_per_second=1e9)
# What ends in the test at once must never be what ends it.
LONG = Deadlines(answer_seconds=60, body_seconds=60)


@pytest.fixture(autouse=True)
def _aws(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "test")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "test")
    monkeypatch.setenv("AWS_REGION", "eu-central-1")


@pytest.fixture
def store_at(monkeypatch: pytest.MonkeyPatch) -> Callable[..., DataStore]:
    """A store that reads from an address under these deadlines."""

    def make(url: str, deadlines: Deadlines = LONG) -> DataStore:
        monkeypatch.setenv("AWS_ENDPOINT_URL_S3", url)
        # Made before, since on a busy machine it takes longer than the short deadlines.
        client = s3.create_client()
        return DataStore(bucket=BUCKET, key=KEY, poll_seconds=10, deadlines=deadlines, create_client=lambda: client)

    return make


StoreAt = Callable[..., DataStore]


def serve_and_fail(store_at: StoreAt, fault: Behaviour, deadlines: Deadlines) -> tuple[State, State, State]:
    """The states after a good look, after one that meets a fault, and after one that finds another good object."""
    other = csv(GOOD.replace("Canada", "Chile"))
    with raw_s3(whole(SMALL), fault, whole(other)) as server:
        store = store_at(server.url, deadlines)
        states = []
        for _ in range(2):
            store.refresh()
            states.append(store.state)
        # botocore tries twice, so a fault may have been met by its first try alone.
        server.behaviours[:] = [whole(other)]
        store.refresh()
        return states[0], states[1], store.state


@pytest.mark.parametrize(
    ("fault", "deadlines", "problem"),
    [
        (hang, SHORT, "S3 does not answer in time"),
        (drip_headers, SHORT, "S3 does not answer in time"),
        (drip_body(LARGE), SHORT, "S3 does not answer in time"),
        (drip_body(parquet()), SHORT, "S3 does not answer in time"),
        (break_off(LARGE, 300_000), LONG, "did not arrive whole"),
        (break_off(LARGE, 0), LONG, "did not arrive whole"),
        (break_off(parquet(), 1000), LONG, "did not arrive whole"),
        (corrupt(LARGE), LONG, "did not arrive whole"),
        (corrupt(parquet()), LONG, "did not arrive whole"),
        (reset(LARGE, 300_000), LONG, "did not arrive whole"),
        (reset(parquet(), 1000), LONG, "did not arrive whole"),
    ],
    ids=[
        "hang",
        "dripping headers",
        "dripping CSV",
        "dripping Parquet",
        "CSV cut short",
        "no body",
        "Parquet cut short",
        "CSV with another checksum",
        "Parquet with another checksum",
        "CSV reset",
        "Parquet reset",
    ],
)
def test_a_fault_keeps_the_data_is_told_in_one_line_and_heals(
    store_at: StoreAt, fault: Behaviour, deadlines: Deadlines, problem: str
) -> None:
    served, faulty, healed = serve_and_fail(store_at, fault, deadlines)
    assert served.snapshot is not None
    assert served.problem is None
    assert faulty.snapshot is served.snapshot
    assert faulty.problem is not None
    assert problem in faulty.problem
    assert "\n" not in faulty.problem
    assert faulty.findings == ()
    assert faulty.checked_at == served.checked_at
    assert healed.problem is None
    assert healed.snapshot is not None
    assert healed.snapshot.dataset.countries == ["Chile"]


@pytest.mark.parametrize(
    ("line", "problem"),
    [
        ("403 Forbidden", "lacks s3:GetObject"),
        ("404 Not Found", "There is no s3://"),
        ("503 Slow Down", "a fault of its own"),
    ],
)
def test_an_error_that_s3_answers_keeps_the_data_and_counts_as_a_look(
    store_at: StoreAt, line: str, problem: str
) -> None:
    with raw_s3(whole(SMALL), status(line)) as server:
        store = store_at(server.url)
        store.refresh()
        served = store.state
        store.refresh()
        assert store.state.snapshot is served.snapshot
        assert problem in (store.state.problem or "")
        assert served.checked_at is not None
        assert store.state.checked_at is not None
        assert store.state.checked_at > served.checked_at


def test_an_object_that_changes_while_its_faults_are_sought_is_read_anew(store_at: StoreAt) -> None:
    with raw_s3(whole(csv("Canada,X,1952,many,1,1")), whole(SMALL)) as server:
        store = store_at(server.url)
        problems = []
        for _ in range(2):
            store.refresh()
            problems.append(store.state.problem)
        assert problems == [f"s3://{BUCKET}/{KEY} was replaced while it was read. It is read again.", None]
        assert store.state.snapshot is not None


def test_an_unchanged_object_costs_no_body(store_at: StoreAt) -> None:
    with raw_s3(whole(SMALL)) as server:
        store = store_at(server.url)
        store.refresh()
        store.refresh()
        assert len(server.requests) == 2
        assert "if-none-match: " in server.requests[1].lower()
        assert store.state.problem is None


def test_missing_credentials_are_told_and_heal(monkeypatch: pytest.MonkeyPatch) -> None:
    with raw_s3(whole(SMALL)) as server:
        monkeypatch.setenv("AWS_ENDPOINT_URL_S3", server.url)
        store = DataStore(bucket=BUCKET, key=KEY, poll_seconds=10)
        with monkeypatch.context() as without:
            without.delenv("AWS_ACCESS_KEY_ID")
            without.delenv("AWS_SECRET_ACCESS_KEY")
            without.setenv("AWS_EC2_METADATA_DISABLED", "true")
            without.setenv("AWS_CONFIG_FILE", "/nonexistent")
            without.setenv("AWS_SHARED_CREDENTIALS_FILE", "/nonexistent")
            store.refresh()
            assert "No AWS credentials were found" in (store.state.problem or "")
            assert store.state.checked_at is None
        store.refresh()
        assert store.state.problem is None


def test_what_is_given_up_leaves_no_thread_once_its_connection_ends(store_at: StoreAt) -> None:
    before = threading.active_count()
    with raw_s3(drip_headers) as server:
        store = store_at(server.url, SHORT)
        store.refresh()
        assert "does not answer in time" in (store.state.problem or "")
    wait_until(lambda: threading.active_count() <= before, "the end of every thread")


def test_a_dripping_body_ends_at_its_deadline_whatever_it_drips(store_at: StoreAt) -> None:
    # A byte each 0.05 s: the body would take 25 minutes, and no single read times out.
    with raw_s3(drip_body(LARGE)) as server:
        store = store_at(server.url, SHORT)
        began = time.monotonic()
        store.refresh()
        assert time.monotonic() - began < 20
        assert "does not answer in time" in (store.state.problem or "")


def test_a_larger_body_has_more_time() -> None:
    deadlines = Deadlines(body_seconds=10, slowest_bytes_per_second=1_000_000)
    assert deadlines.body(0) == 10
    assert deadlines.body(500_000_000) == 510


def test_a_body_that_nobody_reads_to_its_end_is_closed(monkeypatch: pytest.MonkeyPatch) -> None:
    with raw_s3(drip_body(LARGE)) as server:
        monkeypatch.setenv("AWS_ENDPOINT_URL_S3", server.url)
        client = s3.create_client()
        found = S3Object(bucket=BUCKET, key=KEY, create_client=lambda: client, deadlines=SHORT).look(None)
        assert found is not None
        with found.open() as body, pytest.raises(OverdueError):
            body.read(10_000)
        assert body.closed
