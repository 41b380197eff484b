"""What the agent writes down about itself and its tasks: for `up` and `status`, and for the next agent."""

from enum import StrEnum
from pathlib import Path

from pydantic import BaseModel, ValidationError

from ops.local.processes import ProcessRecord
from ops.local.task_health import Health


class TaskState(StrEnum):
    """Where a task is in its life, in ECS's words.

    https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task-lifecycle-explanation.html
    """

    RUNNING = "RUNNING"
    DEACTIVATING = "DEACTIVATING"  # no longer gets requests, finishes those it has
    STOPPING = "STOPPING"  # has been asked to end
    STOPPED = "STOPPED"


class TaskRecord(BaseModel):
    """One task. `started` is in seconds since the epoch; `docker_name` is set where it is a container."""

    id: str
    task_definition: str
    process: ProcessRecord
    docker_name: str | None = None
    host: str
    port: int
    target_id: str
    stop_timeout_seconds: int
    started: float
    state: TaskState = TaskState.RUNNING
    health: Health = Health.UNKNOWN
    registered: bool = False


class TaskFailure(BaseModel):
    """A task that ended, was replaced without having been told to, or did not even start."""

    task: str
    task_definition: str
    reason: str
    at: float
    lines: list[str]


class AgentRecord(BaseModel):
    """The agent's whole view. `problem` says why it cannot do its work just now, None when it can.

    `was_steady` tells of each task definition that the service was at whether its tasks were once all healthy.
    """

    process: ProcessRecord
    endpoint: str
    desired_count: int = 0
    task_definition: str | None = None
    tasks: list[TaskRecord] = []
    was_steady: dict[str, bool] = {}
    failures: int = 0
    last_failure: TaskFailure | None = None
    problem: str | None = None

    @property
    def ready_tasks(self) -> list[TaskRecord]:
        """The tasks of the service's task definition that the load balancer sends requests to."""
        return [
            task
            for task in self.tasks
            if task.state is TaskState.RUNNING
            and task.registered
            and task.health is Health.HEALTHY
            and task.task_definition == self.task_definition
        ]

    @property
    def steady(self) -> bool:
        """Whether exactly the tasks that the service wants run, all of them healthy and registered."""
        return len(self.ready_tasks) == self.desired_count == len(self.tasks) and self.problem is None

    def write(self, path: Path) -> None:
        """Replace the file in one step, so that a reader never sees half of it."""
        new = path.with_suffix(".new")
        new.write_text(self.model_dump_json(indent=2), encoding="utf-8")
        new.replace(path)

    @classmethod
    def read(cls, path: Path) -> "AgentRecord | None":
        """Return what was written last, None where nothing was."""
        try:
            return cls.model_validate_json(path.read_text(encoding="utf-8"))
        except (OSError, ValidationError):
            return None
