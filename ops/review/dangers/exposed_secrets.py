"""Secrets of containers that become plain variables."""

from collections.abc import Iterator

from ops.policy.container_definitions import containers_of, pairs_of
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
    return {
        (container, name)
        for container, parameters in containers_of(definition)
        for name, _ in pairs_of(parameters, attribute)
    }


RULES = (Rule(("aws_ecs_task_definition",), _judge),)
