"""One task of the service: started or adopted, watched, drained and stopped."""

import secrets
import signal
import subprocess
import time
from concurrent.futures import Executor

import psutil

from ops.local.addresses import TaskAddress
from ops.local.agent_record import TaskRecord, TaskState
from ops.local.folder import LocalFolder
from ops.local.processes import last_lines, spawn
from ops.local.service import Container
from ops.local.target_group import Target
from ops.local.task_container import container_launch, remove_container, start_obstacle
from ops.local.task_health import Health, HealthCheck, HealthMonitor
from ops.local.task_process import process_launch

_LINES_OF_A_FAILURE = 15


class Task:
    """A running task. Its record is what the agent writes down, and from which the next agent adopts it."""

    def __init__(
        self, record: TaskRecord, executor: Executor, *, child: "subprocess.Popen[bytes] | None" = None
    ) -> None:
        self.record = record
        self.monitor = HealthMonitor(record.host, record.port, executor, record.health)
        self._child = child
        self._deadline = 0.0

    @classmethod
    def start(
        cls, container: Container, address: TaskAddress, folder: LocalFolder, emulator_port: int, executor: Executor
    ) -> "Task":
        """Start a task. Raises LookupError or OSError where it cannot be."""
        task_id = secrets.token_hex(4)
        if container.sources is None:
            launch = container_launch(container, address, folder, task_id, emulator_port)
        else:
            launch = process_launch(container, address, folder)
        log = folder.task_logs / f"{task_id}.log"
        try:
            child, process = spawn(launch.command, environment=launch.environment, folder=launch.folder, log=log)
        except psutil.NoSuchProcess:
            raise OSError(f"{launch.command[0]} ended at once") from None
        record = TaskRecord(
            id=task_id,
            task_definition=container.task_definition,
            process=process,
            docker_name=launch.docker_name,
            host=address.host,
            port=address.port,
            target_id=address.target_id,
            stop_timeout_seconds=container.stop_timeout_seconds,
            started=time.time(),
        )
        return cls(record, executor, child=child)

    @property
    def task_definition(self) -> str:
        return self.record.task_definition

    @property
    def running(self) -> bool:
        return self.record.state is TaskState.RUNNING

    @property
    def ended(self) -> bool:
        return self.record.state is TaskState.STOPPED

    @property
    def unhealthy(self) -> bool:
        return self.running and self.record.health is Health.UNHEALTHY

    @property
    def healthy(self) -> bool:
        return self.running and self.record.health is Health.HEALTHY

    @property
    def age_seconds(self) -> float:
        return time.time() - self.record.started

    @property
    def target(self) -> Target:
        return Target(self.record.target_id, self.record.port)

    def advance(self, check: HealthCheck | None) -> None:
        """Notice what has become of the task, and take the next step of stopping it when that is due."""
        if not self.record.process.is_running():
            self._clean_up()
        elif self.record.state is TaskState.DEACTIVATING and time.monotonic() >= self._deadline:
            self.record.state = TaskState.STOPPING
            self._deadline = time.monotonic() + self.record.stop_timeout_seconds
            self.record.process.send(signal.SIGTERM)
        elif self.record.state is TaskState.STOPPING and time.monotonic() >= self._deadline:
            self.record.process.kill_group()
        elif self.running and check is not None:
            self.monitor.advance(check)
            self.record.health = self.monitor.health

    def drain(self, seconds: float, *, stop_timeout_seconds: float | None = None) -> None:
        """Take the task out of service; after `seconds` it gets SIGTERM, and SIGKILL after its stop time-out."""
        if self.running:
            self.record.state = TaskState.DEACTIVATING
            self._deadline = time.monotonic() + seconds
        if stop_timeout_seconds is not None:
            self.record.stop_timeout_seconds = int(min(self.record.stop_timeout_seconds, stop_timeout_seconds))

    def ending(self, folder: LocalFolder) -> tuple[str, list[str]]:
        """Return how the task ended, and the last lines that it wrote."""
        code = self._child.returncode if self._child else None
        log = folder.task_logs / f"{self.record.id}.log"
        obstacle = start_obstacle(code, log) if code and self.record.docker_name else ""
        if obstacle:
            reason = f"cannot be started: {obstacle}"
        elif code is None:
            reason = "ended"
        elif code < 0:
            reason = f"was killed by {_signal_name(-code)}"
        else:
            reason = f"ended with exit code {code}"
        return reason, last_lines(log, _LINES_OF_A_FAILURE)

    def _clean_up(self) -> None:
        # Before the child is reaped: until then nobody else can get its process id.
        self.record.process.kill_group()
        if self._child:
            self._child.wait()
        if self.record.docker_name:
            remove_container(self.record.docker_name)
        self.record.state = TaskState.STOPPED


def _signal_name(number: int) -> str:
    try:
        return signal.Signals(number).name
    except ValueError:
        return f"signal {number}"
