"""Looks at the service on this machine: what is wanted is in the emulator, what runs in the agent's record."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ops.errors import OpsError
from ops.local.agent_control import AgentControl
from ops.local.agent_record import TaskRecord, TaskState
from ops.local.service import read_service
from ops.local.task_health import Health
from ops.rollout.observed import Observed, Rollout, RolloutState, Task

if TYPE_CHECKING:
    from ops.aws import Aws

_TARGET = {Health.HEALTHY: "healthy", Health.UNHEALTHY: "unhealthy", Health.UNKNOWN: "initial"}


class LocalReader:
    """The local service, as ECS would show it: a rollout is named by its task definition. `look` raises OpsError."""

    def __init__(self, aws: Aws) -> None:
        self._aws = aws
        self._agent = AgentControl(aws.settings)
        self._digests: dict[str, str | None] = {}

    def look(self) -> Observed:
        record = self._agent.record()
        if record is None:
            raise OpsError(f"the agent that runs the tasks has ended: see {self._agent.folder.agent_log}")
        with self._aws.errors():
            service = read_service(self._aws.ecs, self._aws.settings)
            if service is None:
                return Observed()
            current = (record.task_definition, record.desired_count) == (service.task_definition, service.desired_count)
            tasks = [self._running(task) for task in record.tasks]
            if current and record.failures and (failure := record.last_failure):
                tasks.append(self._ended(failure.task, failure.task_definition, failure.reason))
        state = RolloutState.COMPLETED if current and record.steady else RolloutState.IN_PROGRESS
        return Observed(
            desired_count=service.desired_count,
            rollouts=(
                Rollout(id=service.task_definition, task_definition=service.task_definition, primary=True, state=state),
            ),
            tasks=tuple(tasks),
            failures=record.failures if current else 0,
            problem=record.problem or "",
        )

    def _running(self, task: TaskRecord) -> Task:
        running = task.state is TaskState.RUNNING
        return Task(
            id=task.id,
            task_definition=task.task_definition,
            started_by=task.task_definition,
            digest=self._digest(task.task_definition),
            desired_status="RUNNING" if running else "STOPPED",
            last_status=task.state,
            target=_TARGET[task.health] if task.registered or task.health is not Health.HEALTHY else "initial",
        )

    def _ended(self, task_id: str, task_definition: str, reason: str) -> Task:
        return Task(
            id=task_id,
            task_definition=task_definition,
            started_by=task_definition,
            digest=None,
            desired_status="STOPPED",
            last_status="STOPPED",
            stopped_reason=reason,
        )

    def _digest(self, task_definition: str) -> str | None:
        """Return the digest by which a task definition names its image: the agent runs no other."""
        if task_definition not in self._digests:
            found = self._aws.ecs.describe_task_definition(taskDefinition=task_definition)["taskDefinition"]
            images = [container["image"] for container in found["containerDefinitions"]]
            self._digests[task_definition] = images[0].partition("@")[2] or None
        return self._digests[task_definition]
