"""How many tasks run in a month is worked out from what the stack has, and from the settings where it tells nothing."""

from decimal import Decimal
from typing import Any

import pytest

from ops.costs.lines import Basis, Resource
from ops.costs.prices import Prices
from ops.costs.running import Running, running
from tests.settings import settings_of

pytestmark = pytest.mark.unit

NO_PRICES = Prices({}, "none")
WORK = (7, "MON-FRI", 2), (19, "MON-FRI", 0)


def basis(*resources: Resource, **settings: str) -> Basis:
    variables = {f"DASH__{key.upper()}": value for key, value in settings.items()}
    dev = settings_of({"DASH_ENV": "dev", "DASH__AWS__ACCOUNT_ID": "123456789012"} | variables)
    return Basis(dev, NO_PRICES, resources)


def resource(type_: str, **values: Any) -> Resource:  # noqa: ANN401 - any JSON
    return Resource("service", type_, f"{type_}.one", values)


def action(hour: int, days: str, tasks: int, schedule: str = "cron(0 {} ? * {} *)") -> Resource:
    capacity = [{"min_capacity": str(tasks), "max_capacity": str(tasks)}]
    return resource(
        "aws_appautoscaling_scheduled_action", schedule=schedule.format(hour, days), scalable_target_action=capacity
    )


TARGET = resource("aws_appautoscaling_target", min_capacity=3)
SERVICE = resource("aws_ecs_service", desired_count=5)


@pytest.mark.parametrize(
    ("changes", "hours"),
    [
        (WORK, {2: "260", 0: "470"}),
        (((7, "MON-FRI", 2), (19, "MON-FRI", 1)), {2: "260", 1: "470"}),
        (((22, "MON", 1), (2, "TUE", 0)), {1: str(Decimal(4 * 52) / 12), 0: str(730 - Decimal(4 * 52) / 12)}),
        (((20, "SUN", 4), (8, "MON", 1)), {4: "52", 1: "678"}),  # over the end of the week
        (((7, "SAT,SUN", 3), (19, "SAT,SUN", 0)), {3: "104", 0: "626"}),
        (((0, "SAT-MON", 3), (12, "SAT-MON", 0)), {3: "156", 0: "574"}),
        (((7, "MON", 2),), {2: "730"}),
    ],
)
def test_a_schedule_says_how_long_how_many_run(
    changes: tuple[tuple[int, str, int], ...], hours: dict[int, str]
) -> None:
    runs = running(basis(TARGET, SERVICE, *(action(*change) for change in changes)))
    assert runs.hours_by_tasks == {tasks: Decimal(text) for tasks, text in hours.items()}
    assert sum(runs.hours_by_tasks.values()) == 730


def test_without_a_schedule_the_scaling_or_the_service_says_it() -> None:
    assert running(basis(SERVICE, TARGET)) == Running({3: Decimal(730)})
    assert running(basis(SERVICE)) == Running({5: Decimal(730)})


def test_of_a_stack_that_tells_nothing_the_settings_say_it() -> None:
    assert running(basis()).hours_by_tasks == {1: 260, 0: 470}
    assert running(basis(TARGET, action(7, "MON-FRI", 9, "rate(1 hour)"))).hours_by_tasks == {1: 260, 0: 470}
    assert running(basis(scaling__work_days="MON", scaling__work_ends="08:30")).hours == Decimal("6.5")
    assert (
        running(basis(scaling__off_hours_tasks="1", scaling__minimum="2", service__desired_count="2")).task_hours
        == 260 * 2 + 470
    )
    prod = settings_of({"DASH_ENV": "prod", "DASH__AWS__ACCOUNT_ID": "123456789012"})
    assert running(Basis(prod, NO_PRICES, ())).hours_by_tasks == {2: 730}
    fixed = settings_of(
        {"DASH_ENV": "prod", "DASH__AWS__ACCOUNT_ID": "1" * 12, "DASH__SCALING__ENABLED": "false"}
        | {"DASH__SERVICE__DESIRED_COUNT": "4"}
    )
    assert running(Basis(fixed, NO_PRICES, ())).hours_by_tasks == {4: 730}


def test_what_runs_is_told_in_words() -> None:
    assert str(Running({1: Decimal(260), 0: Decimal(470)})) == "1 task for 260 h"
    assert str(Running({1: Decimal(470), 2: Decimal("260.0")})) == "2 tasks for 260 h, 1 task for 470 h"
    assert str(Running({0: Decimal(730)})) == "no task"
