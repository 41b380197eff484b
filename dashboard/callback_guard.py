"""The guard before Dash's callbacks: a payload that no page of this version sends is refused with a 4xx, and quietly.

Dash 4.4.1 trusts its browser code. A payload that is not JSON of the expected shape raises somewhere inside Dash and is
a 500 with a traceback in the log, for anyone who cares to send it:
https://github.com/plotly/dash/blob/v4.4.1/dash/dash.py (``_initialize_context``, ``_prepare_callback``). So the shape
is judged here, by Dash's own registry of callbacks.

What the guard does not judge is the inputs' values: what they mean is known to the page alone. A page takes any JSON
value without raising; an exception that leaves a callback is a fault of ours, a 500, logged and counted. The one
exception are the values that Dash's own callback for pages takes, since it checks nothing either.

A key that occurs twice is no fault: the last one counts, for the guard and for Dash, who see the same parsed object.
"""

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import orjson
from dash import Dash
from flask import Flask, g, request
from flask.json.provider import DefaultJSONProvider
from werkzeug.exceptions import BadRequest, MethodNotAllowed

from dashboard.logs import request_fields

PATH = "/_dash-update-component"

# A callback's request is a few hundred bytes; one with a whole table as State may take more.
_MAX_BYTES = 1024 * 1024
# orjson takes 1,024 levels, more than Python can compare, print or write again. A figure as State has about ten.
_MAX_DEPTH = 100

# The wildcards that stand for several components at once, as Dash writes them: {"index": ["ALL"]}.
_MANY = ("ALL", "ALLSMALLER")


class _StrictJson(DefaultJSONProvider):
    """orjson refuses NaN and deep nesting; the standard library takes the one and has a RecursionError at the other."""

    def loads(self, s: str | bytes, **_options: Any) -> Any:  # noqa: ANN401 - as Flask has it
        return orjson.loads(s)


@dataclass(frozen=True)
class _Dependency:
    """An Input, State or Output as a payload must name it.

    Attributes:
        component: the component's id; a dictionary in which a list marks a wildcard, or a plain text.
        prop: the property's name.
        is_many: whether the payload has a list here, because a wildcard is ALL or ALLSMALLER.
        is_optional: whether the component may be missing; the payload then has the id as it was registered.
        takes: what a value must fulfil; None if any will do.
    """

    component: str | dict[str, Any]
    prop: str
    is_many: bool
    is_optional: bool
    takes: Callable[[object], bool] | None

    @classmethod
    def of(cls, spec: dict[str, Any]) -> "_Dependency":
        component: str | dict[str, Any] = spec["id"]
        if isinstance(component, str) and component.startswith("{"):
            component = json.loads(component)
        wildcards = component.values() if isinstance(component, dict) else ()
        is_many = any(name in wildcard for wildcard in wildcards if isinstance(wildcard, list) for name in _MANY)
        takes = _PAGES_TAKE.get((component, spec["property"])) if isinstance(component, str) else None
        return cls(component, spec["property"], is_many, spec.get("allow_optional", False), takes)

    def fits(self, entry: object) -> bool:
        """Whether a payload's entry names this dependency."""
        if self.is_many:
            return type(entry) is list and all(map(self._fits_one, entry))
        return self._fits_one(entry)

    def _fits_one(self, entry: Any) -> bool:  # noqa: ANN401 - JSON
        if type(entry) is not dict:
            return False
        prop, component = entry.get("property"), entry.get("id")
        # Dash writes an Output that has duplicates as "children@digest".
        if prop != self.prop and not (type(prop) is str and prop.partition("@")[0] == self.prop):
            return False
        if component != self.component if type(self.component) is str else not self._matches(component):
            return False
        return self.takes is None or self.takes(entry.get("value"))

    def _matches(self, component: object) -> bool:
        """Whether an id is one that the wildcards stand for."""
        if not isinstance(self.component, dict) or not isinstance(component, dict):
            return False
        if self.is_optional and component == self.component:
            return True
        return component.keys() == self.component.keys() and all(
            isinstance(component[key], str | int | float) if isinstance(value, list) else component[key] == value
            for key, value in self.component.items()
        )


def _is_path(value: object) -> bool:
    # As a browser has it in location.pathname, where everything else is percent-encoded.
    return isinstance(value, str) and value.startswith("/") and value.isascii() and value.isprintable()


def _is_search(value: object) -> bool:
    return value is None or isinstance(value, str)


_PAGES_TAKE: dict[tuple[str, str], Callable[[object], bool]] = {
    ("_pages_location", "pathname"): _is_path,
    ("_pages_location", "search"): _is_search,
}


@dataclass(frozen=True)
class _Shape:
    """What a callback's payload must name: inputs, state and outputs, in this order."""

    inputs: tuple[_Dependency, ...]
    state: tuple[_Dependency, ...]
    outputs: tuple[_Dependency, ...]
    is_single: bool

    @classmethod
    def of(cls, registered: dict[str, Any]) -> "_Shape":
        """The shape of a callback in Dash's registry."""
        output = registered["output"]
        is_single = not isinstance(output, list | tuple)
        outputs = [] if registered["no_output"] else [output] if is_single else output
        return cls(
            inputs=tuple(map(_Dependency.of, registered["inputs"])),
            state=tuple(map(_Dependency.of, registered["state"])),
            outputs=tuple(_Dependency.of(one.to_dict()) for one in outputs),
            is_single=is_single,
        )

    def fault(self, payload: dict[str, Any]) -> str | None:
        """What is wrong with a payload, or None. It never repeats what the client sent."""
        if not _fit(payload.get("inputs"), self.inputs):
            return "inputs are not those of this callback"
        if not _fit(payload.get("state") or [], self.state):
            return "state is not that of this callback"
        outputs = payload.get("outputs")
        if self.outputs and not _fit([outputs] if self.is_single else outputs, self.outputs):
            return "outputs are not those of this callback"
        changed = payload.get("changedPropIds", [])
        if type(changed) is not list or not all(type(name) is str for name in changed):
            return "changedPropIds is not a list of texts"
        return None


def _fit(entries: object, dependencies: Sequence[_Dependency]) -> bool:
    return (
        type(entries) is list
        and len(entries) == len(dependencies)
        and all(dependency.fits(entry) for dependency, entry in zip(dependencies, entries, strict=True))
    )


def add_callback_guard(app: Dash) -> None:
    """Judge every payload before Dash sees it, and tell the log and the metrics which callback it is for.

    To be called once all callbacks are registered; ``g.callback`` is the callback's output id.
    """
    server: Flask = app.server
    server.json = _StrictJson(server)
    server.config["MAX_CONTENT_LENGTH"] = _MAX_BYTES
    # Callbacks that run in the browser are registered too, without a function.
    shapes = {name: _Shape.of(found) for name, found in app.callback_map.items() if "callback" in found}

    @server.before_request
    def guard() -> None:
        if request.path != PATH:
            return
        if request.method == "POST":
            _admit(shapes)
        # Else Dash answers a GET with its page, as for every path that no other rule takes.
        elif request.method != "OPTIONS":
            raise MethodNotAllowed(["POST", "OPTIONS"])


def _admit(shapes: dict[str, _Shape]) -> None:
    payload = request.get_json()
    if type(payload) is not dict:
        raise BadRequest("the payload is not an object")
    name = payload.get("output")
    shape = shapes.get(name) if type(name) is str else None
    if shape is None:
        raise BadRequest("there is no such callback in this version of the dashboard")
    if fault := shape.fault(payload):
        raise BadRequest(fault)
    if _is_deep(request.get_data(), payload):
        raise BadRequest(f"values are nested in more than {_MAX_DEPTH} levels")
    g.callback = name
    request_fields.set({**request_fields.get(), "callback": name})


def _is_deep(body: bytes, payload: object) -> bool:
    if body.count(b"[") + body.count(b"{") <= _MAX_DEPTH:
        return False
    level = [payload]
    for _ in range(_MAX_DEPTH):
        level = [
            child
            for value in level
            if isinstance(value, dict | list)
            for child in (value.values() if isinstance(value, dict) else value)
        ]
        if not level:
            return False
    return True
