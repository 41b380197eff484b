"""What of a plan can lose data, let others in, lock readers out, or hide that something is wrong."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from ops.review.dangers import (
    exposed_secrets,
    firewall,
    permissions,
    ports,
    regressions,
    removals,
    retention,
    roles,
    sign_in,
    state_stack,
    tls,
    unclassified,
    watching,
    weakened,
)
from ops.review.dangers.danger import Danger, Level
from ops.review.dangers.sensitive import hidden
from ops.review.dangers.transition import Transitions

__all__ = ["RULES", "Danger", "Level", "find_dangers"]

#: Every rule, the most serious first.
RULES = (
    *state_stack.RULES,
    *removals.RULES,
    *retention.RULES,
    *ports.RULES,
    *sign_in.RULES,
    *tls.RULES,
    *permissions.RULES,
    *roles.RULES,
    *weakened.RULES,
    *exposed_secrets.RULES,
    *regressions.RULES,
    *firewall.RULES,
    *watching.RULES,
)


def find_dangers(stack: str, shown: Mapping[str, Any]) -> list[Danger]:
    """Return what is dangerous in a plan of a stack, as `terraform show -json` prints it, the most serious first.

    https://developer.hashicorp.com/terraform/internals/json-format#plan-representation
    """
    transitions = Transitions(stack, shown)
    found = [danger for rule in (*RULES, unclassified.rule(RULES, transitions)) for danger in rule.dangers(transitions)]
    return sorted(_told(found, shown), key=lambda danger: danger.level != "danger")


def _told(dangers: list[Danger], shown: Mapping[str, Any]) -> Iterator[Danger]:
    """Yield each danger once, without sensitive values."""
    for danger in dict.fromkeys(dangers):
        summary, reason = danger.summary, danger.reason
        for change in shown["resource_changes"]:
            if change["address"] == danger.address:
                summary, reason = hidden(summary, change["change"]), hidden(reason, change["change"])
        yield replace(danger, summary=summary, reason=reason)
