"""What it means that a resource goes."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from ops.policy.planned import Resource
from ops.review.dangers.danger import Found, Level
from ops.review.dangers.transition import Transition, Transitions

_HAPPENS = {
    "delete": "is destroyed",
    "replace": "is replaced by a new one",
    "forget": "stays, but Terraform forgets it",
}


@dataclass(frozen=True)
class Removal:
    """What it means that a resource of a type, in words `what`, goes.

    It is none where another resource of the type has the same values of `same`, as after a change of a construct's id;
    nor where the resource is destroyed that the attribute `of` names; nor where `unless` holds for the resource.
    `replaced`: whether a new one in its place matters as well.
    """

    what: str
    reason: str
    level: Level = "danger"
    replaced: bool = True
    same: tuple[str, ...] = ()
    of: str = ""
    unless: Callable[[Resource], bool] = lambda _: False

    def judge(self, transition: Transition, transitions: Transitions) -> Iterator[Found]:
        """Yield what goes."""
        before = transition.before
        if before is None or transition.action not in ("delete", "forget", *(["replace"] if self.replaced else [])):
            return
        if self.unless(before) or (self.of and transitions.is_destroyed(before.value(self.of))):
            return
        named = [before.value(attribute) for attribute in self.same]
        if named and any(
            other.after and named == [other.after.value(attribute) for attribute in self.same]
            for other in transitions.of_type(transition.type)
        ):
            return
        because = f", {transition.why}" if transition.why else ""
        summary = f"{self.what} {_HAPPENS[transition.action]}{because}"
        if transition.action == "forget":
            yield Found("notice", summary, "No plan of this checkout changes or destroys it any more.")
        else:
            yield Found(self.level, summary, self.reason)
