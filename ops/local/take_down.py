"""Stops the local deployment: what `up` started, and nothing else."""

import shutil

from filelock import Timeout

from ops.deployment import Deployment
from ops.errors import OpsError
from ops.local.agent_control import AgentControl
from ops.local.emulator import Emulator
from ops.local.folder import LocalFolder
from ops.local.task_container import remove_containers


def take_down(deployment: Deployment, *, volumes: bool) -> None:
    """Stop the tasks, the agent and the emulator; with `volumes` forget all data, state and logs too.

    Raises OpsError where an `up` runs, or the folder to delete is not ours.
    """
    folder = LocalFolder.of(deployment.settings)
    if not folder.exists():
        if volumes:
            folder.delete()
        deployment.progress.say("nothing runs: there is no local deployment")
        return
    try:
        with folder.lock().acquire(timeout=0):
            _take_down(deployment, folder, volumes=volumes)
    except Timeout:
        raise OpsError("an `up` or `down` of this deployment runs: wait for it to end, or interrupt it") from None


def _take_down(deployment: Deployment, folder: LocalFolder, *, volumes: bool) -> None:
    settings, progress = deployment.settings, deployment.progress
    with progress.step("tasks") as step:
        step.outcome = "stopped" if AgentControl(settings).stop() else "none were running"
        remove_containers(folder)
    with progress.step("local AWS") as step:
        step.outcome = "stopped" if Emulator(settings).stop() else "was not running"
    if volumes:
        with progress.step("data and state") as step:
            folder.delete()
            # What Terraform remembers of a state bucket that is gone.
            for stack in (deployment.output_folder / "stacks").glob(settings.stack_id("*")):
                shutil.rmtree(stack, ignore_errors=True)
            step.outcome = "deleted"
