"""Judges what is seen of the service: whether a deployment goes on, is true, or has failed."""

from __future__ import annotations

from ops.rollout.observed import Observed, Rollout, RolloutState, Task
from ops.rollout.standing import name_of, standing
from ops.rollout.stopped import describe_stop, has_failed, remedy_for, said_of
from ops.rollout.verdict import State, Verdict, Wanted

# What ECS says where it cannot even start a task:
# https://docs.aws.amazon.com/AmazonECS/latest/developerguide/service-event-messages-list.html
_UNPLACED = ("was unable to place a task", "failed to launch a task")


def judge(
    wanted: Wanted,
    seen: Observed,
    first: Observed,
    *,
    known: frozenset[str] = frozenset(),
    failures: int = 1,
    settled: bool = True,
) -> Verdict:
    """Return how the deployment of `wanted` stands.

    `first` is what was seen when it began. Tasks and events whose ids are `known` are of before. So many `failures` of
    tasks end it. Until it is `settled`, ECS may not yet show what it was told.
    """
    primary = seen.primary
    watched = _watched(wanted, first, seen)
    if watched is None and not settled:
        return Verdict(state=State.GOING_ON, line="ECS does not show the deployment yet", missing=("the deployment",))
    if primary is None:
        return _failed("the ECS service, or its cluster, is gone", "deploy it again (./dashctl deploy)")
    failed = [
        task for task in seen.tasks if task.id not in known and _is_of(task, wanted, watched) and has_failed(task)
    ]
    if _is_taken_back(primary, watched, seen):
        return _taken_back(wanted, seen, primary, failed)
    if primary.task_definition != wanted.task_definition:
        return _failed(
            f"somebody has deployed something else meanwhile: ECS replaces it by {name_of(primary.task_definition)}",
            "agree who deploys, then run this again",
        )
    if failed and max(len(failed), seen.failures) >= failures:
        return _stopped(failed[-1])
    if unplaced := _unplaced(seen, watched, known):
        return _failed(unplaced, remedy_for(unplaced), ecs_goes_on=True)
    if other := next((task for task in seen.tasks if _runs_other_image(task, wanted)), None):
        return _failed(
            f"task {other.id} runs the image {other.digest}, not that of version {wanted.version}, {wanted.digest}",
            "deploy again: the task definition must name the image by its digest",
        )
    if first.desired_count and not seen.desired_count:
        return _failed(
            "the service was scaled to 0 tasks meanwhile, by somebody or for the night (scaling.off_hours_tasks), so "
            f"nobody has seen version {wanted.version} run",
            "scale it up, or wait for the morning, and run this again",
        )
    return standing(wanted, seen, primary)


def known_ids(seen: Observed) -> frozenset[str]:
    """Return the ids of the tasks that have stopped, and of the events, up to now."""
    return frozenset([task.id for task in seen.tasks if not task.wanted] + [event.id for event in seen.events])


def _watched(wanted: Wanted, first: Observed, seen: Observed) -> Rollout | None:
    """Return the rollout that was asked for, as it is now or else as it was seen first."""
    if first.primary and first.primary.task_definition == wanted.task_definition:
        now = [rollout for rollout in seen.rollouts if rollout.id == first.primary.id]
        return now[0] if now else first.primary
    return next((found for found in seen.rollouts if found.task_definition == wanted.task_definition), None)


def _is_of(task: Task, wanted: Wanted, watched: Rollout | None) -> bool:
    """Tell whether the rollout that was asked for started a task: ECS writes its id into `startedBy`."""
    if task.task_definition != wanted.task_definition:
        return False
    return watched is None or task.started_by == watched.id


def _is_taken_back(primary: Rollout, watched: Rollout | None, seen: Observed) -> bool:
    if watched and watched.state == RolloutState.FAILED:
        return True
    replaced = watched is None or primary.id != watched.id
    return replaced and (seen.rollback is not None or "rolling back" in primary.reason)


def _taken_back(wanted: Wanted, seen: Observed, primary: Rollout, failed: list[Task]) -> Verdict:
    said = [seen.rollback.reason] if seen.rollback else []
    said += [rollout.reason for rollout in seen.rollouts if rollout.state == RolloutState.FAILED or rollout.primary]
    by_alarm = any("alarm" in text.lower() for text in said)
    alarms = seen.rollback.alarms if seen.rollback and seen.rollback.alarms else seen.alarms
    if by_alarm or (seen.rollback and seen.rollback.alarms):
        cause = f"an alarm was raised ({', '.join(alarms) or 'ECS does not say which'})"
        remedy = "docs/runbook.md says what to look for under the alarm's name; mend it, and deploy the mended version"
    else:
        cause = "too many of its tasks failed (circuit breaker)"
        remedy = (
            remedy_for(said_of(failed[-1])) if failed else "look why its tasks failed (./dashctl logs), and mend it"
        )
    if failed and not by_alarm:
        cause += f": {describe_stop(failed[-1])}"
    text = next((text for text in said if text), "")
    if primary.state == RolloutState.FAILED:
        line = f"ECS has given up version {wanted.version}, and there is none to go back to: {cause}"
    else:
        line = f"ECS has gone back to {name_of(primary.task_definition)} from version {wanted.version}: {cause}"
    return _failed(f"{line}; ECS says: {text}" if text else line, remedy, task=failed[-1] if failed else None)


def _stopped(task: Task) -> Verdict:
    return _failed(describe_stop(task), remedy_for(said_of(task)), ecs_goes_on=True, task=task)


def _unplaced(seen: Observed, watched: Rollout | None, known: frozenset[str]) -> str:
    """Return what ECS says of a task of this rollout for which it finds no place; empty where it does not."""
    since = watched.created if watched else None
    for event in seen.events:
        late = since is None or event.at is None or event.at >= since
        if event.id not in known and late and any(text in event.message for text in _UNPLACED):
            return event.message
    return ""


def _runs_other_image(task: Task, wanted: Wanted) -> bool:
    other = task.digest is not None and task.digest != wanted.digest
    return task.wanted and task.task_definition == wanted.task_definition and other


def _failed(line: str, remedy: str, *, ecs_goes_on: bool = False, task: Task | None = None) -> Verdict:
    return Verdict(state=State.FAILED, line=line, remedy=remedy, ecs_goes_on=ecs_goes_on, task=task)
