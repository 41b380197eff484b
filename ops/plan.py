"""What a plan would change, from `terraform show -json`.

https://developer.hashicorp.com/terraform/internals/json-format#plan-representation
"""

import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal

from ops.marks import has_true, mark_of

#: What happens to a resource.
Action = Literal["create", "update", "replace", "delete", "forget"]
_ACTIONS: dict[str, Action] = {"create": "create", "update": "update", "delete": "delete", "forget": "forget"}
_SYMBOLS = {"create": "+", "update": "~", "delete": "-", "replace": "-/+"}
_LONGEST_VALUE = 60


@dataclass(frozen=True)
class ResourceChange:
    """A resource that changes: how (create, update, replace, delete …), its address and attributes, in words."""

    action: str
    address: str
    attributes: tuple[str, ...] = ()

    def __str__(self) -> str:
        attributes = f": {', '.join(self.attributes)}" if self.attributes else ""
        return f"{_SYMBOLS.get(self.action, self.action):>3} {self.address}{attributes}"


@dataclass(frozen=True)
class Plan:
    """What would change in a stack; empty where nothing would."""

    resources: tuple[ResourceChange, ...] = ()
    outputs: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.resources or self.outputs)

    @property
    def has_attributes_that_change(self) -> bool:
        """Tell whether a resource stays and changes, so that it matters which of its attributes do."""
        return any(change.action in {"update", "replace"} for change in self.resources)

    @property
    def summary(self) -> str:
        """How many resources come, change and go, in words."""
        if not self:
            return "no changes"
        actions = Counter(change.action for change in self.resources)
        return ", ".join(f"{count} to {action}" for action, count in actions.items()) or "only outputs change"

    def lines(self) -> list[str]:
        """Return a line for each resource that changes; for each output where nothing else does."""
        if self.resources:
            return [str(change) for change in sorted(self.resources, key=lambda change: change.address)]
        return [f"  ~ output {name}" for name in self.outputs]

    def with_event(self, event: dict[str, Any]) -> "Plan":
        """Return this plan and what a `planned_change` or `outputs` event of `terraform plan -json` adds to it."""
        if event["type"] == "outputs":
            changed = [name for name, output in event["outputs"].items() if output.get("action", "noop") != "noop"]
            return replace(self, outputs=(*self.outputs, *changed))
        change = event["change"]
        action = change["action"]
        if action in {"noop", "read"}:
            return self
        # What `terraform show` calls "forget" is "remove" in events, though nothing is destroyed.
        added = ResourceChange("forget" if action == "remove" else action, change["resource"]["addr"])
        return replace(self, resources=(*self.resources, added))


def action_of(actions: Sequence[str]) -> Action | None:
    """Return what the `actions` of a resource's change are; None where nothing changes, or a data source is read."""
    if actions[0] in {"no-op", "read"}:
        return None
    # Two are a replacement. What a later Terraform may do besides is taken for the worst.
    return _ACTIONS.get(actions[0], "replace") if len(actions) == 1 else "replace"


def read_plan(shown: dict[str, Any]) -> Plan:
    """Return the changes of a plan that `terraform show -json` printed, with the attributes that change."""
    resources = []
    for resource in shown.get("resource_changes", []):
        change = resource["change"]
        action = action_of(change["actions"])
        if action is None:
            continue
        attributes = tuple(_attributes(change)) if action in {"update", "replace"} else ()
        resources.append(ResourceChange(action, resource["address"], attributes))
    outputs = tuple(name for name, change in shown.get("output_changes", {}).items() if change["actions"] != ["no-op"])
    return Plan(tuple(resources), outputs)


def _attributes(change: dict[str, Any]) -> list[str]:
    before, after = change.get("before") or {}, change.get("after") or {}
    unknown = change.get("after_unknown") or {}
    forcing = {str(path[0]) for path in change.get("replace_paths", []) if path}
    described = []
    for name in sorted({*before, *after, *unknown}):
        becomes_unknown = has_true(unknown.get(name))
        if not becomes_unknown and before.get(name) == after.get(name):
            continue
        if becomes_unknown and forcing and name not in forcing:
            continue  # a replaced resource gets a new id, ARN and so on
        secret = any(has_true(mark_of(change.get(marks), name)) for marks in ("before_sensitive", "after_sensitive"))
        values = "" if secret else _values(before.get(name), after.get(name), becomes_unknown)
        described.append(f"{name}{values}{' (forces replacement)' if name in forcing else ''}")
    return described


def _values(before: object, after: object, becomes_unknown: bool) -> str:
    texts = [json.dumps(before), "(known after apply)" if becomes_unknown else json.dumps(after)]
    if isinstance(before, dict | list) or isinstance(after, dict | list) or max(map(len, texts)) > _LONGEST_VALUE:
        return ""
    return f" {texts[0]} -> {texts[1]}"
