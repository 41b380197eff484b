"""What Terraform marks in a value as sensitive or unknown: true, or nested lists and objects of it.

https://developer.hashicorp.com/terraform/internals/json-format#change-representation
"""

from typing import Any


def mark_of(marks: Any, key: str | int) -> Any:  # noqa: ANN401 - any JSON
    """Return the marks of what is at a key of a value."""
    if isinstance(marks, dict):
        return marks.get(key, False)
    if isinstance(marks, list):
        return marks[key] if isinstance(key, int) and key < len(marks) else False
    return marks is True


def has_true(marks: object) -> bool:
    """Tell whether a value, or part of it, is marked."""
    if isinstance(marks, dict | list):
        return any(map(has_true, marks.values() if isinstance(marks, dict) else marks))
    return marks is True
