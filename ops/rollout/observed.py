"""What is seen of the service at one moment, in the words of ECS."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class RolloutState(StrEnum):
    """https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_Deployment.html (rolloutState)"""

    IN_PROGRESS = "IN_PROGRESS"
    COMPLETED = "COMPLETED"
    FAILED = "FAILED"


@dataclass(frozen=True, kw_only=True)
class Container:
    """A container of a task; `exit_code` is None while it runs, and where it never did."""

    name: str
    exit_code: int | None = None
    reason: str = ""


@dataclass(frozen=True, kw_only=True)
class Task:
    """A task of the service.

    `health` is that of its container's own check, empty where there is none; `target` what the load balancer says of
    it, empty where it is no target, and `target_reason` why. `digest` is that of the image, None while it is not known.
    """

    id: str
    task_definition: str
    started_by: str
    digest: str | None
    desired_status: str
    last_status: str
    health: str = ""
    target: str = ""
    target_reason: str = ""
    stop_code: str = ""
    stopped_reason: str = ""
    containers: tuple[Container, ...] = ()

    @property
    def wanted(self) -> bool:
        """Whether ECS wants it to run, rather than to end."""
        return self.desired_status == "RUNNING"

    @property
    def alive(self) -> bool:
        """Whether its container runs or is about to; what comes after is the clearing up of its network.

        https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task-lifecycle-explanation.html
        """
        return self.last_status not in {"DEPROVISIONING", "STOPPED", "DELETED"}


@dataclass(frozen=True, kw_only=True)
class Rollout:
    """What ECS calls a deployment of the service; the PRIMARY one is that which was asked for last."""

    id: str
    task_definition: str
    primary: bool
    state: str
    reason: str = ""
    created: datetime | None = None
    task_count: int = 0


@dataclass(frozen=True, kw_only=True)
class Event:
    """A line of the service's event log."""

    id: str
    message: str
    at: datetime | None = None


@dataclass(frozen=True, kw_only=True)
class Rollback:
    """What ECS says of a deployment that it took back, and the alarms that made it do so."""

    reason: str
    alarms: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Observed:
    """The service at one moment; it has no rollouts where it, or its cluster, is not there.

    `failures` are those of tasks in a row, where whoever runs the tasks counts them. `rollback` is that of the latest
    deployment, and `alarms` those for a rollback that are raised. `problem` is why the tasks cannot be looked after.
    """

    desired_count: int = 0
    rollouts: tuple[Rollout, ...] = ()
    tasks: tuple[Task, ...] = ()
    events: tuple[Event, ...] = ()
    rollback: Rollback | None = None
    alarms: tuple[str, ...] = ()
    circuit_breaker: bool = False
    failures: int = 0
    problem: str = ""

    @property
    def primary(self) -> Rollout | None:
        return next((rollout for rollout in self.rollouts if rollout.primary), None)
