"""The folder where a local deployment keeps everything: `local.folder` of the settings."""

import shutil
from dataclasses import dataclass
from pathlib import Path

from filelock import FileLock

from config import Settings
from config.sections.project import Local
from ops.errors import OpsError

CHECKOUT = Path(__file__).resolve().parents[2]

# Tells that the folder is ours, so that `down --volumes` never deletes anything else.
_MARKER = ".dashctl-local"


def local_settings(settings: Settings) -> Local:
    """Return the `[local]` table. Raises OpsError for an environment that has none."""
    if settings.local is None:
        raise OpsError(
            f"environment '{settings.environment}' is on AWS, not on this machine: "
            "use `deploy` and `destroy`, or leave DASH_ENV unset for the local one"
        )
    return settings.local


@dataclass(frozen=True)
class LocalFolder:
    """Where each thing of a local deployment lies, below `root`."""

    root: Path

    @classmethod
    def of(cls, settings: Settings) -> "LocalFolder":
        """Return the folder of a local environment; a relative one is below the checkout.

        Raises OpsError for an environment that is not local.
        """
        return cls((CHECKOUT / Path(local_settings(settings).folder).expanduser()).resolve())

    @property
    def emulator_record(self) -> Path:
        return self.root / "emulator.json"

    @property
    def emulator_state(self) -> Path:
        return self.root / "emulator" / "state"

    @property
    def emulator_objects(self) -> Path:
        return self.root / "emulator" / "s3"

    @property
    def saved_terraform_states(self) -> Path:
        return self.root / "emulator" / "saved-terraform-states.json"

    @property
    def temporary(self) -> Path:
        return self.root / "tmp"

    @property
    def agent_record(self) -> Path:
        return self.root / "agent.json"

    @property
    def images(self) -> Path:
        return self.root / "images"

    @property
    def emulator_log(self) -> Path:
        return self.root / "logs" / "emulator.log"

    @property
    def agent_log(self) -> Path:
        return self.root / "logs" / "agent.log"

    @property
    def task_logs(self) -> Path:
        return self.root / "logs" / "tasks"

    def create(self) -> None:
        """Make the folder where it is missing. Raises OpsError where it holds something that is not ours."""
        try:
            if self.root.is_dir() and any(self.root.iterdir()) and not self._is_ours():
                raise OpsError(f"{self.root} holds other files; empty it, or name another folder in local.folder")
            for folder in (
                self.root,
                self.emulator_state,
                self.emulator_objects,
                self.images,
                self.temporary,
                self.task_logs,
            ):
                folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            (self.root / _MARKER).touch()
        except OSError as error:
            raise OpsError(f"cannot write {self.root} (local.folder): {error.strerror or error}") from None

    def exists(self) -> bool:
        """Tell whether there is a local deployment's folder."""
        return self._is_ours()

    def delete(self) -> None:
        """Delete the folder with all data. Raises OpsError where it was not made by `create`."""
        if not self.root.exists():
            return
        if not self._is_ours():
            raise OpsError(f"{self.root} was not made by `up` ({_MARKER} is missing), so it is not deleted")
        try:
            shutil.rmtree(self.root)
        except OSError as error:
            raise OpsError(f"cannot delete {self.root}: {error.strerror or error}") from None

    def lock(self) -> FileLock:
        """Return the lock that `up` and `down` hold, so that two of them do not run at once. Call `create` before."""
        return FileLock(self.root / "lock")

    def _is_ours(self) -> bool:
        return (self.root / _MARKER).is_file()
