"""The resources of a planned stack, with what is known of them before they are made.

https://developer.hashicorp.com/terraform/internals/json-format#plan-representation
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from ops.marks import has_true, mark_of

_INDEX = re.compile(r"\[[^\]]*\]")
_MODULE = re.compile(r"(?:module\.[\w-]+(?:\[[^\]]*\])?\.)*")


class UnknownValueError(Exception):
    """What a rule asks for is known only after the resource is made."""


@dataclass(frozen=True)
class Resource:
    """A resource or data source of a plan.

    `expressions` is its configuration as written, by attribute; `construct` the path of the construct that made it.
    """

    address: str
    type: str
    construct: str
    values: Mapping[str, Any]
    unknown: Mapping[str, Any]
    expressions: Mapping[str, Any]

    def get(self, *path: str | int) -> Any:  # noqa: ANN401 - any JSON
        """Return the planned value at a path, such as ("network_configuration", 0, "subnets"); None where none is set.

        Raises UnknownValueError where it, or part of it, is known only after the resource is made.
        """
        unknown: Any = self.unknown
        for key in path:
            unknown = mark_of(unknown, key)
        if has_true(unknown):
            raise UnknownValueError(".".join(str(key) for key in path))
        return self.value(*path)

    def value(self, *path: str | int) -> Any:  # noqa: ANN401 - any JSON
        """Return what is known of the value at a path, with None in the place of what is not."""
        value: Any = self.values
        for key in path:
            value = _item(value, key)
        return value

    def written(self, *path: str | int) -> Any:  # noqa: ANN401 - any JSON
        """Return the configuration at a path as it is written; None where it is not, or in a dynamic block."""
        expression: Any = self.expressions
        for key in path:
            expression = _item(expression, key)
        return _item(expression, "constant_value")

    def is_configured(self, attribute: str) -> bool:
        """Tell whether the configuration sets an attribute; else Terraform or AWS chooses its value."""
        return attribute in self.expressions

    def references(self, attribute: str) -> list[str]:
        """Return the addresses and attributes that the configuration of an attribute refers to."""
        return list(map(self.beside, _references(self.expressions.get(attribute))))

    def beside(self, name: str) -> str:
        """Return the address in the whole plan of what the configuration of this resource calls by a name."""
        module = _MODULE.match(self.address)
        return f"{module[0] if module else ''}{name}"


@dataclass(frozen=True)
class PlannedStack:
    """A stack as a plan from nothing would make it.

    `name` is that of the settings ("vpc"), `plan` what `terraform show -json` prints, and `configuration` what was
    synthesized.
    """

    name: str
    plan: Mapping[str, Any]
    configuration: Mapping[str, Any]

    @cached_property
    def resources(self) -> dict[str, Resource]:
        """The resources that would be made, by address."""
        return {
            change["address"]: self._resource(change, change["change"]["after"], change["change"]["after_unknown"])
            for change in self.plan.get("resource_changes", [])
            if change["mode"] == "managed" and change["change"]["after"] is not None
        }

    @cached_property
    def data_sources(self) -> dict[str, Resource]:
        """The data sources, by address: those that were read, and those that will be once more is known."""
        read = self.plan.get("prior_state", {}).get("values", {}).get("root_module", {}).get("resources", [])
        found = {data["address"]: self._resource(data, data["values"], {}) for data in read if data["mode"] == "data"}
        return found | {
            change["address"]: self._resource(change, change["change"]["after"], change["change"]["after_unknown"])
            for change in self.plan.get("resource_changes", [])
            if change["mode"] == "data"
        }

    def of_type(self, *types: str) -> Iterator[Resource]:
        """Yield the resources of these types."""
        return (resource for resource in self.resources.values() if resource.type in types)

    def attached_to(self, resource: Resource, type_: str, attribute: str) -> list[Resource]:
        """Return the resources of a type whose `attribute` refers to a resource, as a bucket's policy to its bucket."""
        return [other for other in self.of_type(type_) if resource.address in other.references(attribute)]

    def construct_of(self, address: str) -> str:
        """Return the path of the construct that made a resource, or "" where there is none."""
        kind, _, name = _INDEX.sub("", address).removeprefix("data.").partition(".")
        section = "data" if address.startswith("data.") else "resource"
        made = self.configuration.get(section, {}).get(kind, {}).get(name, {})
        path: str = made.get("//", {}).get("metadata", {}).get("path", "")
        return path.partition("/")[2]

    def _resource(self, found: Mapping[str, Any], values: Mapping[str, Any], unknown: Mapping[str, Any]) -> Resource:
        address = found["address"]
        expressions = self._expressions.get(_INDEX.sub("", address), {})
        return Resource(address, found["type"], self.construct_of(address), values, unknown, expressions)

    @cached_property
    def _expressions(self) -> dict[str, Mapping[str, Any]]:
        return dict(_written(self.plan.get("configuration", {}).get("root_module", {})))


def _written(module: Mapping[str, Any], prefix: str = "") -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Yield the address, without an index, and the expressions of what a module and those within it configure."""
    for resource in module.get("resources", []):
        yield f"{prefix}{resource['address']}", resource.get("expressions", {})
    for name, call in module.get("module_calls", {}).items():
        yield from _written(call.get("module", {}), f"{prefix}module.{name}.")


def _item(value: Any, key: str | int) -> Any:  # noqa: ANN401 - any JSON
    if isinstance(value, Mapping):
        return value.get(str(key))
    if isinstance(value, list) and isinstance(key, int):
        return value[key] if key < len(value) else None
    return None


def _references(expression: object) -> Iterator[str]:
    if isinstance(expression, Mapping):
        yield from expression.get("references", [])
        for nested in expression.values():
            if isinstance(nested, Mapping | list):
                yield from _references(nested)
    elif isinstance(expression, list):
        for nested in expression:
            if isinstance(nested, Mapping | list):
                yield from _references(nested)
