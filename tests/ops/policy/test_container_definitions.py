"""Containers by name; definitions without names cannot be read."""

import json

import pytest

from ops.policy.container_definitions import containers_of, pairs_of
from ops.policy.documents import UnreadableError
from ops.policy.planned import Resource

pytestmark = pytest.mark.unit


def definition(text: str | None) -> Resource:
    return Resource(
        "aws_ecs_task_definition.task", "aws_ecs_task_definition", "", {"container_definitions": text}, {}, {}
    )


def test_containers_by_name() -> None:
    one = {"name": "one", "environment": [{"name": "PORT", "value": "1"}, {"name": "EMPTY"}], "secrets": None}
    two = {"name": "two", "secrets": [{"name": "TOKEN", "valueFrom": "arn"}]}
    assert containers_of(definition(json.dumps([one, two]))) == [("one", one), ("two", two)]
    assert containers_of(definition(None)) == []
    assert pairs_of(one, "environment") == [("PORT", "1"), ("EMPTY", "")]
    assert pairs_of(one, "secrets") == []
    assert pairs_of(two, "secrets") == [("TOKEN", "arn")]


@pytest.mark.parametrize("text", ["no JSON", "1", '{"name": "one"}', "[null]", "[{}]"])
def test_definitions_without_names_cannot_be_read(text: str) -> None:
    with pytest.raises(UnreadableError, match="container_definitions is not in AWS's form"):
        containers_of(definition(text))


@pytest.mark.parametrize("pairs", [1, [None], [{"value": "1"}]])
def test_variables_without_names_cannot_be_read(pairs: object) -> None:
    with pytest.raises(UnreadableError):
        pairs_of({"environment": pairs}, "environment")
