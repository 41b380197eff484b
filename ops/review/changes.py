"""The resources that a plan changes, and what `terraform show -json` tells of them.

https://developer.hashicorp.com/terraform/internals/json-format#plan-representation
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ops.plan import action_of
from ops.review.differences import AttributeChange, differences

#: What happens to a resource, in the order in which a reader wants to know.
ACTIONS = ("destroy", "replace", "change", "forget", "create")
_WORDS = {"update": "change", "delete": "destroy"}


@dataclass(frozen=True)
class Change:
    """A resource that a plan changes: one of ACTIONS, its address, and of one that stays, its attributes."""

    action: str
    address: str
    attributes: tuple[AttributeChange, ...] = ()

    def sets(self, path: str) -> str | None:
        """Return what a path of the resource becomes, in words; None where it stays."""
        return next((changed.after for changed in self.attributes if changed.path == path), None)


def read_changes(shown: Mapping[str, Any]) -> tuple[Change, ...]:
    """Return what a plan changes, in the order of ACTIONS and then of the addresses."""
    found = []
    for resource in shown.get("resource_changes", []):
        change = resource["change"]
        planned = action_of(change["actions"])
        if planned is None or resource.get("mode") == "data":
            continue
        action = _WORDS.get(planned, planned)
        attributes = differences(change) if action in {"change", "replace"} else []
        # An older object of the resource, that a replacement failed to destroy
        address = f"{resource['address']} (deposed)" if resource.get("deposed") else resource["address"]
        found.append(Change(action, address, tuple(attributes)))
    return tuple(sorted(found, key=lambda change: (ACTIONS.index(change.action), change.address)))


def changed_outputs(shown: Mapping[str, Any]) -> tuple[str, ...]:
    """Return the names of the outputs that a plan changes."""
    changes = shown.get("output_changes", {})
    return tuple(sorted(name for name, change in changes.items() if change["actions"] != ["no-op"]))
