"""Rules for the ECS service and its scaling."""

from collections.abc import Iterator

from ops.policy.planned import PlannedStack, Resource
from ops.policy.rules.rule import Rule

_ECS = "https://docs.aws.amazon.com/AmazonECS/latest/developerguide"
_FEWEST = 2


def _breaker(resource: Resource, _: PlannedStack) -> Iterator[str]:
    for switch in ("enable", "rollback"):
        if resource.get("deployment_circuit_breaker", 0, switch) is not True:
            yield f"deployment_circuit_breaker.{switch} is not true"
            return


def _tasks(resource: Resource, _: PlannedStack) -> Iterator[str]:
    if resource.type == "aws_ecs_service":
        count = resource.get("desired_count")
        yield from _too_few("desired_count", count)
    elif resource.type == "aws_appautoscaling_target":
        yield from _too_few("min_capacity", resource.get("min_capacity"))
    else:
        minimum = resource.get("scalable_target_action", 0, "min_capacity")
        # Without one of its own, the minimum of the target holds.
        if minimum is not None:
            yield from _too_few("min_capacity", int(minimum))


def _too_few(attribute: str, count: int | None) -> Iterator[str]:
    if count is None or count < _FEWEST:
        yield f"{attribute} is {'not set' if count is None else count}"


def _healthy(resource: Resource, _: PlannedStack) -> Iterator[str]:
    percent = resource.get("deployment_minimum_healthy_percent")
    if percent is None or percent < 100:
        yield f"deployment_minimum_healthy_percent is {'not set' if percent is None else percent}"


RULES = (
    Rule(
        "DASH_SERVICE_BREAKER",
        "A deployment whose tasks do not become healthy is stopped and rolled back by itself",
        "set deployment_circuit_breaker with enable and rollback",
        f"{_ECS}/deployment-circuit-breaker.html",
        ("aws_ecs_service",),
        _breaker,
    ),
    Rule(
        "DASH_SERVICE_TASKS",
        "Two tasks run at any time, so that one can fail or be replaced unnoticed",
        "set service.desired_count and scaling.minimum to 2 or more, and no fewer off hours",
        f"{_ECS}/service_definition_parameters.html",
        ("aws_ecs_service", "aws_appautoscaling_target", "aws_appautoscaling_scheduled_action"),
        _tasks,
    ),
    Rule(
        "DASH_SERVICE_HEALTHY",
        "A deployment stops no task before its successor is healthy",
        "set service.minimum_healthy_percent to 100",
        f"{_ECS}/service_definition_parameters.html",
        ("aws_ecs_service",),
        _healthy,
    ),
)
