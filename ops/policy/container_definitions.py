"""Reads the containers of task definitions.

Terraform's provider refuses definitions whose parameters have a wrong type, but not those that lack a name.
"""

import json
from typing import Any

from ops.policy.documents import reading
from ops.policy.planned import Resource

_ATTRIBUTE = "container_definitions"

Container = dict[str, Any]


def containers_of(definition: Resource) -> list[tuple[str, Container]]:
    """Return the name and the parameters of each container.

    Raises UnknownValueError where they are known only after the apply, UnreadableError where they cannot be read.
    """
    text = definition.get(_ATTRIBUTE) or "[]"
    with reading(_ATTRIBUTE):
        return [(container["name"], container) for container in json.loads(text)]


def pairs_of(container: Container, parameter: str) -> list[tuple[str, str]]:
    """Return the names and values of `environment`, or the names and places of `secrets`.

    Raises UnreadableError where they cannot be read.
    """
    with reading(_ATTRIBUTE):
        pairs = container.get(parameter) or []
        return [(pair["name"], str(pair.get("value") or pair.get("valueFrom") or "")) for pair in pairs]
