"""Resources of types that no rule knows, such as a team's own."""

from collections.abc import Iterable, Iterator

from ops.review.dangers.danger import Found
from ops.review.dangers.harmless import HARMLESS
from ops.review.dangers.rule import Rule
from ops.review.dangers.transition import Transition, Transitions


def rule(rules: Iterable[Rule], transitions: Transitions) -> Rule:
    """Return a rule for the types of a stack that no other rule is about and that are not harmless."""
    known = {type_ for other in rules for type_ in other.types} | set(HARMLESS)
    return Rule(tuple({transition.type for transition in transitions.all} - known), _judge)


def _judge(transition: Transition, _: Transitions) -> Iterator[Found]:
    if transition.goes:
        happens = "destroyed" if transition.action == "delete" else "replaced by a new one"
        yield Found(
            "notice",
            f"the {transition.type} is {happens}",
            "No rule knows what goes with it: see whether it holds data, or an address.",
        )
