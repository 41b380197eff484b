"""`./dashctl exec`."""

from typing import Annotated

import typer


def exec_in_task(
    command: Annotated[
        list[str] | None, typer.Argument(metavar="[-- COMMAND …]", help="What to run; a shell without it.")
    ] = None,
    task: Annotated[
        str | None, typer.Option("--task", "-t", help="A task's id, or its beginning; any task without it.")
    ] = None,
) -> None:
    """Run a command, or a shell, in a running task; exits with the command's code."""
    from ops.local.agent_control import AgentControl
    from ops.session import deployment
    from ops.shell import choose_task, run_at_aws, run_locally

    command = command or ["sh"]
    with deployment() as here:
        aws, settings = here.aws, here.settings
    if not settings.local:
        aws.require_account()
        raise typer.Exit(run_at_aws(aws, task, command))
    record = AgentControl(settings).record()
    ready = {found.id: found for found in record.ready_tasks} if record else {}
    raise typer.Exit(run_locally(ready[choose_task(list(ready), task)], command))
