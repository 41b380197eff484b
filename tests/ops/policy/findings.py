"""A finding, and the entry of an allow-list that accepts it."""

from typing import Any

from ops.policy.finding import Finding

FINDING = Finding(
    check="DASH_CONTAINER_USER",
    demand="A container runs as a user other than root",
    stack="all",
    address="aws_ecs_task_definition.task",
    construct="task/definition",
    found="container dashboard: user is root",
    remedy="set user",
    guideline="https://example.com",
)
ENTRY: dict[str, Any] = {
    "check": FINDING.check,
    "stack": FINDING.stack,
    "resource": FINDING.address,
    "environments": ["dev"],
    "reason": "It has to be.",
}
