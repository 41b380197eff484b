"""Marks are found at any depth, and where a whole value is marked."""

import pytest

from ops.marks import has_true, mark_of

pytestmark = pytest.mark.unit


@pytest.mark.parametrize(
    ("marks", "key", "found"),
    [
        ({"name": True}, "name", True),
        ({"name": True}, "other", False),
        ({"name": [False, True]}, "name", [False, True]),
        ([False, {"name": True}], 1, {"name": True}),
        ([True], 1, False),
        ([True], "name", False),
        (True, "name", True),
        (True, 3, True),
        (False, "name", False),
        (None, "name", False),
        ("text", "name", False),
    ],
)
def test_what_is_marked_at_a_key(marks: object, key: str | int, found: object) -> None:
    assert mark_of(marks, key) == found


@pytest.mark.parametrize("marks", [True, [True], {"name": True}, {"name": [False, {"inner": [True]}]}])
def test_a_mark_is_found_at_any_depth(marks: object) -> None:
    assert has_true(marks)


@pytest.mark.parametrize("marks", [False, None, [], {}, [False], {"name": [False, {"inner": False}]}, "true", 1])
def test_what_is_not_marked_has_none(marks: object) -> None:
    assert not has_true(marks)
