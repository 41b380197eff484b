"""The data being served: read from S3 in the background, replaced whole, never lost to a bad or missing object."""

import logging
import threading
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from flask import Flask, current_app

from dashboard import s3
from dashboard.dataset import Dataset, InvalidDataError, parse

if TYPE_CHECKING:
    from types_boto3_s3 import S3Client

_EXTENSION = "data_store"

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Snapshot:
    """A data set as it was read.

    Attributes:
        dataset: the data.
        version: the object's ETag, which changes with its content.
        modified_at: when the object was written (UTC).
    """

    dataset: Dataset
    version: str
    modified_at: datetime


@dataclass(frozen=True)
class State:
    """What the dashboard has.

    Attributes:
        snapshot: the data being served; None until the first good object was read.
        problem: one line on what is wrong with the object now and what to do; None if all is well.
    """

    snapshot: Snapshot | None = None
    problem: str | None = None


class DataStore:
    """Looks at one S3 object again and again and holds what it last found.

    Readers take ``state`` once and work on it: it is immutable and is replaced as a whole. A faulty look never raises
    and never replaces the snapshot; it is told in ``state.problem``, and in the log once, when it changes.
    """

    def __init__(
        self,
        *,
        bucket: str,
        key: str,
        poll_seconds: float,
        create_client: "Callable[[], S3Client]" = s3.create_client,
    ) -> None:
        self.poll_seconds = poll_seconds
        self.location = f"s3://{bucket}/{key}"
        self.state = State(problem=f"The data are being read from {self.location}.")
        self._bucket = bucket
        self._key = key
        self._create_client = create_client
        self._client: S3Client | None = None
        # The object last read, good or bad, so that a bad one is not read and judged again at each look.
        self._read_etag: str | None = None
        self._read_problem: str | None = None
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
        try:
            self._replace(self._read())
        except Exception as error:  # noqa: BLE001, RUF100 - whatever goes wrong, the data stay and the next look follows
            if s3.is_not_modified(error):
                self._replace(replace(self.state, problem=self._read_problem))
                return
            # A client keeps the credentials and endpoint that it was made with: the next look makes a new one.
            self._client = None
            self._replace(replace(self.state, problem=s3.explain(error, self._bucket, self._key)))

    def _read(self) -> State:
        """Read the object, unless it is the one read last, and judge it."""
        if self._client is None:
            self._client = self._create_client()
        if self._read_etag is None:
            answer = self._client.get_object(Bucket=self._bucket, Key=self._key)
        else:
            answer = self._client.get_object(Bucket=self._bucket, Key=self._key, IfNoneMatch=self._read_etag)
        content = answer["Body"].read()
        try:
            dataset = parse(content)
            state = State(Snapshot(dataset, answer["ETag"], answer["LastModified"].astimezone(UTC)))
        except InvalidDataError as error:
            problem = f"{self.location} is not a valid data set: {error}. Upload a corrected CSV."
            state = replace(self.state, problem=problem)
        self._read_etag, self._read_problem = answer["ETag"], state.problem
        return state

    def _replace(self, state: State) -> None:
        """Serve a new state, and log it if it tells something new."""
        before, self.state = self.state, state
        if state.problem and state.problem != before.problem:
            kept = " The data read before are still served." if state.snapshot else ""
            logger.warning("%s%s", state.problem, kept)
        elif state.snapshot and state != before:
            data = state.snapshot.dataset
            logger.info(
                "Serving %s: %d rows, %d countries, version %s.",
                self.location,
                data.row_count,
                len(data.countries),
                state.snapshot.version,
            )

    def _poll(self) -> None:
        while not self._stop.is_set():
            self.refresh()
            self._stop.wait(self.poll_seconds)

    def attach(self, server: Flask) -> None:
        """Make this the store that ``current_store`` finds while the server answers a request."""
        server.extensions[_EXTENSION] = self


def current_store() -> DataStore:
    """The running application's store, for callbacks and layouts."""
    store: DataStore = current_app.extensions[_EXTENSION]
    return store
