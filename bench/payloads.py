"""The requests that a browser sends when a country is chosen, learned from a running dashboard."""

import http.client
import json
from typing import Any

UPDATE = "/_dash-update-component"
CHOICE, GRAPH = "dropdown-selection", "graph-content"

Json = Any


def country_payloads(port: int) -> list[bytes]:
    """One body for each country: what Dash's renderer posts when only that country is chosen.

    Learned from ``/_dash-dependencies`` and the layout, the pages' included, so it is the page's own callback whatever
    else it takes and gives.
    """
    layout: list[Json] = [_ask(port, "/_dash-layout")]
    dependencies: list[Json] = _ask(port, "/_dash-dependencies")
    for dependency in dependencies:
        if "_pages_content.children" in dependency["output"]:
            layout.append(_ask(port, UPDATE, _payload(dependency, {("_pages_location", "pathname"): "/"})))
    values = {key: value for part in layout for key, value in _find_values(part).items()}
    if not values.get((CHOICE, "options")):
        raise LookupError("the page has no countries to choose from")
    (redraw,) = (
        dependency
        for dependency in dependencies
        if f"{GRAPH}.figure" in dependency["output"]
        and dependency.get("clientside_function") is None
        and any((part["id"], part["property"]) == (CHOICE, "value") for part in dependency["inputs"])
    )
    is_multi = isinstance(values[CHOICE, "value"], list)
    payloads = []
    for option in values[CHOICE, "options"]:
        country = option["value"] if isinstance(option, dict) else option
        chosen = values | {(CHOICE, "value"): [country] if is_multi else country}
        payloads.append(json.dumps(_payload(redraw, chosen), separators=(",", ":")).encode())
    return payloads


def _ask(port: int, path: str, body: Json = None) -> Json:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
    try:
        if body is None:
            connection.request("GET", path)
        else:
            connection.request("POST", path, json.dumps(body), {"Content-Type": "application/json"})
        answer = connection.getresponse()
        content = answer.read()
        if answer.status != 200:
            raise LookupError(f"{path} answers {answer.status}: {content[:200]!r}")
        return json.loads(content)
    finally:
        connection.close()


def _find_values(part: Json) -> dict[tuple[str, str], Json]:
    """Every property of every component that has an id, wherever it is in a layout or in a callback's answer."""
    found: dict[tuple[str, str], Json] = {}
    if isinstance(part, list):
        for item in part:
            found |= _find_values(item)
    elif isinstance(part, dict):
        properties = part.get("props", {})
        if "id" in properties:
            found |= {(str(properties["id"]), name): value for name, value in properties.items()}
        for value in part.values():
            found |= _find_values(value)
    return found


def _payload(dependency: Json, values: dict[tuple[str, str], Json]) -> Json:
    def fill(parts: list[Json]) -> list[Json]:
        filled = []
        for part in parts:
            entry = {"id": part["id"], "property": part["property"]}
            if (part["id"], part["property"]) in values:
                entry["value"] = values[part["id"], part["property"]]
            filled.append(entry)
        return filled

    output = dependency["output"]
    names = output.strip(".").split("...") if output.startswith("..") else [output]
    outputs: list[Json] = [dict(zip(("id", "property"), name.rsplit(".", 1), strict=True)) for name in names]
    changed = next((part for part in dependency["inputs"] if part["id"] == CHOICE), dependency["inputs"][0])
    payload = {
        "output": output,
        "outputs": outputs if output.startswith("..") else outputs[0],
        "inputs": fill(dependency["inputs"]),
        "changedPropIds": [f"{changed['id']}.{changed['property']}"],
        "parsedChangedPropsIds": [f"{changed['id']}.{changed['property']}"],
    }
    if dependency["state"]:
        payload["state"] = fill(dependency["state"])
    return payload
