"""Keeps the targets that the load balancer sends requests to equal to the healthy tasks."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from ops.local.task_health import HealthCheck

if TYPE_CHECKING:
    from types_boto3_elbv2 import ElasticLoadBalancingv2Client


@dataclass(frozen=True)
class Target:
    """An address that the load balancer sends requests to."""

    id: str
    port: int


@dataclass
class TargetGroup:
    """The service's target group. `registered` is what the load balancer was last seen to use."""

    client: "ElasticLoadBalancingv2Client"
    arn: str
    registered: frozenset[Target] = field(default=frozenset())

    def health_check(self) -> HealthCheck:
        """Return the health check of the group. Raises botocore's ClientError when the group is gone."""
        return HealthCheck.of(self.client.describe_target_groups(TargetGroupArns=[self.arn])["TargetGroups"][0])

    def drain_seconds(self) -> float:
        """Return how long a deregistered target may finish its requests (the group's deregistration delay)."""
        attributes = self.client.describe_target_group_attributes(TargetGroupArn=self.arn)["Attributes"]
        delays = [item["Value"] for item in attributes if item["Key"] == "deregistration_delay.timeout_seconds"]
        return float(delays[0]) if delays else 0.0

    def set_targets(self, wanted: Iterable[Target]) -> None:
        """Register what is missing and deregister what is too much, among it what an earlier run left behind."""
        goal = frozenset(wanted)
        described = self.client.describe_target_health(TargetGroupArn=self.arn)["TargetHealthDescriptions"]
        present = frozenset(Target(target["Target"]["Id"], target["Target"]["Port"]) for target in described)
        if surplus := present - goal:
            self.client.deregister_targets(
                TargetGroupArn=self.arn, Targets=[{"Id": target.id, "Port": target.port} for target in surplus]
            )
        if missing := goal - present:
            self.client.register_targets(
                TargetGroupArn=self.arn, Targets=[{"Id": target.id, "Port": target.port} for target in missing]
            )
        self.registered = goal
