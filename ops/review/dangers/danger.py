"""What a person has to know of a plan before it is applied."""

from dataclasses import dataclass
from typing import Literal

Level = Literal["danger", "notice"]


@dataclass(frozen=True)
class Danger:
    """A change that can lose data, lock readers out, let others in, or hide that something is wrong.

    `level`: "danger", which a person must approve, or "notice", which is worth reading. `summary` is one line that says
    what happens to the resource at `address` in the stack `stack`; `reason` what that means, and what to do instead
    where there is something.
    """

    level: Level
    stack: str
    address: str
    summary: str
    reason: str


@dataclass(frozen=True)
class Found:
    """What a rule finds in one resource: a danger whose place is told by who applies the rule."""

    level: Level
    summary: str
    reason: str
