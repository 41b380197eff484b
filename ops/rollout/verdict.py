"""What was asked for, and how it stands."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from ops.rollout.observed import Task


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """What was deployed: every task shall be of this task definition (its ARN) and run the image of this digest."""

    task_definition: str
    version: str
    digest: str


class State(Enum):
    """How a deployment stands."""

    GOING_ON = "going on"
    STEADY = "steady"
    FAILED = "failed"


@dataclass(frozen=True, kw_only=True)
class Verdict:
    """How a deployment stands, in a line; of one that goes on, what is `missing`.

    Of one that failed: what to do (`remedy`), whether ECS goes on with it, and the task whose log may tell more.
    """

    state: State
    line: str
    missing: tuple[str, ...] = ()
    remedy: str = ""
    ecs_goes_on: bool = False
    task: Task | None = None
