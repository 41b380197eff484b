"""Starts, saves and stops the AWS emulator (MiniStack) of a local deployment."""

import http.client
import os
import subprocess
import time
from enum import StrEnum
from pathlib import Path

import psutil
from pydantic import BaseModel, ValidationError

from config import Settings
from ops.errors import OpsError
from ops.local.addresses import bindable_port
from ops.local.folder import LocalFolder, local_settings
from ops.local.processes import ProcessRecord, last_lines, spawn
from ops.local.saved_state import SavedState

LOOPBACK = "127.0.0.1"
EXECUTABLE_VARIABLE = "DASHCTL_EMULATOR"

_START_SECONDS = 60
_STOP_SECONDS = 30
_PORT_SECONDS = 3


class EmulatorRecord(BaseModel):
    """The emulator that was started last."""

    process: ProcessRecord
    port: int


class Started(StrEnum):
    """What the emulator holds once it has been started."""

    RUNNING = "was running"
    RESTORED = "started, with what it held"
    EMPTY = "started, with no resources yet"


class Emulator:
    """MiniStack in the background, on one port of loopback, with everything it keeps under `local.folder`.

    It writes S3 objects to disk at once and all other state when it ends (https://pypi.org/project/ministack/,
    S3_PERSIST and PERSIST_STATE); it has no call that saves, so `save` restarts it.

    After a power cut the Terraform states, S3 objects, can be others than those that the saved state of everything else
    belongs to. It is then not used: the emulator starts with the S3 objects only, and Terraform makes everything anew.
    Beside an older state Terraform would find names taken by things that it does not know. What is changed without
    Terraform and lies in no bucket, an image that was pushed and not deployed, is saved when the emulator ends next.
    """

    def __init__(self, settings: Settings) -> None:
        self.folder = LocalFolder.of(settings)
        self.port = local_settings(settings).port
        self._saved = SavedState(self.folder)
        self._region = settings.aws.region

    def running(self) -> EmulatorRecord | None:
        """Return the emulator that this deployment started and that still runs, or None."""
        try:
            record = EmulatorRecord.model_validate_json(self.folder.emulator_record.read_text(encoding="utf-8"))
        except (OSError, ValidationError):
            return None
        return record if record.process.is_running() else None

    def answers(self) -> bool:
        """Tell whether an emulator answers at the port."""
        # Not urllib: that would ask a proxy of the environment for 127.0.0.1.
        connection = http.client.HTTPConnection(LOOPBACK, self.port, timeout=5)
        try:
            connection.request("GET", "/_ministack/health")
            return connection.getresponse().status == http.client.OK
        except (OSError, http.client.HTTPException):
            return False
        finally:
            connection.close()

    def start(self) -> Started:
        """Start the emulator and wait until it answers; return what it holds.

        Raises OpsError when it is not installed, the port is in use by something else, or it does not start.
        """
        if running := self.running():
            if running.port == self.port and self.answers():
                return Started.RUNNING
            self.stop()  # on another port, by other settings, or hung
        executable = self._executable()
        self._require_free_port()
        restored = self._saved.is_current()
        if not restored:
            self._saved.delete()
        child = self._spawn(executable)
        deadline = time.monotonic() + _START_SECONDS
        while not self.answers():
            if child.poll() is not None or time.monotonic() > deadline:
                self.stop()
                raise OpsError(self._start_failure())
            time.sleep(0.1)
        return Started.RESTORED if restored else Started.EMPTY

    def stop(self) -> bool:
        """Let the emulator save its state and end; return False where none ran."""
        running = self.running()
        if running is not None:
            before = self._saved.files()
            # It ends in order where its disk is full too, and has written nothing then.
            if running.process.stop(_STOP_SECONDS) and self._saved.files() != before:
                self._saved.record()
        self.folder.emulator_record.unlink(missing_ok=True)
        return running is not None

    def save(self) -> bool:
        """Have what Terraform changed written to disk, by a restart of about half a second.

        Return False where it changed nothing since the last time, or no emulator runs. Raises OpsError where nothing
        was written; the emulator stays stopped then, so that the next start tells that it holds nothing.
        """
        if self._saved.is_current() or not self.running():
            return False
        self.stop()
        if not self._saved.is_current():
            raise OpsError(
                f"the AWS emulator ended without saving what it held: is there room in {self.folder.root}? "
                f"{self.folder.emulator_log} may tell why; ./dashctl up makes everything anew"
            )
        self.start()
        return True

    def _executable(self) -> str:
        executable = os.environ.get(EXECUTABLE_VARIABLE, "")
        if not executable or not Path(executable).is_file():
            raise OpsError(
                f"the AWS emulator is not installed ({EXECUTABLE_VARIABLE}={executable!r}): use ./dashctl up"
            )
        return executable

    def _spawn(self, executable: str) -> subprocess.Popen[bytes]:
        """Start the process, and write down which it is."""
        path = self.folder.emulator_record
        try:
            child, process = spawn(
                [executable], environment=self._environment(), folder=self.folder.root, log=self.folder.emulator_log
            )
        except (OSError, psutil.NoSuchProcess) as error:
            raise OpsError(f"the AWS emulator {executable} does not start: {error}") from None
        try:
            record = EmulatorRecord(process=process, port=self.port)
            path.write_text(record.model_dump_json(), encoding="utf-8")
        except OSError as error:
            process.stop(_STOP_SECONDS)  # nobody would find it again
            raise OpsError(f"{path} cannot be written: {error.strerror}") from None
        return child

    def _environment(self) -> dict[str, str]:
        """Return all that the emulator is told: nothing of the caller's environment reaches it but PATH."""
        folder = self.folder
        return {
            "PATH": os.environ.get("PATH", os.defpath),
            "HOME": str(folder.root),
            "TMPDIR": str(folder.temporary),
            "GATEWAY_PORT": str(self.port),
            # It would listen on every address of the machine.
            "BIND_HOST": LOOPBACK,
            "IOT_MTLS_ENABLED": "0",
            "SFTP_ENABLED": "0",
            "MINISTACK_REGION": self._region,
            "PERSIST_STATE": "1",
            "STATE_DIR": str(folder.emulator_state),
            "S3_PERSIST": "1",
            "S3_DATA_DIR": str(folder.emulator_objects),
            # The agent runs the tasks (agent.py); the emulator shall not run them too.
            "DOCKER_HOST": f"unix://{folder.root}/no-docker-engine",
        }

    def _require_free_port(self) -> None:
        deadline = time.monotonic() + _PORT_SECONDS
        while True:
            try:
                bindable_port(LOOPBACK, self.port)
                return
            except OSError:
                user = _user_of(self.port)
            # An emulator that was just killed is no process any more while its threads still close its socket.
            if user or time.monotonic() > deadline:
                raise OpsError(
                    f"port {self.port} on {LOOPBACK} is in use{user}: stop that, or choose another port "
                    "with local.port in config/local.toml or DASH__LOCAL__PORT=<port>"
                )
            time.sleep(0.1)

    def _start_failure(self) -> str:
        lines = " | ".join(last_lines(self.folder.emulator_log, 3))
        return f"the AWS emulator did not start on port {self.port}; see {self.folder.emulator_log}: {lines}"


def _user_of(port: int) -> str:
    """Return " by NAME (pid N)" for what listens on the port, "" where the system does not tell."""
    try:
        for connection in psutil.net_connections(kind="tcp"):
            if connection.status == psutil.CONN_LISTEN and connection.laddr[1:] == (port,) and connection.pid:
                return f" by {psutil.Process(connection.pid).name()} (pid {connection.pid})"
    except (psutil.AccessDenied, psutil.NoSuchProcess):
        pass
    return ""
