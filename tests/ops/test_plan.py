"""What a plan does to each resource, as `terraform show -json` and the events of `terraform plan -json` tell it."""

from typing import Any

import pytest

from ops.plan import Plan, action_of, read_plan

pytestmark = pytest.mark.unit


@pytest.mark.parametrize(
    ("actions", "action"),
    [
        (["no-op"], None),
        (["read"], None),
        (["create"], "create"),
        (["update"], "update"),
        (["delete"], "delete"),
        (["forget"], "forget"),
        (["delete", "create"], "replace"),
        (["create", "delete"], "replace"),
        (["create", "forget"], "replace"),
    ],
)
def test_what_happens_to_a_resource(actions: list[str], action: str | None) -> None:
    assert action_of(actions) == action


@pytest.mark.parametrize("actions", [["vanish"], ["vanish", "create"], ["update", "vanish"]])
def test_what_a_later_terraform_does_is_taken_for_the_worst(actions: list[str]) -> None:
    assert action_of(actions) == "replace"


def changed(address: str, *actions: str, **change: Any) -> dict[str, Any]:  # noqa: ANN401 - any JSON
    return {"address": address, "change": {"actions": list(actions), **change}}


def test_a_plan_is_told_by_address_with_what_changes() -> None:
    plan = read_plan(
        {
            "resource_changes": [
                changed("b.kept", "no-op"),
                changed("data.a.read", "read"),
                changed("b.forgotten", "forget", before={"name": "n"}, after=None),
                changed("a.changed", "update", before={"name": "n", "size": 1}, after={"name": "n", "size": 2}),
                changed(
                    "a.replaced",
                    "create",
                    "forget",
                    before={"name": "n", "id": "1"},
                    after={"name": "m"},
                    after_unknown={"id": True},
                    replace_paths=[["name"]],
                ),
            ],
            "output_changes": {"same": {"actions": ["no-op"]}, "other": {"actions": ["update"]}},
        }
    )
    assert plan.lines() == [
        "  ~ a.changed: size 1 -> 2",
        '-/+ a.replaced: name "n" -> "m" (forces replacement)',
        "forget b.forgotten",
    ]
    assert plan.summary == "1 to forget, 1 to update, 1 to replace"
    assert plan.outputs == ("other",)


def test_values_are_told_where_they_are_short_known_and_no_secret() -> None:
    before = {"list": [1], "long": "x" * 100, "nested": {"token": "a"}, "secret": "a", "there": "a", "whole": "a"}
    after = before | {"list": [2], "long": "y" * 100, "nested": {"token": "b"}, "secret": "b", "whole": "b"}
    change = changed(
        "a.b",
        "update",
        before=before,
        after=after,
        after_unknown={"there": True},
        before_sensitive={"nested": {"token": True}, "whole": True},
        after_sensitive={"secret": True},
    )
    (told,) = read_plan({"resource_changes": [change]}).resources
    assert told.attributes == ("list", "long", "nested", "secret", 'there "a" -> (known after apply)', "whole")
    hidden = changed("a.b", "update", before={"name": "a"}, after={"name": "b"}, after_sensitive=True)
    (told,) = read_plan({"resource_changes": [hidden]}).resources
    assert told.attributes == ("name",)


def event(action: str) -> dict[str, Any]:
    return {"type": "planned_change", "change": {"resource": {"addr": "a.b"}, "action": action}}


@pytest.mark.parametrize(
    ("action", "summary"),
    [
        ("noop", "no changes"),
        ("read", "no changes"),
        ("replace", "1 to replace"),
        ("move", "1 to move"),
        # https://developer.hashicorp.com/terraform/language/resources/syntax#removing-resources
        ("remove", "1 to forget"),
    ],
)
def test_what_an_event_tells(action: str, summary: str) -> None:
    assert Plan().with_event(event(action)).summary == summary


def test_outputs_that_change_are_changes() -> None:
    outputs = {"type": "outputs", "outputs": {"same": {"action": "noop"}, "other": {"action": "update"}, "new": {}}}
    plan = Plan().with_event(outputs)
    assert (plan.outputs, plan.summary, plan.lines()) == (("other",), "only outputs change", ["  ~ output other"])
    assert plan
    assert not Plan()
