"""Watches a deployment until it is true, has failed, or has taken too long."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from ops.errors import OpsError
from ops.rollout.duration import longest_minutes
from ops.rollout.ecs import EcsReader
from ops.rollout.faults import Patience
from ops.rollout.judge import judge, known_ids
from ops.rollout.observed import Observed, RolloutState
from ops.rollout.report import failure_text, time_out_text
from ops.rollout.verdict import State, Verdict, Wanted

if TYPE_CHECKING:
    from config import Settings
    from ops.deployment import Deployment
    from ops.progress import Step
    from ops.rollout.local import LocalReader

_POLL_SECONDS = 2.0
# ECS may still show for so long what was before:
# https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_CreateService.html (eventual consistency)
_SETTLED_SECONDS = 10.0
_GOES_ON = "the deployment goes on without this: sign in and run this again to go on watching, or ./dashctl status"


def wanted_of(deployment: Deployment) -> Wanted:
    """Return what Terraform has deployed. Raises OpsError where the service is not deployed."""
    state = deployment.state("service")
    if state is None or not {"task_definition_arn", "image_digest"} <= state.outputs.keys():
        raise OpsError("the service is not deployed: ./dashctl deploy --version VERSION")
    return Wanted(
        task_definition=state.outputs["task_definition_arn"],
        version=state.data_attribute("aws_ecr_image", "image_tag"),
        digest=state.outputs["image_digest"],
    )


def look(deployment: Deployment, wanted: Wanted) -> Observed:
    """Return what is seen of the service now. Taken before a deployment, what has failed by then does not count.

    Raises OpsError where it cannot be read.
    """
    return _reader(deployment, wanted).look()


def watch(
    deployment: Deployment,
    wanted: Wanted,
    step: Step,
    *,
    timeout_minutes: float | None = None,
    before: Observed | None = None,
    failures: int = 1,
    poll_seconds: float = _POLL_SECONDS,
) -> int:
    """Return how many tasks run, once every one is what is wanted and healthy; the step's outcome says so.

    Raises OpsError at the event that tells that it will not be so: so many `failures` of tasks, a rollback, another
    deployment; or when it takes too long. `before` is what was seen before the deployment.
    """
    minutes = longest_minutes(deployment.settings) if timeout_minutes is None else timeout_minutes
    watched = _Watch(deployment, wanted, step, before, failures)
    eyes = Patience(_reader(deployment, wanted).look)
    verdict = Verdict(state=State.GOING_ON, line="nothing is seen yet", missing=("AWS does not answer",))
    while True:
        if seen := _looked(eyes, deployment.settings):
            verdict = watched.take_in(seen)
        if verdict.state is State.STEADY:
            step.outcome = verdict.line
            return watched.last.desired_count
        if verdict.state is State.FAILED:
            raise OpsError(failure_text(deployment.aws, wanted, verdict, watched.last))
        if step.seconds > minutes * 60:
            raise OpsError(time_out_text(wanted, verdict, minutes))
        time.sleep(poll_seconds)


class _Watch:
    """What was seen so far, and the lines about it."""

    def __init__(
        self, deployment: Deployment, wanted: Wanted, step: Step, before: Observed | None, failures: int
    ) -> None:
        self.last = Observed()
        self._terminal = deployment.progress.console.is_terminal
        self._wanted = wanted
        self._step = step
        self._failures = failures
        self._known = known_ids(before) if before else None
        self._first: Observed | None = None
        self._told: set[str] = set()
        self._line = ""

    def take_in(self, seen: Observed) -> Verdict:
        """Judge what is seen now, and show what is new in it."""
        settled = self._step.seconds > _SETTLED_SECONDS
        if self._first is None or not (settled or self._is_taken(self._first)):
            self._first = seen
            if self._known is None:
                self._known = known_ids(seen) if _is_over(seen) else frozenset()
        self.last = seen
        verdict = judge(
            self._wanted, seen, self._first, known=self._known or frozenset(), failures=self._failures, settled=settled
        )
        self._show_events(seen)
        self._step.doing = verdict.line
        if verdict.line != self._line and verdict.state is State.GOING_ON and not self._terminal:
            self._step.note(verdict.line)
        self._line = verdict.line
        return verdict

    def _is_taken(self, seen: Observed) -> bool:
        return seen.primary is not None and seen.primary.task_definition == self._wanted.task_definition

    def _show_events(self, seen: Observed) -> None:
        since = self._first.primary.created if self._first and self._first.primary else None
        for event in reversed(seen.events):  # ECS tells the newest first
            late = since is None or event.at is None or event.at >= since
            if late and event.id not in self._told and event.id not in (self._known or ()):
                self._step.note(event.message)
            self._told.add(event.id)


def _reader(deployment: Deployment, wanted: Wanted) -> EcsReader | LocalReader:
    if deployment.settings.local:
        from ops.rollout.local import LocalReader

        return LocalReader(deployment.aws)
    return EcsReader(deployment.aws, wanted)


def _looked(eyes: Patience, settings: Settings) -> Observed | None:
    try:
        return eyes.look()
    except OpsError as error:
        if settings.local:
            raise
        raise OpsError(f"{error}\n{_GOES_ON}") from error


def _is_over(seen: Observed) -> bool:
    """Tell whether nothing is under way: what has failed by then tells nothing of the tasks that run."""
    return seen.primary is not None and seen.primary.state == RolloutState.COMPLETED
