"""What a person is told of a deployment that is not true: what happened, what the task wrote, and what to do."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ops.rollout.last_words import last_words
from ops.rollout.stopped import cause_of, remedy_for

if TYPE_CHECKING:
    from ops.aws import Aws
    from ops.rollout.observed import Observed
    from ops.rollout.verdict import Verdict, Wanted

# The kernel says so, in the container's log: ECS knows no more than the exit code.
_OTHER_ARCHITECTURE = "exec format error"


def failure_text(aws: Aws, wanted: Wanted, verdict: Verdict, seen: Observed) -> str:
    """Return what to print of a deployment that failed, with the last lines of the task's log."""
    lines = [f"version {wanted.version} does not run: {verdict.line}"]
    remedy = verdict.remedy
    if verdict.task:
        words = last_words(aws, verdict.task)
        lines += [f"  {word}" for word in words]
        if any(_OTHER_ARCHITECTURE in word for word in words):
            lines.append(f"that means: {cause_of(_OTHER_ARCHITECTURE)}")
            remedy = remedy_for(_OTHER_ARCHITECTURE)
    lines.append(f"what to do: {remedy}")
    if verdict.ecs_goes_on:
        lines.append(_going_on(seen))
    return "\n".join(lines)


def time_out_text(wanted: Wanted, verdict: Verdict, minutes: float) -> str:
    """Return what to print of a deployment that takes too long."""
    lines = [f"version {wanted.version} does not run after {minutes:g} minutes: {verdict.line}"]
    lines += [f"  {missing}" for missing in verdict.missing]
    lines.append(
        "ECS goes on with it: ./dashctl status and ./dashctl logs tell more, this command run again goes on watching "
        "(for longer with --timeout MINUTES), ./dashctl rollback takes it back"
    )
    return "\n".join(lines)


def _going_on(seen: Observed) -> str:
    first = len(seen.rollouts) == 1
    if not seen.circuit_breaker:
        trying = "without an end"
    elif first:
        trying = "and gives up by itself if more tasks fail"
    else:
        trying = "and goes back to the version before by itself if more tasks fail"
    back = "" if first else ", or ./dashctl rollback"
    return f"ECS goes on trying, {trying}: ./dashctl status tells how it stands; deploy a mended version{back}"
