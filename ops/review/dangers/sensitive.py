"""Keeps what Terraform marks as sensitive out of sentences."""

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

_HIDDEN = "(sensitive)"


def hidden(text: str, change: Mapping[str, Any]) -> str:
    """Return a text without the values of a resource change that Terraform marks as sensitive.

    https://developer.hashicorp.com/terraform/internals/json-format#change-representation
    """
    secrets = {
        secret for side in ("before", "after") for secret in _marked(change.get(side), change.get(f"{side}_sensitive"))
    }
    for secret in sorted(secrets, key=len, reverse=True):
        text = re.sub(rf"(?<!\w){re.escape(secret)}(?!\w)", _HIDDEN, text)
    return text


def _marked(value: Any, marks: object) -> Iterator[str]:  # noqa: ANN401 - any JSON
    """Yield the texts and numbers that marks, which are true or nested as the value is, are about."""
    if marks is True:
        yield from _leaves(value)
    elif isinstance(marks, Mapping) and isinstance(value, Mapping):
        for key, mark in marks.items():
            yield from _marked(value.get(key), mark)
    elif isinstance(marks, list) and isinstance(value, list):
        for item, mark in zip(value, marks, strict=False):
            yield from _marked(item, mark)


def _leaves(value: Any) -> Iterator[str]:  # noqa: ANN401 - any JSON
    if isinstance(value, Mapping):
        for key, item in value.items():
            yield str(key)
            yield from _leaves(item)
    elif isinstance(value, list):
        for item in value:
            yield from _leaves(item)
    elif isinstance(value, str):
        yield from _leaves_of_text(value)
    elif value is not None and not isinstance(value, bool):
        yield str(value)


def _leaves_of_text(text: str) -> Iterator[str]:
    if text:
        yield text
    if text.startswith(("{", "[")):  # a policy, container definitions
        try:
            yield from _leaves(json.loads(text))
        except ValueError:
            return
