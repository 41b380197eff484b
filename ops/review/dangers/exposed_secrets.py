"""Secrets of containers that become plain variables."""

import json
from collections.abc import Iterator

from ops.policy.planned import Resource
from ops.review.dangers.danger import Found
from ops.review.dangers.rule import Rule
from ops.review.dangers.transition import Transition, Transitions


def _judge(transition: Transition, _: Transitions) -> Iterator[Found]:
    if transition.before and transition.after:
        for container, name in sorted(_names(transition.after, "environment") & _names(transition.before, "secrets")):
            yield Found(
                "danger",
                f"container {container}: {name} is a secret no longer, but a plain variable",
                "Everyone who may describe the task definition reads it: name its ARN in `secrets` of the container.",
            )


def _names(definition: Resource, attribute: str) -> set[tuple[str, str]]:
    containers = json.loads(definition.get("container_definitions") or "[]")
    return {(container["name"], pair["name"]) for container in containers for pair in container.get(attribute) or []}


RULES = (Rule(("aws_ecs_task_definition",), _judge),)
