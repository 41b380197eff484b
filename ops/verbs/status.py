"""`./dashctl status`."""

from typing import TYPE_CHECKING

import typer

if TYPE_CHECKING:
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
        say(f"version      {found.version or 'none'} deployed; {_running(found)}")
        say(f"tasks        {found.healthy_count} of {found.desired_count} healthy")
    if found.tasks:
        say(_task_table(found))
    if found.data:
        key = f"s3://{settings.data_bucket_name}/{settings.bucket.object_key}"
        version = f", version {found.data.version}" if found.data.version else ""
        say(f"data         {key}{version}, {found.data.size / 1024:.0f} KiB, {_duration(found.data.age)} old")
    if found.alarms:
        say(f"alarms       {_alarms(found)}")
    if found.url:
        say(f"dashboard    {found.url}")
    for problem in found.problems:
        say(f"problem      {problem}")
    if found.problems:
        raise typer.Exit(1)


def _running(found: "Status") -> str:
    running = [f"{version} ({count})" for version, count in found.running_versions.items()]
    return f"running {', '.join(running)}" if running else "none running"


def _alarms(found: "Status") -> str:
    """Return how many alarms there are in each of CloudWatch's states, the worst first."""
    words = {"ALARM": "raised", "INSUFFICIENT_DATA": "without data yet", "OK": "quiet"}
    counts = {word: list(found.alarms.values()).count(state) for state, word in words.items()}
    return ", ".join(f"{count} {word}" for word, count in counts.items() if count)


def _task_table(found: "Status") -> str:
    from ops.table import in_columns

    local = any(task.pid for task in found.tasks)
    rows = [["  task", "version", "address", "state", "health", "up for", *(["pid"] if local else [])]]
    for task in found.tasks:
        up_for = "" if task.age is None else _duration(task.age)
        pid = [str(task.pid)] if local else []
        rows.append([f"  {task.id}", task.version or "unknown", task.address, task.state, task.health, up_for, *pid])
    return in_columns(rows)


def _duration(seconds: float) -> str:
    """Return a length of time in its largest unit, rounded down."""
    for unit, length in (("d", 86400), ("h", 3600), ("min", 60)):
        if seconds >= length:
            return f"{int(seconds // length)} {unit}"
    return f"{int(seconds)} s"
