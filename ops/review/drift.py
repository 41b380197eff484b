"""What differs between AWS and Terraform's state: what somebody changed beside Terraform.

A plan tells all that its refresh found different:
https://developer.hashicorp.com/terraform/internals/json-format#plan-representation (`resource_drift`). Most of that
nobody changed: attributes that the code does not set, that other resources set (the rules of a security group), or that
`ignore_changes` leaves to others, and AWS's own wording of a policy (https://github.com/hashicorp/terraform/issues/28803).
What matters is what the same plan would undo. Terraform's own texts choose alike, with `relevant_attributes`.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ops.review.changes import Change, read_changes
from ops.review.differences import UNKNOWN, AttributeChange, differences


@dataclass(frozen=True)
class Drift:
    """A resource that differs from the state: what is different, and what a deployment would do about it.

    Of `attributes`, `before` is what the state has and `after` what AWS has; there are none where the resource is gone.
    """

    address: str
    remedy: str
    attributes: tuple[AttributeChange, ...] = ()


def read_drift(shown: Mapping[str, Any]) -> tuple[Drift, ...]:
    """Return what a plan found different at AWS and would undo, by address."""
    planned = {change.address: change for change in read_changes(shown)}
    found = []
    for resource in shown.get("resource_drift", []):
        address = resource["address"]
        change = planned.get(address)
        if change is None:
            continue
        if resource["change"]["actions"] == ["delete"]:
            found.append(Drift(address, "makes it again"))
        elif undone := _undone(resource["change"], change):
            found.append(Drift(address, _remedy(undone, change), undone))
    return tuple(sorted(found, key=lambda drift: drift.address))


def _undone(drifted: Mapping[str, Any], planned: Change) -> tuple[AttributeChange, ...]:
    """Return what differs in an attribute that the plan changes too."""
    names = {changed.attribute for changed in planned.attributes}
    return tuple(changed for changed in differences(drifted) if changed.attribute in names)


def _remedy(undone: tuple[AttributeChange, ...], planned: Change) -> str:
    if planned.action == "replace":
        return "replaces the resource"
    values = [planned.sets(changed.path) for changed in undone]
    if len(values) == 1 and values[0] not in {None, UNKNOWN}:
        return f"sets it to {values[0]}"
    as_before = all(value == changed.before for value, changed in zip(values, undone, strict=True))
    return "sets it back" if as_before else "sets it as the code has it"
