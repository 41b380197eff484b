"""A command in a running task: by ECS Exec at AWS, in the task's container or beside its process on this machine."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from collections.abc import Sequence
from typing import TYPE_CHECKING

from ops.aws import Aws
from ops.errors import OpsError

if TYPE_CHECKING:
    from types_boto3_ecs.type_defs import TaskTypeDef

    from ops.local.agent_record import TaskRecord

_PLUGIN = "session-manager-plugin"
# The oldest that AWS supports. It takes the session's token from a variable, where the list of processes does not show
# it: https://docs.aws.amazon.com/systems-manager/latest/userguide/plugin-version-history.html
_PLUGIN_VERSION = (1, 2, 764, 0)
_TOKEN_VARIABLE = "AWS_SSM_START_SESSION_RESPONSE"  # noqa: S105 - the name of a variable
_PLUGIN_HELP = (
    "https://docs.aws.amazon.com/systems-manager/latest/userguide/session-manager-working-with-install-plugin.html"
)


def run_at_aws(aws: Aws, task: str | None, command: Sequence[str]) -> int:
    """Run a command in a task at AWS, with this terminal; return its exit code, as far as the session tells it.

    `task` is the beginning of a task's id, None for any. Raises OpsError where the environment does not allow it.
    """
    import shlex

    settings = aws.settings
    if not settings.exec.enabled:
        raise OpsError(
            f"environment '{settings.environment}' does not allow commands in its tasks: set exec.enabled = true, "
            "task.read_only_root = false and encryption.customer_key = true, and deploy that; docs/runbook.md says more"
        )
    _require_plugin()
    chosen = _task_at_aws(aws, task)
    with aws.errors():
        try:
            started = aws.ecs.execute_command(
                cluster=settings.cluster_name,
                task=chosen["taskArn"],
                container=settings.task.container,
                command=shlex.join(command),
                interactive=True,
            )
        except aws.ecs.exceptions.TargetNotConnectedException:
            raise OpsError(
                "the task does not answer ECS Exec: it may still be starting, or was started before exec.enabled was "
                "deployed; look at it with ./dashctl status"
            ) from None
    session = started["session"]
    target = f"ecs:{settings.cluster_name}_{_id(chosen)}_{_runtime_id(aws, chosen)}"
    token = {"SessionId": session["sessionId"], "StreamUrl": session["streamUrl"], "TokenValue": session["tokenValue"]}
    # As the AWS CLI calls it: https://github.com/aws/aws-cli/blob/develop/awscli/customizations/ecs/executecommand.py
    profile, request = os.environ.get("AWS_PROFILE", ""), json.dumps({"Target": target})
    return subprocess.run(
        [_PLUGIN, _TOKEN_VARIABLE, settings.aws.region, "StartSession", profile, request, aws.ecs.meta.endpoint_url],
        env={**os.environ, _TOKEN_VARIABLE: json.dumps(token)},
        check=False,
    ).returncode


def run_locally(record: TaskRecord, command: Sequence[str]) -> int:
    """Run a command with this terminal in a task of this machine, and return its exit code.

    A container is entered. A process has no inside: the command runs beside it, with its variables, in its folder.
    """
    import sys

    import psutil

    if record.docker_name:
        terminal = ["--interactive", *(["--tty"] if sys.stdin.isatty() else [])]
        return _run(["docker", "exec", *terminal, record.docker_name, *command], dict(os.environ), None)
    try:
        process = psutil.Process(record.process.pid)
        environment, folder = process.environ(), process.cwd()
    except psutil.Error as error:
        raise OpsError(f"task {record.id} has just ended ({error}): run this again") from None
    return _run(list(command), environment, folder)


def _run(command: list[str], environment: dict[str, str], folder: str | None) -> int:
    program = shutil.which(command[0], path=environment.get("PATH"))
    if program is None:
        raise OpsError(f"there is no command {command[0]} in the task")
    return subprocess.run([program, *command[1:]], env=environment, cwd=folder, check=False).returncode


def _require_plugin() -> None:
    plugin = shutil.which(_PLUGIN)
    if plugin is None:
        raise OpsError(f"ECS Exec needs AWS's {_PLUGIN} on this machine: install it ({_PLUGIN_HELP})")
    told = subprocess.run([plugin, "--version"], capture_output=True, text=True, check=False).stdout.strip()
    try:
        version = tuple(int(part) for part in told.split("."))
    except ValueError:
        version = ()
    if version < _PLUGIN_VERSION:
        wanted = ".".join(map(str, _PLUGIN_VERSION))
        raise OpsError(
            f"{plugin} is of version {told or 'unknown'}, and {wanted} is needed: update it ({_PLUGIN_HELP})"
        )


def _task_at_aws(aws: Aws, task: str | None) -> TaskTypeDef:
    settings = aws.settings
    with aws.errors():
        try:
            arns = aws.ecs.list_tasks(cluster=settings.cluster_name, serviceName=settings.service_name)["taskArns"]
        except (aws.ecs.exceptions.ClusterNotFoundException, aws.ecs.exceptions.ServiceNotFoundException):
            raise OpsError("the service is not deployed: ./dashctl deploy") from None
        found = aws.ecs.describe_tasks(cluster=settings.cluster_name, tasks=arns)["tasks"] if arns else []
    running = {_id(one): one for one in found if one.get("lastStatus") == "RUNNING"}
    return running[choose_task(list(running), task)]


def choose_task(ids: Sequence[str], task: str | None) -> str:
    """Return the id that begins with `task`, the first where that is None. Raises OpsError where not one does."""
    chosen = [found for found in ids if found.startswith(task or "")]
    if not ids:
        raise OpsError("no task runs: ./dashctl status says why")
    if not chosen or (task and len(chosen) > 1):
        which = "no task's id begins" if not chosen else "the ids of several tasks begin"
        raise OpsError(f"{which} with '{task}': there are {', '.join(ids)}")
    return chosen[0]


def _runtime_id(aws: Aws, task: TaskTypeDef) -> str:
    name = aws.settings.task.container
    return next(
        (container["runtimeId"] for container in task.get("containers", []) if container.get("name") == name), ""
    )


def _id(task: TaskTypeDef) -> str:
    return task["taskArn"].rpartition("/")[2]
