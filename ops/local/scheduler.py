"""Decides which tasks to start and to stop, as the scheduler of ECS does."""

from collections.abc import Sequence
from typing import Protocol, TypeVar

from ops.local.service import Service


class Schedulable(Protocol):
    """What the decision needs to know of a task that runs and is not being stopped."""

    @property
    def task_definition(self) -> str: ...

    @property
    def healthy(self) -> bool: ...


AnyTask = TypeVar("AnyTask", bound=Schedulable)


def surplus(service: Service, running: Sequence[AnyTask]) -> list[AnyTask]:
    """Return the tasks to take out of service now: those too many, and those of another task definition.

    The latter stay until enough tasks are healthy without them: all that are desired, or where the service allows no
    tasks beyond those during a rollout (`maximum_percent`), the least that it asks for.
    """
    current = [task for task in running if task.task_definition == service.task_definition]
    leaving = sorted(current, key=_is_healthy)[: max(0, len(current) - service.desired_count)]
    enough = service.desired_count if service.most > service.desired_count else service.least_healthy
    healthy = sum(task.healthy for task in running if task not in leaving)
    for task in sorted((task for task in running if task not in current), key=_is_healthy):
        if task.healthy and healthy <= enough:
            break
        healthy -= task.healthy
        leaving.append(task)
    return leaving


def missing(service: Service, running: Sequence[Schedulable]) -> int:
    """Return how many tasks to start now, so that there are as many as desired and no more than allowed."""
    current = sum(task.task_definition == service.task_definition for task in running)
    return max(0, min(service.desired_count - current, service.most - len(running)))


def _is_healthy(task: Schedulable) -> bool:
    return task.healthy
