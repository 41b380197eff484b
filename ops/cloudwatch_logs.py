"""The tasks' logs in CloudWatch."""

import time
from collections.abc import Iterator
from typing import TYPE_CHECKING

from ops.aws import Aws
from ops.errors import OpsError

if TYPE_CHECKING:
    from types_boto3_logs.type_defs import FilteredLogEventTypeDef

_PAUSE_SECONDS = 2.0
_STREAMS = 10
# How far the clocks of two tasks may be apart, so that an event comes in after a later one.
_OVERLAP_MS = 10_000


def read_logs(aws: Aws, task: str | None, tail: int) -> Iterator[str]:
    """Yield the last `tail` lines of the newest tasks together, by time, each with its task's id.

    `task` is the beginning of a task's id, None for all. Raises OpsError when there is no such log.
    """
    group = aws.settings.log_group_name
    lines: list[tuple[int, str]] = []
    for stream in _streams(aws, task):
        with aws.errors():
            events = aws.logs.get_log_events(logGroupName=group, logStreamName=stream, limit=min(tail, 10_000))[
                "events"
            ]
        lines += [(event["timestamp"], _line(stream, event["message"])) for event in events]
    lines.sort(key=lambda item: item[0])
    yield from (line for _, line in lines[-tail:])


def follow_logs(aws: Aws, task: str | None, tail: int) -> Iterator[str]:
    """Yield what `read_logs` yields, and then, without an end, what comes in."""
    since = int(time.time() * 1000)
    yield from read_logs(aws, task, tail)
    seen: set[str] = set()
    while True:
        events = _events_since(aws, since)
        for event in events:
            if event["eventId"] not in seen and _is_of(event["logStreamName"], task):
                yield _line(event["logStreamName"], event["message"])
        seen = {event["eventId"] for event in events}
        newest = max((event["timestamp"] for event in events), default=since)
        since = max(since, newest - _OVERLAP_MS)
        time.sleep(_PAUSE_SECONDS)


def _events_since(aws: Aws, since: int) -> list["FilteredLogEventTypeDef"]:
    with aws.errors():
        pages = aws.logs.get_paginator("filter_log_events").paginate(
            logGroupName=aws.settings.log_group_name, startTime=since
        )
        return [event for page in pages for event in page["events"]]


def _streams(aws: Aws, task: str | None) -> list[str]:
    group = aws.settings.log_group_name
    with aws.errors():
        try:
            found = aws.logs.describe_log_streams(logGroupName=group, orderBy="LastEventTime", descending=True)
        except aws.logs.exceptions.ResourceNotFoundException:
            raise OpsError(f"there is no log group {group} yet: ./dashctl deploy makes it") from None
    streams = [stream["logStreamName"] for stream in found["logStreams"]]
    chosen = [stream for stream in streams if _is_of(stream, task)][:_STREAMS]
    if not chosen:
        known = ", ".join(_task_of(stream) for stream in streams[:_STREAMS])
        raise OpsError(
            f"log group {group} has nothing" + (f" of a task '{task}'; there are: {known}" if task else " yet")
        )
    return chosen


def _is_of(stream: str, task: str | None) -> bool:
    return _task_of(stream).startswith(task or "")


def _task_of(stream: str) -> str:
    """Return the task's id, the last part of `prefix/container/task`."""
    return stream.rpartition("/")[2]


def _line(stream: str, message: str) -> str:
    return f"{_task_of(stream)[:8]} | {message.rstrip()}"
