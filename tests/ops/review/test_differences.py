"""What differs between two values, path by path, and never a sensitive one."""

import json
from typing import Any

import pytest

from ops.review.differences import NOT_SET, SENSITIVE, UNKNOWN, differences

pytestmark = pytest.mark.unit


def told(before: dict[str, Any] | None, after: dict[str, Any] | None, **marks: Any) -> list[tuple[str, str, str]]:  # noqa: ANN401 - any JSON
    found = differences({"before": before, "after": after, **marks})
    return [(changed.path, changed.before, changed.after) for changed in found]


def test_only_what_differs_is_told_by_its_path() -> None:
    before = {"name": "a", "rule": [{"days": 30, "on": True}], "tags": {"team": "data", "cost center": "1"}}
    after = {"name": "a", "rule": [{"days": 7, "on": True}], "tags": {"team": "web", "cost center": "2"}}
    assert told(before, after) == [
        ("rule[0].days", "30", "7"),
        ('tags["cost center"]', '"1"', '"2"'),
        ("tags.team", '"data"', '"web"'),
    ]


def test_a_set_tells_what_comes_and_goes_not_what_moves() -> None:
    assert told({"subnets": ["a", "b", "c"]}, {"subnets": ["c", "a", "d"]}) == [("subnets[2]", '"b"', '"d"')]
    assert told({"subnets": ["a"]}, {"subnets": ["b", "a"]}) == [("subnets[0]", NOT_SET, '"b"')]
    assert told({"order": ["a", "b"]}, {"order": ["b", "a"]}) == [("order", "(one order)", "(another order)")]


def test_json_is_read_and_its_form_does_not_matter() -> None:
    policy = {"Statement": [{"Action": "s3:*"}]}
    assert told({"policy": json.dumps(policy)}, {"policy": json.dumps(policy, indent=2)}) == []
    wider = {"Statement": [{"Action": "*"}]}
    assert told({"policy": json.dumps(policy)}, {"policy": json.dumps(wider)}) == [
        ("policy.Statement[0].Action", '"s3:*"', '"*"')
    ]


def test_items_with_names_belong_to_their_like() -> None:
    before = json.dumps([{"name": "A", "value": "1"}, {"name": "B", "value": "2"}])
    after = json.dumps([{"name": "B", "value": "2"}, {"name": "A", "value": "3"}])
    assert told({"environment": before}, {"environment": after}) == [("environment[A].value", '"1"', '"3"')]


def test_what_is_not_set_and_what_is_empty_is_the_same() -> None:
    assert told({"a": None, "b": "", "c": [], "d": {}}, {"a": "", "b": None, "c": None, "d": None}) == []
    assert told({"a": None, "b": None}, {"a": False, "b": 0}) == [("a", NOT_SET, "false"), ("b", NOT_SET, "0")]


def test_what_is_known_later_is_told_as_that() -> None:
    assert told({"arn": "x"}, {}, after_unknown={"arn": True}) == [("arn", '"x"', UNKNOWN)]
    assert told({"rule": [{"id": "x", "n": 1}]}, {"rule": [{"n": 1}]}, after_unknown={"rule": [{"id": True}]}) == [
        ("rule[0].id", '"x"', UNKNOWN)
    ]


def test_what_a_replaced_resource_gets_anew_is_left_out() -> None:
    found = differences(
        {
            "before": {"arn": "x", "name": "a"},
            "after": {"name": "b"},
            "after_unknown": {"arn": True},
            "replace_paths": [["name"]],
        }
    )
    assert [(changed.path, changed.forces_replacement) for changed in found] == [("name", True)]


def test_tags_are_told_once_and_those_of_the_provider_too() -> None:
    before = {"tags": {"Name": "a"}, "tags_all": {"Name": "a", "team": "data"}}
    after = {"tags": {"Name": "b"}, "tags_all": {"Name": "b", "team": "web"}}
    assert told(before, after) == [("tags_all.Name", '"a"', '"b"'), ("tags_all.team", '"data"', '"web"')]
    assert told({"tags": {"Name": "a"}}, {"tags": {"Name": "b"}}) == [("tags.Name", '"a"', '"b"')]


@pytest.mark.parametrize("marked", ["before_sensitive", "after_sensitive"])
@pytest.mark.parametrize(
    ("before", "after", "marks"),
    [
        ({"s": "hush1"}, {"s": "hush2"}, {"s": True}),
        ({"s": "hush1"}, {"s": None}, {"s": True}),
        ({"s": '{"a": "hush1"}'}, {"s": '{"a": "hush2"}'}, {"s": True}),
        ({"s": [{"k": "hush1"}]}, {"s": [{"k": "hush2"}]}, {"s": [{"k": True}]}),
        ({"s": {"k": {"l": "hush1"}}}, {"s": None}, {"s": {"k": {"l": True}}}),
        ({"s": ["hush1", "hush3"]}, {"s": ["hush2"]}, {"s": [True, True]}),
        ({"s": "hush1"}, {"s": "hush2"}, True),
    ],
)
def test_what_is_sensitive_is_never_told(
    before: dict[str, Any], after: dict[str, Any], marks: object, marked: str
) -> None:
    found = told(before, after, **{marked: marks})
    assert {values for _, *both in found for values in both} == {SENSITIVE}
    assert all("hush" not in path for path, *_ in found)


def test_what_is_in_something_sensitive_has_no_path_either() -> None:
    before, after = {"s": '{"hush1": 1, "hush2": 2}'}, {"s": '{"hush1": 1}'}
    assert told(before, after, before_sensitive={"s": True}) == [("s", SENSITIVE, SENSITIVE)]


def test_what_is_sensitive_before_and_known_later_is_not_told_either() -> None:
    marks = {"before_sensitive": {"s": [{"k": True}]}, "after_unknown": {"s": True}}
    assert told({"s": [{"k": "hush"}]}, {}, **marks) == [("s", SENSITIVE, SENSITIVE)]


def test_a_long_value_is_shortened() -> None:
    ((_, before, after),) = told({"text": "x" * 500}, {"text": None})
    assert len(before) < 110
    assert before.endswith("…")
    assert after == NOT_SET
