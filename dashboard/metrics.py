"""Metrics for CloudWatch, once a minute, as lines of the log in its embedded metric format.

https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html

CloudWatch Logs extracts them from the container's log: no agent, no permission, no call. AWS's own library for the
format, aws-embedded-metrics, writes a line for each event and looks for an agent and for EC2's metadata at start; a
minute in one line is cheaper by orders of magnitude, and is all that this file does.

| metric | unit | what it tells |
|---|---|---|
| CallbackMilliseconds | Milliseconds | how long callbacks take, without the network; for percentiles |
| Callbacks | Count | callbacks answered, whatever the status |
| CallbackErrors | Count | those that ended with a 5xx |
| CallbacksRefused | Count | those that ended with a 4xx: probes, and old pages after a release |
| DataAgeSeconds | Seconds | since the object was written that is served |
| DataProblem | None | 1 while the object cannot be read or is refused, else 0 |

Each comes with the dimension ServiceName and without dimensions. Several worker processes each write their own.
"""

import logging
import random
import threading
import time
from typing import Any

from flask import Flask, Response, g, request

from dashboard.callback_guard import PATH
from dashboard.data import DataStore
from dashboard.health import age_seconds

FLUSH_SECONDS = 60

# The specification's limit for an array of values.
_VALUES_PER_LINE = 100
# Up to here every callback of a minute is in CallbackMilliseconds; beyond, a fair sample, whose percentiles are close.
SAMPLE_SIZE = 500

_UNITS = {
    "CallbackMilliseconds": "Milliseconds",
    "Callbacks": "Count",
    "CallbackErrors": "Count",
    "CallbacksRefused": "Count",
    "DataAgeSeconds": "Seconds",
    "DataProblem": "None",
}

logger = logging.getLogger(__name__)


class Metrics:
    """Counts callbacks, and writes what it counted and the state of the data."""

    def __init__(self, store: DataStore, *, namespace: str, service_name: str) -> None:
        self._store = store
        self._namespace = namespace
        self._service_name = service_name
        self._lock = threading.Lock()
        self._stopped = threading.Event()
        self._clear()

    def _clear(self) -> None:
        self._count = self._errors = self._refused = 0
        self._sample: list[float] = []

    def count_callback(self, milliseconds: float, status: int) -> None:
        """Note that a callback was answered."""
        with self._lock:
            self._count += 1
            if status >= 500:
                self._errors += 1
            elif status >= 400:
                self._refused += 1
            if len(self._sample) < SAMPLE_SIZE:
                self._sample.append(milliseconds)
                return
            # Reservoir sampling: every callback of the minute has the same chance to be in it.
            place = int(random.random() * self._count)  # noqa: S311 - a sample, not a secret
            if place < SAMPLE_SIZE:
                self._sample[place] = milliseconds

    def start(self) -> threading.Thread:
        """Begin to write every ``FLUSH_SECONDS``, in a background thread."""
        thread = threading.Thread(target=self._run, name="metrics", daemon=True)
        thread.start()
        return thread

    def stop(self) -> None:
        """Write what was counted since the last time, and no more."""
        self._stopped.set()
        self.flush()

    def _run(self) -> None:
        while not self._stopped.wait(FLUSH_SECONDS):
            self.flush()

    def flush(self) -> None:
        """Write what was counted, and start to count anew."""
        for document in self._documents():
            logger.info("Metrics", extra={"fields": document})

    def _documents(self) -> list[dict[str, Any]]:
        with self._lock:
            counts = {
                "Callbacks": self._count,
                "CallbackErrors": self._errors,
                "CallbacksRefused": self._refused,
            }
            sample = self._sample
            self._clear()
        state = self._store.state
        values: dict[str, Any] = {**counts, "DataProblem": int(state.problem is not None)}
        if state.snapshot:
            values["DataAgeSeconds"] = age_seconds(state.snapshot)
        parts = [sample[start : start + _VALUES_PER_LINE] for start in range(0, len(sample), _VALUES_PER_LINE)]
        if parts:
            values["CallbackMilliseconds"] = parts.pop(0)
        return [self._document(values), *(self._document({"CallbackMilliseconds": part}) for part in parts)]

    def _document(self, values: dict[str, Any]) -> dict[str, Any]:
        directive = {
            "Namespace": self._namespace,
            "Dimensions": [["ServiceName"], []],
            "Metrics": [{"Name": name, "Unit": _UNITS[name]} for name in values],
        }
        metadata = {"Timestamp": int(time.time() * 1000), "CloudWatchMetrics": [directive]}
        return {"_aws": metadata, "ServiceName": self._service_name, **values}


def add_metrics(server: Flask, metrics: Metrics) -> None:
    """Count every callback. request_id.py must have been added before."""

    def count(response: Response) -> Response:
        if request.path == PATH:
            metrics.count_callback(round((time.perf_counter() - g.began) * 1000, 3), response.status_code)
        return response

    server.after_request(count)
