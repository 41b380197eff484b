"""Callback payloads as Dash's browser code sends them, made from Dash's own registry of callbacks."""

import json
from collections.abc import Callable, Mapping
from typing import Any

from dash import Dash

PATH = "/_dash-update-component"


def server_callbacks(app: Dash) -> list[str]:
    """The output ids of the callbacks that run in the server."""
    return [name for name, callback in app.callback_map.items() if "callback" in callback]


def callback_with(app: Dash, output: str) -> str:
    """The output id of the one server callback with this output, such as ``graph-content.figure``."""
    (name,) = [name for name in server_callbacks(app) if output in name.strip(".").split("...")]
    return name


def payload(
    app: Dash, name: str, values: Mapping[str, object] | None = None, draw: Callable[[], object] = lambda: None
) -> dict[str, Any]:
    """The payload of a callback.

    Args:
        name: its output id.
        values: by "component.property", what to send.
        draw: gives every other value.
    """
    callback = app.callback_map[name]
    given = values or {}

    def entry(spec: dict[str, str]) -> dict[str, object]:
        key = f"{spec['id']}.{spec['property']}"
        return {"id": spec["id"], "property": spec["property"], "value": given[key] if key in given else draw()}

    def output(text: str) -> dict[str, str]:
        component, _, prop = text.rpartition(".")
        return {"id": component, "property": prop}

    inputs = [entry(spec) for spec in callback["inputs"]]
    changed = [f"{entry['id']}.{entry['property']}" for entry in inputs[:1]]
    is_multi = name.startswith("..")
    return {
        "output": name,
        "outputs": [output(one) for one in name[2:-2].split("...")] if is_multi else output(name),
        "inputs": inputs,
        "changedPropIds": changed,
        "parsedChangedPropsIds": changed,
    } | ({"state": [entry(spec) for spec in callback["state"]]} if callback["state"] else {})


def choosing(app: Dash, country: object) -> dict[str, Any]:
    """The payload of choosing a country."""
    name = callback_with(app, "graph-content.figure")
    return payload(app, name, {"dropdown-selection.value": country})


def nested(levels: int) -> bytes:
    """JSON text of lists in lists."""
    return b"[" * levels + b"]" * levels


def as_json(value: object) -> bytes:
    return json.dumps(value).encode()
