"""What a synth emitted, value by value, and how two synths differ."""

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

ABSENT = "absent"

#: Where a value stands: the file, then the keys and indexes that lead to it.
Place = tuple[str, ...]
#: What stands at a place before and after, as JSON text (in which 1, 1.0, true and "1" differ), or `ABSENT`.
Change = tuple[str, str]


def values(folder: Path) -> dict[Place, str]:
    """Return every value of every file below a folder; an empty object or list is a value too."""
    found: dict[Place, str] = {}
    for file in folder.rglob("*"):
        if file.is_file():
            found.update(_values((str(file.relative_to(folder)),), json.loads(file.read_text())))
    return found


def _values(place: Place, node: Any) -> Iterator[tuple[Place, str]]:  # noqa: ANN401 - JSON is of any type
    if isinstance(node, dict | list) and node:
        for key, child in node.items() if isinstance(node, dict) else enumerate(node):
            yield from _values((*place, str(key)), child)
    else:
        yield place, json.dumps(node)


def differences(before: Mapping[Place, str], after: Mapping[Place, str]) -> dict[Place, Change]:
    """Return what differs, by its place."""
    changes = {place: (before.get(place, ABSENT), after.get(place, ABSENT)) for place in before.keys() | after.keys()}
    return {place: change for place, change in changes.items() if change[0] != change[1]}


def told(changes: Mapping[Place, Change]) -> str:
    """Return changes for people to read, a line for each."""
    return "".join(f"\n{' > '.join(place)}: {old} -> {new}" for place, (old, new) in sorted(changes.items()))
