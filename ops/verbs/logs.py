"""`./dashctl logs`."""

from typing import Annotated

import typer


def logs(
    task: Annotated[
        str | None, typer.Argument(metavar="[TASK]", help="A task's id, or its beginning; all tasks without it.")
    ] = None,
    follow: Annotated[bool, typer.Option("--follow", "-f", help="Go on with what comes in, until Ctrl-C.")] = False,
    tail: Annotated[int, typer.Option(min=1, help="So many of the last lines.")] = 100,
) -> None:
    """Print what the dashboard's tasks write: from files on this machine, from CloudWatch at AWS."""
    from ops import cloudwatch_logs
    from ops.local import task_logs
    from ops.local.folder import LocalFolder
    from ops.session import deployment

    with deployment() as here:
        aws, settings = here.aws, here.settings
    if settings.local:
        folder = LocalFolder.of(settings)
        lines = task_logs.follow_logs(folder, task, tail) if follow else task_logs.read_logs(folder, task, tail)
    else:
        read = cloudwatch_logs.follow_logs if follow else cloudwatch_logs.read_logs
        lines = read(aws, task, tail)
    try:
        for line in lines:
            print(line, flush=follow)
    except KeyboardInterrupt:
        if not follow:
            raise
