"""What a rule about changes is, and how it is applied."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from ops.policy.documents import UnreadableError
from ops.policy.planned import UnknownValueError
from ops.review.dangers.danger import Danger, Found
from ops.review.dangers.transition import Transition, Transitions

#: Yields what is dangerous about the change of a resource.
Judge = Callable[[Transition, Transitions], Iterator[Found]]


@dataclass(frozen=True)
class Rule:
    """What to look for where resources of some types change. What stays as it is needs no judgement."""

    types: tuple[str, ...]
    judge: Judge

    def dangers(self, transitions: Transitions) -> Iterator[Danger]:
        """Yield the dangers in a stack; a notice where something decisive cannot be read, or only after the apply."""
        for transition in transitions.of_type(*self.types):
            if transition.action:
                for found in self._found(transition, transitions):
                    yield Danger(found.level, transitions.stack, transition.address, found.summary, found.reason)

    def _found(self, transition: Transition, transitions: Transitions) -> Iterator[Found]:
        try:
            yield from self.judge(transition, transitions)
        except UnknownValueError as unknown:
            yield Found(
                "notice",
                f"{unknown} changes to what is known only after the apply",
                "Nobody can judge it before: look at it once it is deployed.",
            )
        except UnreadableError as unreadable:
            yield Found("notice", str(unreadable), "Nobody can compare it with the one before: read the two by hand.")
