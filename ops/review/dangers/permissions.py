"""Policies that allow more than before, whichever resource holds them."""

import re
from collections.abc import Iterator, Sequence

from ops.policy.documents import UnreadableError
from ops.policy.planned import UnknownValueError
from ops.policy.policy_document import Statement
from ops.review.dangers.danger import Found
from ops.review.dangers.policies import (
    beyond,
    by_certainty,
    for_any_resource,
    has_unknown_condition,
    has_unknown_resource,
    without_conditions,
)
from ops.review.dangers.policy_holders import ENDPOINT, HOLDERS, policies
from ops.review.dangers.rule import Rule
from ops.review.dangers.transition import Transition, Transitions

_WIDE_ACTION = re.compile(r"\*|[\w-]+:\*")
_SHOWN = 5
_CHECK = "See that it needs each of these; name the actions and resources that are needed, and no more."
_NOT_MADE = "What is not made yet cannot be compared: see that it is the same."
_UNKNOWN = "its policy cannot be compared with the one before"


def _widened(transition: Transition, transitions: Transitions) -> Iterator[Found]:
    try:
        before, beside_before = policies(transition, transitions, after=False)
        after, beside_after = policies(transition, transitions, after=True)
    except UnknownValueError as unknown:
        yield Found("notice", _UNKNOWN, f"{unknown} is known only after the apply: look at it once it is deployed.")
        return
    except UnreadableError as unreadable:
        yield Found("notice", _UNKNOWN, f"{unreadable}: read the two by hand.")
        return
    if transition.before is None and not beside_before and not _is_of_one_that_exists(transition):
        yield from _wide(transition, after)
        return
    allowed = [statement for statement in (*before, *beside_before) if statement.allows]
    for statement in after:
        if statement.allows:
            yield from _allowed(statement, allowed)
    holder = HOLDERS[transition.type].of
    if transition.before and holder and transitions.is_destroyed(transition.before.value(holder)):
        return
    denied = [statement for statement in (*after, *beside_after) if not statement.allows]
    for statement in before:
        if not statement.allows:
            yield from _denied(statement, denied)


def _allowed(statement: Statement, before: Sequence[Statement]) -> Iterator[Found]:
    new = beyond(statement, before)
    for part in by_certainty(new) if new else ():
        comparable = for_any_resource(before) if has_unknown_resource(part) else before
        comparable = without_conditions(comparable) if has_unknown_condition(part) else comparable
        if not beyond(part, comparable):
            yield Found("notice", f"allows {_words(part)}, which it did not, or under another name", _NOT_MADE)
        elif not beyond(part, without_conditions(before)):
            yield Found("danger", f"allows {_words(part)} under fewer or other conditions", _CHECK)
        else:
            yield Found("danger", f"allows {_words(part)}, which it did not before", _CHECK)


def _denied(statement: Statement, after: Sequence[Statement]) -> Iterator[Found]:
    lost = beyond(statement, after)
    if lost is None:
        return
    unknown = [other for other in after if has_unknown_resource(other)]
    if not beyond(lost, [*after, *for_any_resource(unknown)]):
        yield Found("notice", f"denies {_words(lost)} no longer, or under another name", _NOT_MADE)
    else:
        reason = "What others allow has this limit no more: keep the statement."
        yield Found("danger", f"no longer denies {_words(lost)}", reason)


def _wide(transition: Transition, statements: Sequence[Statement]) -> Iterator[Found]:
    """What is new with its policy is no change for others: only what no policy should say is told."""
    for statement in statements:
        wide = [action for action in statement.actions if _WIDE_ACTION.fullmatch(action)]
        grants = HOLDERS[transition.type].grants and (wide or statement.not_actions)
        everyone = any(name == "*" for _, name in statement.principals) and not statement.conditions
        if statement.allows and (grants or (everyone and transition.type != ENDPOINT)):
            yield Found("notice", f"is new, and allows {_words(statement)}", _CHECK)


def _is_of_one_that_exists(transition: Transition) -> bool:
    """Tell whether a new policy is for a role, bucket and so on that is there: its name is known."""
    of = HOLDERS[transition.type].of
    return bool(of and transition.after and transition.after.value(of))


def _words(statement: Statement) -> str:
    """Say what a statement is about, and to whom."""
    actions = [*statement.actions, *(f"all but {action}" for action in statement.not_actions)]
    resources = [*statement.resources, *(f"all but {name}" for name in statement.not_resources)]
    principals = ["everyone" if name == "*" else name for _, name in statement.principals]
    parts = [("", actions), (" on ", resources), (" to ", principals)]
    return "".join(f"{word}{_listed(names)}" for word, names in parts if names)


def _listed(names: Sequence[str]) -> str:
    more = f" and {len(names) - _SHOWN} more" if len(names) > _SHOWN else ""
    return ", ".join(names[:_SHOWN]) + more


RULES = (Rule(tuple(HOLDERS), _widened),)
