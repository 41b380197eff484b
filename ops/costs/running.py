"""How many tasks of a service run, and when."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from itertools import pairwise

from ops.costs.lines import HOURS_A_MONTH, WEEKS_A_YEAR, Basis, Resource

_DAYS = ("MON", "TUE", "WED", "THU", "FRI", "SAT", "SUN")
_DAY, _WEEK = 24 * 60, 7 * 24 * 60  # minutes
# As stacks write it: https://docs.aws.amazon.com/autoscaling/application/userguide/scheduled-scaling-using-cron-expressions.html
_WEEKLY = re.compile(r"cron\((\d+) (\d+) \? \* ([A-Z,-]+) \*\)")


@dataclass(frozen=True)
class Running:
    """The hours of a month by the number of tasks that run in them, at the least."""

    hours_by_tasks: dict[int, Decimal]

    @property
    def task_hours(self) -> Decimal:
        return sum((tasks * hours for tasks, hours in self.hours_by_tasks.items()), Decimal(0))

    @property
    def hours(self) -> Decimal:
        """The hours in which any task runs."""
        return sum((hours for tasks, hours in self.hours_by_tasks.items() if tasks), Decimal(0))

    def __str__(self) -> str:
        parts = (
            f"{'1 task' if tasks == 1 else f'{tasks} tasks'} for {hours.normalize():f} h"
            for tasks, hours in sorted(self.hours_by_tasks.items(), reverse=True)
            if tasks
        )
        return ", ".join(parts) or "no task"


def running(basis: Basis) -> Running:
    """Return how many tasks run at the least: by the stack's schedule, scaling or service, else by the settings."""
    # A schedule comes first: the minimum of the target is only what it made it last.
    if actions := list(basis.of_type("aws_appautoscaling_scheduled_action")):
        changes = [change for action in actions for change in _changes_of_action(action)]
        return _weekly(changes) if changes else _of_settings(basis)
    for type_, attribute in (("aws_appautoscaling_target", "min_capacity"), ("aws_ecs_service", "desired_count")):
        for resource in basis.of_type(type_):
            if (tasks := resource.values.get(attribute)) is not None:
                return _always(tasks)
    return _of_settings(basis)


def _of_settings(basis: Basis) -> Running:
    scaling = basis.settings.scaling
    if not scaling.enabled:
        return _always(basis.settings.service.desired_count)
    if scaling.off_hours_tasks is None:
        return _always(scaling.minimum)
    days = list(_days(scaling.work_days))
    begins = [(day + _minutes(scaling.work_begins), scaling.minimum) for day in days]
    return _weekly(begins + [(day + _minutes(scaling.work_ends), scaling.off_hours_tasks) for day in days])


def _always(tasks: int) -> Running:
    return Running({tasks: Decimal(HOURS_A_MONTH)})


def _weekly(changes: list[tuple[int, int]]) -> Running:
    """Return what changes make of a month: each a minute of the week, and the tasks that run from then on."""
    ordered = sorted(changes)
    minutes: dict[int, int] = {}
    for (start, tasks), (end, _) in pairwise([*ordered, (ordered[0][0] + _WEEK, 0)]):
        minutes[tasks] = minutes.get(tasks, 0) + end - start
    # A month has 730 hours, of which 52 weeks by 12 have 728: the fewest tasks run in what is left.
    fewest = min(minutes)
    hours = {tasks: Decimal(minutes[tasks] * WEEKS_A_YEAR) / (12 * 60) for tasks in minutes if tasks != fewest}
    return Running({**hours, fewest: HOURS_A_MONTH - sum(hours.values(), Decimal(0))})


def _changes_of_action(action: Resource) -> Iterator[tuple[int, int]]:
    schedule = _WEEKLY.fullmatch(action.values.get("schedule") or "")
    for capacity in action.values.get("scalable_target_action") or ():
        if schedule and capacity.get("min_capacity") is not None:
            minute, hour, days = schedule.groups()
            for day in _days(days):
                yield day + int(hour) * 60 + int(minute), int(capacity["min_capacity"])


def _days(text: str) -> Iterator[int]:
    """Yield the first minute of each day that "MON-FRI,SUN" names."""
    for part in text.split(","):
        first, _, last = part.partition("-")
        start, end = _DAYS.index(first), _DAYS.index(last or first)
        for day in range(start, end + 1 if end >= start else end + 8):
            yield day % 7 * _DAY


def _minutes(clock: str) -> int:
    hours, minutes = map(int, clock.split(":"))
    return hours * 60 + minutes
