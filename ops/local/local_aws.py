"""The local AWS while something is deployed to it."""

from collections.abc import Iterator
from contextlib import contextmanager

from filelock import Timeout

from ops.deployment import Deployment
from ops.errors import OpsError
from ops.local.emulator import Emulator, Started
from ops.local.folder import LocalFolder


@contextmanager
def local_aws(deployment: Deployment) -> Iterator[None]:
    """Start the emulator where it does not run; save what it holds after the with-statement's work, if that fails too.

    Nobody else brings this deployment up or takes it down meanwhile. Raises OpsError where somebody just does, or the
    emulator does not start.
    """
    folder, emulator = LocalFolder.of(deployment.settings), Emulator(deployment.settings)
    folder.create()
    try:
        with folder.lock().acquire(timeout=0):
            with deployment.progress.step("local AWS") as step:
                started = emulator.start()
                step.outcome = f"{started.value}, on {deployment.settings.endpoint_url}"
            if started is Started.EMPTY:
                deployment.forget_applied()  # what Terraform made is gone, though its states are as they were
            try:
                yield
            except BaseException:
                try:
                    _save(deployment, emulator)
                except OpsError as error:
                    deployment.progress.say(str(error))  # raised, it would hide why the work ended
                raise
            # With the tasks up: they need it when they start, and are not troubled by a moment without it later.
            _save(deployment, emulator)
    except Timeout:
        raise OpsError(
            "another `up`, `deploy` or `down` of this deployment runs: wait for it to end, or interrupt it"
        ) from None


def _save(deployment: Deployment, emulator: Emulator) -> None:
    with deployment.progress.step("save") as step:
        step.outcome = "the state of the local AWS is on disk" if emulator.save() else "nothing to save"
