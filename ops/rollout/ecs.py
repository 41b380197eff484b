"""Looks at the service in ECS, and at what the load balancer and CloudWatch say of it."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property
from typing import TYPE_CHECKING

from ops.rollout.faults import is_denied
from ops.rollout.observed import Container, Event, Observed, Rollback, Rollout, RolloutState, Task

if TYPE_CHECKING:
    from types_boto3_ecs.literals import DesiredStatusType
    from types_boto3_ecs.type_defs import DeploymentTypeDef, ServiceTypeDef, TaskTypeDef

    from ops.aws import Aws
    from ops.rollout.verdict import Wanted

_DESCRIBED_AT_ONCE = 100  # https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_DescribeTasks.html


class EcsReader:
    """The service of an environment, as AWS shows it. `look` raises OpsError."""

    def __init__(self, aws: Aws, wanted: Wanted) -> None:
        self._aws = aws
        self._wanted = wanted
        self._cluster, self._name = aws.settings.cluster_name, aws.settings.service_name

    def look(self) -> Observed:
        with self._aws.errors():
            service = self._service()
            if service is None:
                return Observed()
            rollouts = tuple(_rollout(found) for found in service["deployments"])
            configuration = service.get("deploymentConfiguration", {})
            troubled = any(
                found.state == RolloutState.FAILED
                or (found.primary and found.task_definition != self._wanted.task_definition)
                for found in rollouts
            )
            alarms = configuration.get("alarms", {}).get("alarmNames", []) if troubled else []
            return Observed(
                desired_count=service["desiredCount"],
                rollouts=rollouts,
                tasks=tuple(self._tasks(service)),
                events=tuple(
                    Event(id=event["id"], message=event["message"], at=event.get("createdAt"))
                    for event in service.get("events", [])
                ),
                rollback=self._rollback() if troubled else None,
                alarms=self._raised(alarms),
                circuit_breaker=configuration.get("deploymentCircuitBreaker", {}).get("enable", False),
            )

    def _service(self) -> ServiceTypeDef | None:
        ecs = self._aws.ecs
        try:
            found = ecs.describe_services(cluster=self._cluster, services=[self._name])["services"]
        except ecs.exceptions.ClusterNotFoundException:
            return None
        return next((service for service in found if service["status"] == "ACTIVE"), None)

    def _tasks(self, service: ServiceTypeDef) -> Iterator[Task]:
        ecs = self._aws.ecs
        arns = [*self._arns("RUNNING"), *self._arns("STOPPED")]
        targets = self._targets(service)
        for first in range(0, len(arns), _DESCRIBED_AT_ONCE):
            described = ecs.describe_tasks(cluster=self._cluster, tasks=arns[first : first + _DESCRIBED_AT_ONCE])
            for task in described["tasks"]:
                target, reason = targets.get(private_address(task), ("", ""))
                yield self._task(task, target, reason)

    def _arns(self, status: DesiredStatusType) -> list[str]:
        pages = self._aws.ecs.get_paginator("list_tasks").paginate(
            cluster=self._cluster, serviceName=self._name, desiredStatus=status
        )
        return [arn for page in pages for arn in page["taskArns"]]

    def _targets(self, service: ServiceTypeDef) -> dict[str, tuple[str, str]]:
        """Return by address what the load balancer says of a target, and why."""
        found: dict[str, tuple[str, str]] = {}
        for balancer in service.get("loadBalancers", []):
            described = self._aws.elbv2.describe_target_health(TargetGroupArn=balancer["targetGroupArn"])
            for target in described["TargetHealthDescriptions"]:
                health = target["TargetHealth"]
                found[target["Target"]["Id"]] = (health["State"], health.get("Description", ""))
        return found

    def _task(self, task: TaskTypeDef, target: str, target_reason: str) -> Task:
        containers = task.get("containers", [])
        own = [found for found in containers if found["name"] == self._aws.settings.task.container]
        # What the task definition names by digest is what runs; imageDigest may be that of one platform's image in it:
        # https://docs.aws.amazon.com/AmazonECR/latest/userguide/docker-push-multi-architecture-image.html
        digests = [found.get("image", "").partition("@")[2] or found.get("imageDigest") for found in own]
        return Task(
            id=task["taskArn"].rpartition("/")[2],
            task_definition=task["taskDefinitionArn"],
            started_by=task.get("startedBy", ""),
            digest=digests[0] if digests else None,
            desired_status=task["desiredStatus"],
            last_status=task["lastStatus"],
            health=task.get("healthStatus", "UNKNOWN") if self._has_health_check else "",
            target=target,
            target_reason=target_reason,
            stop_code=task.get("stopCode", ""),
            stopped_reason=task.get("stoppedReason", ""),
            containers=tuple(
                Container(name=found["name"], exit_code=found.get("exitCode"), reason=found.get("reason", ""))
                for found in containers
            ),
        )

    @cached_property
    def _has_health_check(self) -> bool:
        found = self._aws.ecs.describe_task_definition(taskDefinition=self._wanted.task_definition)
        return any("healthCheck" in container for container in found["taskDefinition"]["containerDefinitions"])

    def _rollback(self) -> Rollback | None:
        """Return how ECS took the latest deployment back, or None where it did not, or may not be asked."""
        from botocore.exceptions import ClientError

        try:
            listed = self._aws.ecs.list_service_deployments(cluster=self._cluster, service=self._name)
            briefs = sorted(listed["serviceDeployments"], key=lambda brief: brief["createdAt"])
            if not briefs or not briefs[-1]["status"].startswith("ROLLBACK"):
                return None
            arn = briefs[-1]["serviceDeploymentArn"]
            found = self._aws.ecs.describe_service_deployments(serviceDeploymentArns=[arn])["serviceDeployments"][0]
        except ClientError as error:
            if is_denied(error):
                return None
            raise
        reason = found.get("rollback", {}).get("reason") or found.get("statusReason", "")
        return Rollback(reason=reason, alarms=tuple(found.get("alarms", {}).get("triggeredAlarmNames", [])))

    def _raised(self, names: list[str]) -> tuple[str, ...]:
        """Return those of these alarms that are raised now; none where they may not be asked."""
        from botocore.exceptions import ClientError

        if not names:
            return ()
        try:
            found = self._aws.cloudwatch.describe_alarms(AlarmNames=names, StateValue="ALARM")["MetricAlarms"]
        except ClientError as error:
            if is_denied(error):
                return ()
            raise
        return tuple(alarm["AlarmName"] for alarm in found)


def private_address(task: TaskTypeDef) -> str:
    """Return the address of a task in the VPC, empty while it has none."""
    details = [detail for attachment in task.get("attachments", []) for detail in attachment.get("details", [])]
    return next((detail["value"] for detail in details if detail.get("name") == "privateIPv4Address"), "")


def _rollout(found: DeploymentTypeDef) -> Rollout:
    return Rollout(
        id=found["id"],
        task_definition=found["taskDefinition"],
        primary=found["status"] == "PRIMARY",
        state=found.get("rolloutState", ""),
        reason=found.get("rolloutStateReason", ""),
        created=found.get("createdAt"),
        task_count=found.get("runningCount", 0) + found.get("pendingCount", 0),
    )
