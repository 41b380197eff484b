"""How the test of the successor compares: nothing that Terraform would take otherwise is overlooked."""

import json
from pathlib import Path
from typing import Any

import pytest

from tests.successor.emitted import ABSENT, differences, told, values

pytestmark = pytest.mark.unit


def emitted(folder: Path, **files: Any) -> Path:  # noqa: ANN401 - JSON is of any type
    for name, content in files.items():
        path = folder / name / "cdk.tf.json"
        path.parent.mkdir(parents=True)
        path.write_text(json.dumps(content))
    return folder


def changes(tmp_path: Path, before: object, after: object) -> dict[tuple[str, ...], tuple[str, str]]:
    old, new = emitted(tmp_path / "before", vpc=before), emitted(tmp_path / "after", vpc=after)
    return {place[1:]: change for place, change in differences(values(old), values(new)).items()}


def test_order_and_layout_do_not_count(tmp_path: Path) -> None:
    old, new = emitted(tmp_path / "before", vpc={"a": [], "b": {}}), tmp_path / "after" / "vpc" / "cdk.tf.json"
    new.parent.mkdir(parents=True)
    new.write_text('{"b": {\n},\n"a": [\n]}')
    assert differences(values(old), values(tmp_path / "after")) == {}


@pytest.mark.parametrize(
    ("before", "after", "place", "change"),
    [
        ({"a": 1}, {"a": True}, ("a",), ("1", "true")),
        ({"a": 1}, {"a": "1"}, ("a",), ("1", '"1"')),
        ({"a": {}}, {"a": []}, ("a",), ("{}", "[]")),
        ({"a": None}, {}, ("a",), ("null", ABSENT)),
        ({}, {"a": {"b": 1}}, ("a", "b"), (ABSENT, "1")),
        ({"a": [1]}, {"a": [1, 2]}, ("a", "1"), (ABSENT, "2")),
        ({"a.b": 1, "a": {}}, {"a": {"b": 1}}, ("a.b",), ("1", ABSENT)),
    ],
)
def test_a_value_of_another_kind_is_a_difference(
    tmp_path: Path, before: object, after: object, place: tuple[str, ...], change: tuple[str, str]
) -> None:
    assert changes(tmp_path, before, after)[place] == change


def test_a_stack_that_is_gone_is_a_difference(tmp_path: Path) -> None:
    old, new = emitted(tmp_path / "before", vpc={"a": 1}, alb={}), emitted(tmp_path / "after", vpc={"a": 1})
    assert told(differences(values(old), values(new))) == "\nalb/cdk.tf.json: {} -> absent"
