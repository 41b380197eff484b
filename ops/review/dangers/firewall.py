"""A web firewall that blocks less."""

from collections.abc import Iterator, Mapping
from typing import Any

from ops.policy.planned import Resource
from ops.review.dangers.danger import Found
from ops.review.dangers.rule import Rule
from ops.review.dangers.transition import Transition, Transitions

_PASSES = "Requests that it blocked reach the dashboard."

Json = Mapping[str, Any]


def _rules(resource: Resource) -> dict[str, Json]:
    return {rule["name"]: rule for rule in resource.get("rule") or []}


def _blocks(transition: Transition, _: Transitions) -> Iterator[Found]:
    if transition.before is None or transition.after is None:
        return
    if transition.before.value("default_action", 0, "block") and not transition.after.get("default_action", 0, "block"):
        yield Found("danger", "what no rule is for is let through", _PASSES)
    before, after = _rules(transition.before), _rules(transition.after)
    for name, rule in before.items():
        if name not in after:
            yield Found("danger", f"the rule {name} is removed", _PASSES)
        elif _only_counts(after[name]) and not _only_counts(rule):
            yield Found("danger", f"the rule {name} only counts, and blocks no longer", _PASSES)
        elif spared := sorted(_spared(after[name]) - _spared(rule)):
            yield Found("danger", f"the rule {name} blocks no longer for {', '.join(spared)}", _PASSES)
        elif (limit := _limit(rule)) and (_limit(after[name]) or 0) > limit:
            words = f"{_limit(after[name])} requests, {limit} before"
            yield Found("notice", f"the rule {name} blocks an address after {words}", "A flood is stopped later.")
    for name, rule in after.items():
        if name not in before and _has(rule, "action", "allow"):
            yield Found("danger", f"the new rule {name} lets through what it matches", "No later rule sees it.")


def _only_counts(rule: Json) -> bool:
    return any(_has(rule, where, what) for where in ("action", "override_action") for what in ("count", "allow"))


def _has(rule: Json, where: str, what: str) -> bool:
    return any(action.get(what) for action in rule.get(where) or [])


def _spared(rule: Json) -> set[str]:
    """Return the rules of a managed group that do not block, and whether only some requests are looked at."""
    found = set()
    for group in _statement(rule, "managed_rule_group_statement"):
        overrides = group.get("rule_action_override") or []
        found |= {each["name"] for each in overrides if not _blocking(each)}
        found |= {"all requests but some"} if group.get("scope_down_statement") else set()
    return found


def _blocking(override: Json) -> bool:
    return any(action.get("block") for action in override.get("action_to_use") or [])


def _limit(rule: Json) -> int | None:
    return next((rate["limit"] for rate in _statement(rule, "rate_based_statement")), None)


def _statement(rule: Json, kind: str) -> list[Json]:
    return [found for statement in rule.get("statement") or [] for found in statement.get(kind) or []]


RULES = (Rule(("aws_wafv2_web_acl",), _blocks),)
