"""How far a deployment has come."""

from __future__ import annotations

from collections.abc import Iterable

from ops.rollout.observed import Observed, Rollout, RolloutState, Task
from ops.rollout.verdict import State, Verdict, Wanted


def standing(wanted: Wanted, seen: Observed, primary: Rollout) -> Verdict:
    """Return whether a deployment that has not failed is true, or else what there is still to come.

    It is true when exactly as many tasks run as shall, all of them what is wanted and healthy, and ECS says that it is
    done: only then it has let the old ones go, and has looked at the alarms for as long as it wants to.
    https://docs.aws.amazon.com/AmazonECS/latest/developerguide/deployment-alarm-failure.html
    """
    alive = [task for task in seen.tasks if task.alive]
    ready = [task for task in alive if not _lacks(task, wanted)]
    missing = tuple(_missing(wanted, seen, primary, alive))
    if not missing and not seen.desired_count:
        line = "no task is to run (off hours, or scaled to 0): the version runs once there are to be tasks"
        return Verdict(state=State.STEADY, line=line)
    if not missing:
        return Verdict(state=State.STEADY, line=f"{len(ready)} of {seen.desired_count} tasks healthy")
    new = [task for task in alive if task.task_definition == wanted.task_definition]
    counts = {
        "starting": sum(task.wanted for task in new) - len(ready),
        "stopping": sum(not task.wanted for task in new),
        "old ones running": sum(task.wanted for task in alive if task not in new),
        "old ones draining": sum(not task.wanted for task in alive if task not in new),
    }
    parts = [f"{len(ready)} of {seen.desired_count} tasks healthy"]
    parts += [f"{count} {what}" for what, count in counts.items() if count]
    if len(parts) == 1 and primary.state != RolloutState.COMPLETED:
        parts.append("ECS has not completed the deployment yet")
    if seen.problem:
        parts.append(seen.problem)
    return Verdict(state=State.GOING_ON, line=", ".join(parts), missing=missing)


def _missing(wanted: Wanted, seen: Observed, primary: Rollout, alive: list[Task]) -> Iterable[str]:
    """Yield what there is still to come."""
    if len(alive) < seen.desired_count:
        yield f"tasks that are not started yet: {seen.desired_count - len(alive)}"
    if len(alive) > seen.desired_count:
        yield f"tasks that run: {len(alive)}, {len(alive) - seen.desired_count} more than shall"
    for task in alive:
        if lack := _lacks(task, wanted):
            yield f"task {task.id} {lack}"
    for rollout in seen.rollouts:
        if not rollout.primary and rollout.task_count:
            yield f"tasks that ECS still counts for {name_of(rollout.task_definition)}: {rollout.task_count}"
    if primary.state != RolloutState.COMPLETED:
        yield f"ECS calls the rollout {primary.state}" + (f": {primary.reason}" if primary.reason else "")
    if seen.problem:
        yield seen.problem


def _lacks(task: Task, wanted: Wanted) -> str:
    """Return what a task lacks to be one of those that shall run; empty where it lacks nothing."""
    if task.task_definition != wanted.task_definition:
        return f"is of {name_of(task.task_definition)}"
    if not task.wanted:
        return "is being stopped"
    if task.last_status != "RUNNING":
        return f"is {task.last_status}"
    if task.digest != wanted.digest:
        return "does not tell its image yet"
    if task.health not in {"", "HEALTHY"}:
        return f"is {task.health} by its container's health check"
    if task.target != "healthy":
        reason = f" ({task.target_reason})" if task.target_reason else ""
        return f"is {task.target or 'not registered'} at the load balancer{reason}"
    return ""


def name_of(task_definition: str) -> str:
    """Return family and revision of a task definition's ARN."""
    return f"task definition {task_definition.rpartition('/')[2]}"
