"""What weakens when one attribute changes."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from ops.policy.planned import UnknownValueError
from ops.review.dangers.danger import Found, Level
from ops.review.dangers.rule import Rule
from ops.review.dangers.transition import Transition, Transitions

#: Tells whether the value after is weaker than the value before.
Weaker = Callable[[Any, Any], bool]


@dataclass(frozen=True)
class Attribute:
    """An attribute whose weaker values matter; `summary` may name the values as {before} and {after}."""

    type: str
    path: tuple[str | int, ...]
    weaker: Weaker
    level: Level
    summary: str
    reason: str

    @property
    def rule(self) -> Rule:
        """The rule about this attribute, for resources that are there before and after."""
        return Rule((self.type,), self._judge)

    def _judge(self, transition: Transition, _: Transitions) -> Iterator[Found]:
        if transition.before is None or transition.after is None:
            return
        before = transition.before.value(*self.path)
        try:
            after = transition.after.get(*self.path)
        except UnknownValueError:
            # What the code does not set, AWS chooses: it is unknown in every plan that replaces the resource.
            if transition.after.is_configured(str(self.path[0])):
                raise
            return
        if self.weaker(before, after):
            yield Found(self.level, self.summary.format(before=before, after=after), self.reason)


def down(*order: object) -> Weaker:
    """Return what tells a step down in an order, which begins with the weakest; what is not in it is weaker still."""

    def rank(value: object) -> int:
        value = False if value is None else value
        return order.index(value) if value in order else -1

    return lambda before, after: rank(after) < rank(before)


def less(before: float | None, after: float | None) -> bool:
    """Tell whether a number becomes smaller."""
    return before is not None and after is not None and float(after) < float(before)


def more(before: float | None, after: float | None) -> bool:
    """Tell whether a number becomes larger."""
    return before is not None and after is not None and float(after) > float(before)


def zero(before: float | None, after: float | None) -> bool:
    """Tell whether a number that was not 0 becomes 0."""
    return bool(before) and after is not None and float(after) == 0


def other(before: object, after: object) -> bool:
    """Tell whether a value becomes another one."""
    return before != after


def lost(before: object, after: object) -> bool:
    """Tell whether something that was set is set no longer."""
    return bool(before) and not after


def fewer(before: list[Any] | None, after: list[Any] | None) -> bool:
    """Tell whether a list loses items."""
    return not set(before or ()) <= set(after or ())


def added(before: list[Any] | None, after: list[Any] | None) -> bool:
    """Tell whether a list gains items."""
    return not set(after or ()) <= set(before or ())
