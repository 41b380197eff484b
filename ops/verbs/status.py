"""`./dashctl status`."""

from typing import TYPE_CHECKING

import typer

if TYPE_CHECKING:
    from rich.table import Table

    from ops.status import Status


def status() -> None:
    """Say what is deployed, which tasks run, and whether all is well; exit with 1 where it is not."""
    from ops.session import deployment
    from ops.status import read_status

    with deployment() as here:
        found = read_status(here)
    say = here.progress.say
    settings = here.settings
    say(f"environment  {settings.environment}, at {settings.endpoint_url or settings.aws.region}")
    if found.stacks:
        say(f"stacks       {', '.join(f'{name} ({count})' for name, count in found.stacks.items())}")
        say(f"version      {found.version or 'none'}")
        say(f"tasks        {found.healthy_count} of {found.desired_count} healthy")
    if found.tasks:
        here.progress.console.print(_task_table(found))
    if found.data:
        key = f"s3://{settings.data_bucket_name}/{settings.bucket.object_key}"
        say(f"data         {key}, {found.data.size / 1024:.0f} KiB, {_duration(found.data.age)} old")
    if found.url:
        say(f"dashboard    {found.url}")
    for problem in found.problems:
        say(f"problem      {problem}")
    if found.problems:
        raise typer.Exit(1)


def _task_table(found: "Status") -> "Table":
    from rich import box
    from rich.table import Table

    local = any(task.pid for task in found.tasks)
    table = Table("task", "address", "state", "health", "up for", *(["pid"] if local else []), box=box.SIMPLE)
    for task in found.tasks:
        up_for = "" if task.age is None else _duration(task.age)
        table.add_row(task.id, task.address, task.state, task.health, up_for, *([str(task.pid)] if local else []))
    return table


def _duration(seconds: float) -> str:
    """Return a length of time in its largest unit, rounded down."""
    for unit, length in (("d", 86400), ("h", 3600), ("min", 60)):
        if seconds >= length:
            return f"{int(seconds // length)} {unit}"
    return f"{int(seconds)} s"
