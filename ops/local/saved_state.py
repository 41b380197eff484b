"""Tells whether what the emulator saved belongs to the Terraform states that there are."""

import hashlib
import json
from contextlib import suppress

from ops.local.folder import LocalFolder


class SavedState:
    """The files that the emulator writes when it ends, and a record of the Terraform states that they belong to.

    The states, S3 objects, are on disk at once, so they can be newer. They are compared by content: times of files lie
    where the clock is set back, and tell nothing of a state that was deleted.
    """

    def __init__(self, folder: LocalFolder) -> None:
        self._folder = folder

    def is_current(self) -> bool:
        """Tell whether everything is saved, as of the Terraform states that there are now."""
        try:
            recorded = json.loads(self._folder.saved_terraform_states.read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return False
        return bool(self.files()) and bool(recorded == self._terraform_states())

    def files(self) -> dict[str, int]:
        """Return the names of the saved files, each with when it was written (ns since the epoch)."""
        return {file.name: file.stat().st_mtime_ns for file in self._folder.emulator_state.glob("*.json")}

    def record(self) -> None:
        """Write down that everything is saved now. Where that cannot be written, it does not count as saved."""
        with suppress(OSError):
            self._folder.saved_terraform_states.write_text(json.dumps(self._terraform_states()), encoding="utf-8")

    def delete(self) -> None:
        """Forget what was saved."""
        for name in self.files():
            (self._folder.emulator_state / name).unlink()

    def _terraform_states(self) -> dict[str, str]:
        # Not in .versions, where MiniStack keeps what each state was before.
        objects = self._folder.emulator_objects
        states = objects.glob("[!.]*/**/*.tfstate")
        return {str(path.relative_to(objects)): hashlib.sha256(path.read_bytes()).hexdigest() for path in states}
