"""Where two values of a plan differ, path by path, without the values that are sensitive.

https://developer.hashicorp.com/terraform/internals/json-format#change-representation
"""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ops.marks import has_true, mark_of
from ops.review.pairs import pairs_of

SENSITIVE = "(sensitive)"
UNKNOWN = "(known after the deployment)"
NOT_SET = "(not set)"
_LONGEST_VALUE = 100
_PLAIN_KEY = re.compile(r"[\w-]+")

_Difference = tuple[str, str, str]  # the path, and the value before and after, in words


@dataclass(frozen=True)
class AttributeChange:
    """A value that changes: its path in the resource, and what it is before and after, in words."""

    path: str
    before: str
    after: str
    forces_replacement: bool = False

    @property
    def attribute(self) -> str:
        """The attribute of the resource that the path begins with."""
        return re.split(r"[.\[]", self.path, maxsplit=1)[0]


def differences(change: Mapping[str, Any]) -> list[AttributeChange]:
    """Return what differs between `before` and `after` of a resource's change, in the order of the paths.

    Attributes that are new because the resource is replaced (its id, its ARN …) are left out.
    """
    before, after = change.get("before") or {}, change.get("after") or {}
    unknown = change.get("after_unknown") or {}
    sensitive = (change.get("before_sensitive"), change.get("after_sensitive"))
    forcing = {str(path[0]) for path in change.get("replace_paths", []) if path}
    found = []
    for name in sorted({*before, *after, *unknown}):
        mark = mark_of(unknown, name)
        if forcing and mark and name not in forcing:
            continue
        marks = tuple(mark_of(marked, name) for marked in sensitive)
        for path, old, new in _walk(name, before.get(name), after.get(name), mark, marks):
            found.append(AttributeChange(path, old, new, name in forcing))
    # `tags` are again in `tags_all`, which has those of the provider too and tells what a tag is whoever sets it.
    twice = {changed.path.replace("tags_all", "tags", 1) for changed in found if changed.attribute == "tags_all"}
    return [changed for changed in found if changed.path not in twice]


def _walk(path: str, before: Any, after: Any, unknown: Any, sensitive: Sequence[Any]) -> Iterator[_Difference]:  # noqa: ANN401 - any JSON
    if not has_true(unknown) and (before == after or (_is_nothing(before) and _is_nothing(after))):
        return
    if any(mark is True for mark in sensitive):
        yield path, SENSITIVE, SENSITIVE
        return
    old, new = _decoded(before), _decoded(after)
    if isinstance(old, dict) and isinstance(new, dict):
        for key in sorted({*old, *new, *(unknown if isinstance(unknown, dict) else {})}):
            marks = [mark_of(marked, key) for marked in sensitive]
            yield from _walk(path + _step(key), old.get(key), new.get(key), mark_of(unknown, key), marks)
    elif any(map(has_true, sensitive)):
        # Of a list too: which of its items before is the one that is marked after, nobody can tell.
        yield path, SENSITIVE, SENSITIVE
    elif unknown is True:
        yield path, _words(before), UNKNOWN
    elif isinstance(old, list) and isinstance(new, list):
        yield from _walk_lists(path, old, new, unknown)
    elif old != new or has_true(unknown):
        yield path, _words(before), UNKNOWN if after is None and has_true(unknown) else _words(after)


def _walk_lists(
    path: str,
    before: list[Any],
    after: list[Any],
    unknown: Any,  # noqa: ANN401 - any JSON
) -> Iterator[_Difference]:
    pairs = list(pairs_of(before, after, unknown))
    if not pairs and before != after:
        yield path, "(one order)", "(another order)"
    for label, old, new in pairs:
        yield from _walk(
            f"{path}[{label}]",
            None if old is None else before[old],
            None if new is None else after[new],
            False if new is None else mark_of(unknown, new),
            (),
        )


def _is_nothing(value: object) -> bool:
    """Tell whether a value is not set, or empty: the provider takes these for the same."""
    return value is None or value in ("", [], {})


def _decoded(value: Any) -> Any:  # noqa: ANN401 - any JSON
    """Return what a text holds that is a JSON object or list, as policies and container definitions are."""
    if isinstance(value, str) and value[:1] in {"{", "["}:
        try:
            return json.loads(value)
        except ValueError:
            return value
    return value


def _step(key: str) -> str:
    return f".{key}" if _PLAIN_KEY.fullmatch(key) else f"[{json.dumps(key, ensure_ascii=False)}]"


def _words(value: object) -> str:
    if value is None:
        return NOT_SET
    text = json.dumps(value, ensure_ascii=False)
    return text if len(text) <= _LONGEST_VALUE else f"{text[:_LONGEST_VALUE]}…"
