"""Starts and stops the agent."""

import os
import sys
import time

import psutil

from config import Settings
from ops.errors import OpsError
from ops.local.agent_record import AgentRecord
from ops.local.folder import CHECKOUT, LocalFolder, local_settings
from ops.local.processes import last_lines, spawn

_START_SECONDS = 30
# Longer than the agent gives its tasks to end.
_STOP_SECONDS = 30


class AgentControl:
    """The agent of one local deployment, seen from outside."""

    def __init__(self, settings: Settings) -> None:
        self.folder = LocalFolder.of(settings)
        self.port = local_settings(settings).port
        self._endpoint = settings.endpoint_url

    def record(self) -> AgentRecord | None:
        """Return what the running agent wrote down last, None where none runs."""
        record = AgentRecord.read(self.folder.agent_record)
        return record if record and record.process.is_running() else None

    def start(self) -> bool:
        """Start the agent and wait until it works; return False where it runs already.

        Raises OpsError when it does not start.
        """
        if running := self.record():
            if running.endpoint == self._endpoint:
                return False
            self.stop()  # the settings name another emulator now
        try:
            child, process = spawn(
                [sys.executable, "-m", "ops.local.agent"],
                environment=os.environ,
                folder=CHECKOUT,
                log=self.folder.agent_log,
            )
        except (OSError, psutil.NoSuchProcess) as error:
            raise OpsError(f"the agent that runs the tasks does not start: {error}") from None
        deadline = time.monotonic() + _START_SECONDS
        while (record := self.record()) is None or record.process != process:
            if child.poll() is not None or time.monotonic() > deadline:
                process.stop(_STOP_SECONDS)
                lines = " | ".join(last_lines(self.folder.agent_log, 3))
                raise OpsError(f"the agent that runs the tasks did not start; see {self.folder.agent_log}: {lines}")
            time.sleep(0.1)
        return True

    def stop(self) -> bool:
        """Stop the agent and all tasks, those too that an agent which was killed left; return False where none ran."""
        from ops.local.agent import stop_orphans

        running = self.record()
        if running is not None:
            running.process.stop(_STOP_SECONDS)
        orphans = stop_orphans(self.folder)
        return running is not None or orphans > 0
