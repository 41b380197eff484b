"""Runs the tasks of the local ECS service: `python -m ops.local.agent`, started by `up`.

It does here what the ECS agent and the scheduler do at AWS. It reads the service from the emulator, keeps the desired
number of tasks running, replaces what ends or stays unhealthy, rolls over to a new task definition, and keeps the load
balancer's targets equal to the healthy tasks. Each step compares what is with what should be, so it makes no difference
how a difference came about: a killed task, a restarted emulator, a reboot.

A task's output goes to `logs/tasks/<task>.log` and not to CloudWatch Logs of the emulator: files stay readable when the
emulator is away, which is when they are needed, and cost it no memory.
"""

import os
import secrets
import signal
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from types import FrameType

from botocore.exceptions import BotoCoreError, ClientError
from filelock import FileLock, Timeout

from config import Settings, SettingsError, load_settings
from ops.aws import Aws
from ops.errors import OpsError
from ops.local.addresses import free_address
from ops.local.agent_record import AgentRecord, TaskFailure
from ops.local.folder import LocalFolder, local_settings
from ops.local.processes import ProcessRecord
from ops.local.restart_pause import RestartPause
from ops.local.scheduler import missing, surplus
from ops.local.service import Container, Service, read_container, read_service
from ops.local.target_group import TargetGroup
from ops.local.task import Task
from ops.local.task_health import HealthCheck

_STEP_SECONDS = 0.25
_POLL_SECONDS = 1.0
# MiniStack sends a deregistered target nothing more, so only requests that are on their way have to be waited for.
_LONGEST_DRAIN_SECONDS = 2.0
# When all is stopped there is nobody left to be served.
_SHUTDOWN_STOP_SECONDS = 10.0
# A task that was healthy for so long ended for a reason of its own, not because it cannot run.
_PROVEN_SECONDS = 10.0
_KEPT_LOGS = 20


class Agent:
    """The tasks of one local deployment."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._folder = LocalFolder.of(settings)
        self._emulator_port = local_settings(settings).port
        self._aws = Aws(settings)
        self._executor = ThreadPoolExecutor(max_workers=16, thread_name_prefix="health")
        self._service: Service | None = None
        self._container: Container | None = None
        self._target_group: TargetGroup | None = None
        self._health_check: HealthCheck | None = None
        self._drain_seconds = 0.0
        self._pause = RestartPause()
        self._polled = 0.0
        previous = AgentRecord.read(self._folder.agent_record)
        self._tasks = [Task(record, self._executor) for record in previous.tasks] if previous else []
        self._record = AgentRecord(
            process=ProcessRecord.of(os.getpid()),
            endpoint=settings.endpoint_url or "",
            was_steady=previous.was_steady if previous else {},
        )

    def run(self, stopping: threading.Event) -> None:
        """Keep the service running until `stopping` is set, then stop all tasks."""
        _say(f"started; {len(self._tasks)} tasks adopted")
        self._write_record()
        while not stopping.wait(_STEP_SECONDS):
            if time.monotonic() - self._polled >= _POLL_SECONDS:
                self._poll()
            self._advance()
            self._reconcile()
            self._write_record()
        self._stop_all()

    def _poll(self) -> None:
        """Read from the emulator what should be, and tell it what is. Where it does not answer, all stays as it was."""
        try:
            self._service = read_service(self._aws.ecs, self._settings)
            self._read_task_definition()
            self._read_target_group()
            self._set_targets()
            self._report_problem(None)
        except LookupError as error:
            self._report_problem(str(error))
        except (BotoCoreError, ClientError) as error:
            self._report_problem(f"the emulator does not answer as it should: {error}")
        self._polled = time.monotonic()

    def _read_task_definition(self) -> None:
        wanted = self._service.task_definition if self._service else None
        if self._service is None or (self._container and self._container.task_definition == wanted):
            return
        self._pause.reset()
        self._container = None
        self._container = read_container(self._aws.ecs, self._aws.ecr, self._service)
        _say(f"the service runs {wanted}")

    def _read_target_group(self) -> None:
        if self._service is None:
            self._target_group = None
            return
        if self._target_group is None or self._target_group.arn != self._service.target_group:
            self._target_group = TargetGroup(self._aws.elbv2, self._service.target_group)
        self._health_check = self._target_group.health_check()
        self._drain_seconds = min(self._target_group.drain_seconds(), _LONGEST_DRAIN_SECONDS)

    def _set_targets(self) -> None:
        if self._target_group is not None:
            self._target_group.set_targets(task.target for task in self._tasks if task.healthy)

    def _advance(self) -> None:
        """Notice tasks that ended or stay unhealthy."""
        changed = False
        for task in self._tasks:
            was_running, was_healthy = task.running, task.healthy
            task.advance(self._health_check)
            if task.ended and was_running:
                reason, lines = task.ending(self._folder)
                self._count_failure(task, reason, lines, proven=was_healthy and task.age_seconds > _PROVEN_SECONDS)
            elif task.unhealthy and task.age_seconds > self._grace_seconds:
                _, lines = task.ending(self._folder)
                self._count_failure(task, "fails its health check", lines, proven=task.age_seconds > _PROVEN_SECONDS)
                task.drain(self._drain_seconds)
            changed = changed or was_healthy != task.healthy
        self._tasks = [task for task in self._tasks if not task.ended]
        if changed:
            self._polled = 0.0  # tell the load balancer at once

    @property
    def _grace_seconds(self) -> float:
        grace = self._service.grace_seconds if self._service else 0
        return max(grace, self._health_check.start_seconds if self._health_check else 0)

    def _count_failure(self, task: Task, reason: str, lines: list[str], *, proven: bool) -> None:
        if proven:
            self._pause.reset()
        self._pause.failed()
        self._record.last_failure = TaskFailure(
            task=task.record.id,
            task_definition=task.record.task_definition,
            reason=reason,
            at=time.time(),
            lines=lines,
        )
        _say(f"task {task.record.id} {reason}")

    def _reconcile(self) -> None:
        """Start and stop tasks, a step towards what the service wants."""
        service = self._service
        if service is None:
            for task in self._tasks:
                task.drain(0)
            return
        running = [task for task in self._tasks if task.running]
        for task in surplus(service, running):
            task.drain(self._drain_seconds)
        for _ in range(missing(service, [task for task in running if task.running])):
            if not self._start_task(service):
                return

    def _start_task(self, service: Service) -> bool:
        if self._container is None or self._container.task_definition != service.task_definition:
            return False
        if not self._pause.over:
            return False
        try:
            address = free_address(service.port, [task.record.target_id for task in self._tasks], self._emulator_port)
            task = Task.start(self._container, address, self._folder, self._emulator_port, self._executor)
        except (LookupError, OSError) as error:
            self._pause.failed()
            self._record.last_failure = TaskFailure(
                task=secrets.token_hex(4),
                task_definition=service.task_definition,
                reason=f"cannot be started: {error}",
                at=time.time(),
                lines=[],
            )
            _say(f"a task cannot be started: {error}")
            return False
        _say(f"task {task.record.id} started on {address.host}:{address.port}")
        self._tasks.append(task)
        self._delete_old_logs()
        return True

    def _delete_old_logs(self) -> None:
        running = {task.record.id for task in self._tasks}
        logs = sorted(self._folder.task_logs.glob("*.log"), key=lambda log: log.stat().st_mtime)
        ended = [log for log in logs if log.stem not in running]
        for log in ended[:-_KEPT_LOGS]:
            log.unlink(missing_ok=True)

    def _stop_all(self) -> None:
        _say(f"stopping {len(self._tasks)} tasks")
        for task in self._tasks:
            task.drain(0, stop_timeout_seconds=_SHUTDOWN_STOP_SECONDS)
        try:
            self._set_targets()
        except (BotoCoreError, ClientError) as error:
            _say(f"the targets stay registered, the emulator does not answer: {error}")
        while self._tasks:
            for task in self._tasks:
                task.advance(None)
            self._tasks = [task for task in self._tasks if not task.ended]
            self._write_record()
            time.sleep(_STEP_SECONDS)
        self._folder.agent_record.unlink(missing_ok=True)
        _say("stopped")

    def _report_problem(self, problem: str | None) -> None:
        if problem and problem != self._record.problem:
            _say(problem)
        self._record.problem = problem

    def _write_record(self) -> None:
        registered = self._target_group.registered if self._target_group else frozenset()
        for task in self._tasks:
            task.record.registered = task.target in registered
        self._record.tasks = [task.record for task in self._tasks]
        self._record.desired_count = self._service.desired_count if self._service else 0
        self._record.task_definition = self._service.task_definition if self._service else None
        self._record.failures = self._pause.failures
        if definition := self._record.task_definition:
            ran = self._record.steady and self._record.desired_count > 0
            self._record.was_steady[definition] = ran or self._record.was_steady.get(definition, False)
        # A full disk shall not end the tasks.
        with suppress(OSError):
            self._record.write(self._folder.agent_record)


def stop_orphans(folder: LocalFolder) -> int:
    """Stop the tasks that an agent which was killed left behind; return how many."""
    record = AgentRecord.read(folder.agent_record)
    if record is None:
        return 0
    with ThreadPoolExecutor(max_workers=1) as executor:
        tasks = [Task(task, executor) for task in record.tasks]
        running = [task for task in tasks if task.record.process.is_running()]
        for task in tasks:
            task.drain(0, stop_timeout_seconds=_SHUTDOWN_STOP_SECONDS)
        while tasks:
            for task in tasks:
                task.advance(None)
            tasks = [task for task in tasks if not task.ended]
            time.sleep(_STEP_SECONDS)
    folder.agent_record.unlink(missing_ok=True)
    return len(running)


def _say(message: str) -> None:
    """Write a line to the agent's log."""
    print(time.strftime("%Y-%m-%d %H:%M:%S"), message, flush=True)


def main() -> int:
    """Run the agent of the environment that DASH_ENV names, one at a time for each folder."""
    stopping = threading.Event()

    def stop(_number: int, _frame: FrameType | None) -> None:
        stopping.set()

    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)
    try:
        settings = load_settings()
        folder = LocalFolder.of(settings)
        with FileLock(folder.root / "agent.lock", timeout=0):
            Agent(settings).run(stopping)
    except Timeout:
        _say("another agent of this deployment runs")
        return 1
    except (OpsError, SettingsError) as error:
        _say(str(error))
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
