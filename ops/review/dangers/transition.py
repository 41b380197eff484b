"""A plan's resources as they are and as they will be.

https://developer.hashicorp.com/terraform/internals/json-format#plan-representation
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from ops.plan import Action, action_of
from ops.policy.planned import PlannedStack, Resource

_REASONS = {
    "delete_because_no_resource_config": "because the code no longer has it",
    "replace_because_tainted": "because the apply that made it failed half-way",
    "replace_by_request": "because somebody asked for it",
}


@dataclass(frozen=True)
class Transition:
    """What happens to a resource.

    `action` is None where it stays as it is, `before` where it is new, `after` where it goes; `why` is in words, or "".
    """

    address: str
    type: str
    action: Action | None
    before: Resource | None
    after: Resource | None
    why: str

    @property
    def goes(self) -> bool:
        """Whether the resource that is there now is destroyed."""
        return self.action in ("delete", "replace")


class Transitions:
    """All of a stack's resources: those that stay as they are are what the others are compared with."""

    def __init__(self, stack: str, shown: Mapping[str, Any]) -> None:
        self.stack = stack
        self._changes = [change for change in shown.get("resource_changes", []) if change["mode"] == "managed"]
        self.planned = PlannedStack(stack, shown, {})
        self.current = PlannedStack(stack, {**shown, "resource_changes": list(map(_as_it_is, self._changes))}, {})

    @cached_property
    def all(self) -> tuple[Transition, ...]:
        """The transitions, in the order of the plan."""
        return tuple(self._transition(change) for change in self._changes)

    def of_type(self, *types: str) -> Iterator[Transition]:
        """Yield the transitions of resources of these types."""
        return (transition for transition in self.all if transition.type in types)

    def is_destroyed(self, name: object) -> bool:
        """Tell whether a resource is destroyed for good that has this id or ARN."""
        return name is not None and any(
            name in (transition.before.value("id"), transition.before.value("arn"))
            for transition in self.all
            if transition.action == "delete" and transition.before
        )

    def _transition(self, change: Mapping[str, Any]) -> Transition:
        address = change["address"]
        action = action_of(change["change"]["actions"])
        before = after = None
        if change["change"]["before"] is not None:
            # A deposed object is a second one of its address, which the last apply left behind.
            before = Resource(address, change["type"], "", change["change"]["before"], {}, {})
        if change["change"]["after"] is not None:
            after = self.planned.resources[address]
        return Transition(address, change["type"], action, before, after, _why(change))


def _as_it_is(change: Mapping[str, Any]) -> dict[str, Any]:
    return {**change, "change": {"after": change["change"]["before"], "after_unknown": {}}}


def _why(change: Mapping[str, Any]) -> str:
    if change.get("deposed"):
        return "because an earlier replacement left it behind"
    paths = change["change"].get("replace_paths") or []
    if forcing := sorted({str(path[0]) for path in paths if path}):
        return f"because of {', '.join(forcing)}"
    return _REASONS.get(change.get("action_reason", ""), "")
