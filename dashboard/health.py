"""GET /health: whether the process answers; GET /ready: whether it has data, and which.

Neither looks at S3: an S3 outage would make ECS kill every task, and a request would wait for it.
"""

from dataclasses import asdict
from datetime import UTC, datetime
from typing import Any

from flask import Flask
from flask_restful import Api, Resource

from dashboard.data import DataStore, Snapshot, current_store


class Health(Resource):  # type: ignore[misc]  # flask-restful has no type information
    """Liveness, as the load balancer's and the container's health checks ask for it."""

    def get(self) -> dict[str, str]:
        return {"up": "OK"}


class Ready(Resource):  # type: ignore[misc]  # flask-restful has no type information
    """What is served, for people and for checks that may depend on the data: 200 once there are data, 503 before."""

    def __init__(self, version: str) -> None:
        self._version = version

    def get(self) -> tuple[dict[str, Any], int]:
        store = current_store()
        state = store.state
        answer = {
            "ready": state.snapshot is not None,
            "image": {"version": self._version},
            "data": _describe(store, state.snapshot) if state.snapshot else None,
            "checked_at": _text(state.checked_at),
            "problem": state.problem,
            "findings": [asdict(finding) for finding in state.findings],
        }
        return answer, 200 if state.snapshot else 503


def _describe(store: DataStore, snapshot: Snapshot) -> dict[str, Any]:
    return {
        "location": store.location,
        "version": snapshot.version,
        "version_id": snapshot.version_id,
        "modified_at": _text(snapshot.modified_at),
        "age_seconds": age_seconds(snapshot),
        "rows": snapshot.dataset.row_count,
        "countries": len(snapshot.dataset.countries),
    }


def age_seconds(snapshot: Snapshot) -> float:
    """Seconds since the data's object was written; 0 where its clock is ahead of ours."""
    return round(max((datetime.now(UTC) - snapshot.modified_at).total_seconds(), 0.0), 1)


def _text(moment: datetime | None) -> str | None:
    return moment.astimezone(UTC).isoformat(timespec="seconds") if moment else None


def add_health(server: Flask, version: str) -> None:
    """Add both resources to the server. ``version`` is the image's."""
    api = Api(server)
    api.add_resource(Health, "/health")
    api.add_resource(Ready, "/ready", resource_class_args=(version,))
