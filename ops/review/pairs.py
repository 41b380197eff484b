"""Which items of two lists belong together."""

from collections.abc import Iterator
from typing import Any

from ops.marks import has_true, mark_of


def pairs_of(
    before: list[Any],
    after: list[Any],
    unknown: Any,  # noqa: ANN401 - any JSON
) -> Iterator[tuple[str, int | None, int | None]]:
    """Yield which items belong together: a label, and the item's index before and after; not those that are equal.

    Items with names belong to their like. Others are told by their value, since Terraform prints sets as lists.
    """
    if (olds := _names(before)) is not None and (news := _names(after)) is not None:
        for name in dict.fromkeys([*olds, *news]):
            yield name, olds.get(name), news.get(name)
        return
    gone = list(range(len(before)))
    come = []
    for index, item in enumerate(after):
        equal = next((old for old in gone if before[old] == item and not has_true(mark_of(unknown, index))), None)
        if equal is None:
            come.append(index)
        else:
            gone.remove(equal)
    for number in range(max(len(gone), len(come))):
        old = gone[number] if number < len(gone) else None
        new = come[number] if number < len(come) else None
        yield str(old if new is None else new), old, new


def _names(items: list[Any]) -> dict[str, int] | None:
    """Return the index of each item by its name, or None where not every item has a name of its own."""
    named = {item["name"]: index for index, item in enumerate(items) if _is_named(item)}
    return named if len(named) == len(items) else None


def _is_named(item: object) -> bool:
    return isinstance(item, dict) and isinstance(item.get("name"), str)
