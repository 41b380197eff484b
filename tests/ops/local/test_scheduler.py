"""Which tasks are started and stopped."""

from dataclasses import dataclass

import pytest

from ops.local.scheduler import missing, surplus
from ops.local.service import Service

pytestmark = pytest.mark.unit


@dataclass(frozen=True)
class Task:
    """A task by name: the first letter is its task definition, a `!` tells that it is not healthy."""

    name: str

    @property
    def task_definition(self) -> str:
        return self.name[0]

    @property
    def healthy(self) -> bool:
        return not self.name.endswith("!")


def service(desired: int, least: int, most: int) -> Service:
    return Service(desired, "B", least, most, 0, "app", 8050, "arn")


@pytest.mark.parametrize(
    ("desired", "least", "most", "running", "stopped", "started"),
    [
        # Nothing runs yet.
        (2, 50, 200, "", "", 2),
        (0, 50, 200, "", "", 0),
        # As many as desired, too few, too many.
        (2, 50, 200, "B1 B2", "", 0),
        (3, 50, 200, "B1 B2", "", 1),
        (1, 50, 200, "B1 B2!", "B2!", 0),
        (0, 50, 200, "B1 B2", "B1 B2", 0),
        # A rollout: the new ones beside the old ones, which leave as the new ones become healthy.
        (2, 50, 200, "A1 A2", "", 2),
        (2, 50, 200, "A1 A2 B1! B2!", "", 0),
        (2, 50, 200, "A1 A2 B1 B2!", "A1", 0),
        (2, 50, 200, "A1 A2 B1 B2", "A1 A2", 0),
        (2, 50, 200, "A1! A2 B1! B2!", "A1!", 0),
        # Half beyond: one new task at a time.
        (2, 100, 150, "A1 A2", "", 1),
        (2, 100, 150, "A1 A2 B1", "A1", 0),
        (2, 100, 150, "A2 B1", "", 1),
        # None beyond: an old one makes room, as long as the least remain.
        (2, 50, 100, "A1 A2", "A1", 0),
        (2, 50, 100, "A2", "", 1),
        (2, 50, 100, "A2 B1!", "", 0),
        (2, 50, 100, "A2 B1", "A2", 0),
        (2, 100, 100, "A1 A2", "", 0),
    ],
)
def test_the_next_step(desired: int, least: int, most: int, running: str, stopped: str, started: int) -> None:
    tasks = [Task(name) for name in running.split()]
    assert {task.name for task in surplus(service(desired, least, most), tasks)} == set(stopped.split())
    assert missing(service(desired, least, most), tasks) == started
