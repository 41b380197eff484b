"""Compares IAM policies by what they allow, not by how they are written.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements.html
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace
from functools import cache

from ops.policy.policy_document import Statement

# A value of Terraform's that is not known yet; not a variable of the policy such as ${aws:username}.
_NOT_MADE = re.compile(r"\$\{(?:aws_|data\.|local\.|module\.|var\.)")

Condition = tuple[str, str, tuple[str, ...]]


def beyond(statement: Statement, others: Iterable[Statement]) -> Statement | None:
    """Return the part of a statement that others do not hold for; None where they hold for all of it.

    Compare what allows with what allows, or what denies with what denies. Where only several others together cover a
    wildcard, it says too much, never too little.
    """
    others = list(others)
    left = [
        (action, resource, principal)
        for action in (*statement.actions, *((None,) if statement.not_actions else ()))
        for resource in statement.resources or (None,)
        for principal in statement.principals or (None,)
        if not any(_holds(other, statement, action, resource, principal) for other in others)
    ]
    if not left:
        return None
    return replace(
        statement,
        actions=tuple(dict.fromkeys(action for action, _, _ in left if action is not None)),
        resources=tuple(dict.fromkeys(resource for _, resource, _ in left if resource is not None)),
        principals=tuple(dict.fromkeys(principal for _, _, principal in left if principal is not None)),
    )


def without_conditions(statements: Iterable[Statement]) -> list[Statement]:
    """Return statements as if they held always."""
    return [replace(statement, conditions=()) for statement in statements]


def for_any_resource(statements: Iterable[Statement]) -> list[Statement]:
    """Return statements as if they held for every resource."""
    return [replace(statement, resources=("*",), not_resources=()) for statement in statements]


def by_certainty(statement: Statement) -> list[Statement]:
    """Return a statement in two where only some of its resources are known before the apply."""
    known = tuple(name for name in statement.resources if not _NOT_MADE.search(name))
    rest = tuple(name for name in statement.resources if _NOT_MADE.search(name))
    return [replace(statement, resources=names) for names in (known, rest) if names] or [statement]


def has_unknown_resource(statement: Statement) -> bool:
    """Tell whether a resource of a statement is known only after the apply."""
    return any(_NOT_MADE.search(name) for name in (*statement.resources, *statement.not_resources))


def has_unknown_condition(statement: Statement) -> bool:
    """Tell whether a value of a condition is known only after the apply."""
    return any(_NOT_MADE.search(value) for _, _, values in statement.conditions for value in values)


def _holds(
    other: Statement,
    statement: Statement,
    action: str | None,
    resource: str | None,
    principal: tuple[str, str] | None,
) -> bool:
    excluded = _lower(statement.not_actions)
    return (
        _covers(_lower(other.actions), _lower(other.not_actions), action and action.lower(), excluded)
        and _covers(other.resources, other.not_resources, resource, statement.not_resources)
        and _covers_principal(other, principal)
        and all(_is_implied(condition, statement.conditions) for condition in other.conditions)
    )


def _covers(names: Sequence[str], all_but: Sequence[str], name: str | None, excluded: Sequence[str]) -> bool:
    """Tell whether names, or all but some, cover a name; where it is None, all but those that are excluded."""
    if "*" in names:
        return True
    if name is not None:
        if all_but:
            return not any(_overlap(pattern, name) for pattern in all_but)
        return any(_glob(pattern, name) for pattern in names)
    if excluded:
        return bool(all_but) and all(any(_glob(other, pattern) for other in excluded) for pattern in all_but)
    return not names and not all_but  # policies of who may take a role have no resources


def _covers_principal(other: Statement, principal: tuple[str, str] | None) -> bool:
    if principal is None:
        return not other.principals
    kind, name = principal
    return any(
        # Everyone: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html#principal-anonymous
        (wide == "*" and wide_kind in ("*", "AWS", kind)) or (kind == wide_kind and _account(name) == _account(wide))
        for wide_kind, wide in other.principals
    )


def _account(name: str) -> str:
    """https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html#principal-accounts"""
    return re.sub(r"^arn:[\w-]+:iam::(\d{12}):root$", r"\1", name)


def _is_implied(condition: Condition, held: Iterable[Condition]) -> bool:
    """Tell whether a condition holds wherever those of another statement do."""
    test, variable, values = condition
    for other_test, other_variable, other_values in held:
        if (other_test.lower(), other_variable.lower()) != (test.lower(), variable.lower()):
            continue
        narrow, wide = (values, other_values) if "not" in test.lower() else (other_values, values)
        if set(narrow) <= set(wide):
            return True
        if "like" in test.lower() and all(any(_glob(pattern, value) for pattern in wide) for value in narrow):
            return True
    return False


def _lower(names: Iterable[str]) -> list[str]:
    return [name.lower() for name in names]


@cache
def _glob(pattern: str, name: str) -> bool:
    """Tell whether a pattern matches all that another pattern does: its `*` is matched by `*` only."""
    parts = {"*": ".*", "?": "[^*]"}
    return re.fullmatch("".join(parts.get(sign) or re.escape(sign) for sign in pattern), name, re.DOTALL) is not None


@cache
def _overlap(one: str, other: str) -> bool:
    """Tell whether something matches both patterns."""
    if not one or not other:
        return not (one or other).strip("*")
    if one[0] == "*":
        return _overlap(one[1:], other) or _overlap(one, other[1:])
    if other[0] == "*":
        return _overlap(other, one)
    return (one[0] == other[0] or "?" in (one[0], other[0])) and _overlap(one[1:], other[1:])
