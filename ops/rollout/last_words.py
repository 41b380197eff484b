"""The last lines that a task wrote."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from ops.errors import OpsError

if TYPE_CHECKING:
    from ops.aws import Aws
    from ops.rollout.observed import Task

_LINES = 15
# CloudWatch shows a line some seconds after it was written:
# https://docs.aws.amazon.com/AmazonECS/latest/developerguide/using_awslogs.html
_ATTEMPTS = 4
_PAUSE_SECONDS = 2.0


def last_words(aws: Aws, task: Task) -> list[str]:
    """Return the last lines of a task's log; none of a task that never began, or where they cannot be read."""
    if aws.settings.local:
        from ops.local.folder import LocalFolder
        from ops.local.processes import last_lines

        return last_lines(LocalFolder.of(aws.settings).task_logs / f"{task.id}.log", _LINES)
    if all(container.exit_code is None for container in task.containers) and task.stop_code == "TaskFailedToStart":
        return []
    for attempt in range(_ATTEMPTS):
        if attempt:
            time.sleep(_PAUSE_SECONDS)
        try:
            if lines := _stream(aws, task.id):
                return lines
        except OpsError:
            return []  # the log only adds to what went wrong
    return []


def _stream(aws: Aws, task_id: str) -> list[str]:
    """Return the end of the log stream, which the driver names `prefix/container/task`; none where it is not there."""
    settings = aws.settings
    with aws.errors():
        try:
            found = aws.logs.get_log_events(
                logGroupName=settings.log_group_name,
                logStreamName=f"{settings.task.log_stream_prefix}/{settings.task.container}/{task_id}",
                limit=_LINES,
            )
        except aws.logs.exceptions.ResourceNotFoundException:
            return []
    return [event["message"].rstrip() for event in found["events"]]
