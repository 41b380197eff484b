"""The ECS service."""

from collections.abc import Sequence

from cdktf import ITerraformDependable, TerraformResourceLifecycle
from cdktf_cdktf_provider_aws.ecs_service import (
    EcsService,
    EcsServiceAlarms,
    EcsServiceCapacityProviderStrategy,
    EcsServiceDeploymentCircuitBreaker,
    EcsServiceLoadBalancer,
    EcsServiceNetworkConfiguration,
)
from constructs import Construct

from config import Settings


def fargate_service(
    scope: Construct,
    id: str,
    *,
    settings: Settings,
    cluster_arn: str,
    task_definition_arn: str,
    subnet_ids: list[str],
    security_group_id: str,
    target_group_arn: str,
    rollback_alarm_names: list[str],
    depends_on: Sequence[ITerraformDependable],
) -> EcsService:
    """Return the service: tasks on Fargate, in private subnets, replaced one by one and taken back if that fails.

    `depends_on`: what ECS must find when the service is made, though no attribute names it.
    """
    service = settings.service
    return EcsService(
        scope,
        id,
        name=settings.service_name,
        cluster=cluster_arn,
        task_definition=task_definition_arn,
        desired_count=service.desired_count,
        capacity_provider_strategy=_capacity(service.spot_share),
        # Else another share of Spot would replace the service, with an outage:
        # https://registry.terraform.io/providers/hashicorp/aws/5.100.0/docs/resources/ecs_service#capacity_provider_strategy
        force_new_deployment=True,
        platform_version=service.platform_version,
        enable_execute_command=settings.exec.enabled,
        deployment_minimum_healthy_percent=service.minimum_healthy_percent,
        deployment_maximum_percent=service.maximum_percent,
        deployment_circuit_breaker=EcsServiceDeploymentCircuitBreaker(
            enable=service.circuit_breaker, rollback=service.circuit_breaker
        ),
        alarms=EcsServiceAlarms(enable=True, rollback=True, alarm_names=rollback_alarm_names)
        if service.alarm_rollback
        else None,
        availability_zone_rebalancing="ENABLED" if service.zone_rebalancing else "DISABLED",
        health_check_grace_period_seconds=service.health_check_grace_period_seconds,
        propagate_tags="SERVICE",
        network_configuration=EcsServiceNetworkConfiguration(
            subnets=subnet_ids, security_groups=[security_group_id], assign_public_ip=False
        ),
        load_balancer=[
            EcsServiceLoadBalancer(
                container_name=settings.task.container,
                container_port=settings.task.port,
                target_group_arn=target_group_arn,
            )
        ],
        depends_on=list(depends_on),
        # The scaling decides how many tasks run, and a deployment leaves it at that.
        lifecycle=TerraformResourceLifecycle(ignore_changes=["desired_count"]) if settings.scaling.enabled else None,
    )


def _capacity(spot_share: float) -> list[EcsServiceCapacityProviderStrategy]:
    """Weights of hundred; the first task is on capacity that AWS does not take back, unless all are to be on Spot."""
    spot = round(spot_share * 100)
    strategy = []
    if spot < 100:
        strategy.append(EcsServiceCapacityProviderStrategy(capacity_provider="FARGATE", base=1, weight=100 - spot))
    if spot > 0:
        strategy.append(EcsServiceCapacityProviderStrategy(capacity_provider="FARGATE_SPOT", weight=spot))
    return strategy
