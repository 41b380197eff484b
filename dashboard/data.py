"""The data being served: read from S3 in the background, replaced whole, never lost to a bad or missing object."""

import logging
import random
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from flask import Flask, current_app

from dashboard.dataset import Dataset
from dashboard.deadline import DEADLINES, Deadlines
from dashboard.findings import Finding, InvalidDataError
from dashboard.memory import TooLargeError, room

if TYPE_CHECKING:
    from types_boto3_s3 import S3Client

    from dashboard.s3_object import ObjectVersion, S3Object

_EXTENSION = "data_store"

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Snapshot:
    """A data set as it was read.

    Attributes:
        dataset: the data.
        version: the object's ETag without quotes, which changes with its content.
        version_id: S3's id of this version of the object; None in a bucket without versions.
        modified_at: when the object was written (UTC).
    """

    dataset: Dataset
    version: str
    version_id: str | None
    modified_at: datetime


@dataclass(frozen=True)
class State:
    """What the dashboard has.

    Attributes:
        snapshot: the data being served; None until the first good object was read.
        problem: one line on what is wrong with the object now and what to do; None if all is well.
        findings: the first faults of an object that was refused; empty else.
        checked_at: when S3 last answered (UTC); None before its first answer.
    """

    snapshot: Snapshot | None = None
    problem: str | None = None
    findings: tuple[Finding, ...] = ()
    checked_at: datetime | None = None


@dataclass(frozen=True)
class _Judgement:
    """The object last read, good or bad, so that it is not read and judged again at each look."""

    etag: str | None = None
    problem: str | None = None
    findings: tuple[Finding, ...] = ()


class DataStore:
    """Looks at one S3 object again and again and holds what it last found.

    Readers take ``state`` once and work on it: it is immutable and is replaced as a whole. A faulty look never raises
    and never replaces the snapshot; it is told in ``state.problem``, and in the log once, when it changes.

    Args:
        bucket, key: where the object is.
        poll_seconds: from the beginning of a look to that of the next, so that every process that looks at the object
            has its newest version after that time and the time to load it.
        memory_mib: the task's memory (MiB), beyond which data are refused; 0 to find it out.
        workers: number of processes that share it.
        deadlines: how long S3 may take.
        create_client: makes the S3 client; by default with the AWS SDK's own settings.
    """

    def __init__(
        self,
        *,
        bucket: str,
        key: str,
        poll_seconds: float,
        memory_mib: int = 0,
        workers: int = 1,
        deadlines: Deadlines = DEADLINES,
        create_client: "Callable[[], S3Client] | None" = None,
    ) -> None:
        self.poll_seconds = poll_seconds
        self.location = f"s3://{bucket}/{key}"
        self.state = State(problem=f"The data are being read from {self.location}.")
        self._bucket = bucket
        self._key = key
        self._memory_mib = memory_mib
        self._workers = workers
        self._deadlines = deadlines
        self._create_client = create_client
        self._object: S3Object | None = None
        self._judged = _Judgement()
        self._stop = threading.Event()

    def start(self) -> threading.Thread:
        """Begin to look at the object, at once and then every ``poll_seconds``, in a background thread."""
        thread = threading.Thread(target=self._poll, name="data-store", daemon=True)
        thread.start()
        return thread

    def stop(self) -> None:
        """Look no more."""
        self._stop.set()

    def refresh(self) -> None:
        """Look at the object once. What goes wrong is found in ``state.problem``."""
        # boto3 takes 0.3 s to import, and the server must answer before.
        from dashboard import s3

        try:
            version = self._s3_object().look(self._judged.etag)
            snapshot = self._judge(version) if version else self.state.snapshot
        except Exception as error:  # noqa: BLE001, RUF100 - whatever goes wrong, the data stay and the next look follows
            problem = s3.explain(error, self._bucket, self._key)
            checked_at = datetime.now(UTC) if s3.is_answer(error) else self.state.checked_at
            self._replace(State(self.state.snapshot, problem, (), checked_at))
        else:
            self._replace(State(snapshot, self._judged.problem, self._judged.findings, datetime.now(UTC)))

    def _s3_object(self) -> "S3Object":
        from dashboard import s3
        from dashboard.s3_object import S3Object

        if self._object is None:
            create_client = self._create_client or s3.create_client
            self._object = S3Object(
                bucket=self._bucket, key=self._key, create_client=create_client, deadlines=self._deadlines
            )
        return self._object

    def _judge(self, version: "ObjectVersion") -> Snapshot | None:
        """Read the object. Returns what is to be served from now on: the old data if the object is refused."""
        from dashboard.reading import read

        snapshot = self.state.snapshot
        judged = _Judgement(version.etag)
        try:
            dataset = read(version, room(self._memory_mib, self._workers))
            snapshot = Snapshot(dataset, version.etag.strip('"'), version.version_id, version.modified_at)
        except InvalidDataError as error:
            problem = f"{self.location} is not a valid data set: {error}. Upload a corrected file."
            judged = replace(judged, problem=problem, findings=error.findings)
            if len(error.findings) > 1:
                logger.warning("%s is refused: %s.", self.location, error.lines())
        except TooLargeError as error:
            judged = replace(judged, problem=f"{self.location} is too large: {error}.")
        self._judged = judged
        return snapshot

    def _replace(self, state: State) -> None:
        """Serve a new state, and log it if it tells something new."""
        before, self.state = self.state, state
        if state.problem and state.problem != before.problem:
            kept = " The data read before are still served." if state.snapshot else ""
            logger.warning("%s%s", state.problem, kept)
        elif state.snapshot and (state.snapshot is not before.snapshot or state.problem != before.problem):
            data = state.snapshot.dataset
            logger.info(
                "Serving %s: %d rows, %d countries, version %s.",
                self.location,
                data.row_count,
                len(data.countries),
                state.snapshot.version,
            )

    def _poll(self) -> None:
        # Processes that start together look at different times, each after the same period.
        pause = random.uniform(0, self.poll_seconds)  # noqa: S311 - not for secrets
        while not self._stop.is_set():
            began = time.monotonic()
            self.refresh()
            self._stop.wait(max(pause - (time.monotonic() - began), 0))
            pause = self.poll_seconds

    def attach(self, server: Flask) -> None:
        """Make this the store that ``current_store`` finds while the server answers a request."""
        server.extensions[_EXTENSION] = self


def current_store() -> DataStore:
    """The running application's store, for callbacks and layouts."""
    store: DataStore = current_app.extensions[_EXTENSION]
    return store
