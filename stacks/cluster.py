"""The ECS cluster."""

from typing import ClassVar

from cdktf_cdktf_provider_aws.ecs_cluster import EcsCluster, EcsClusterSetting
from cdktf_cdktf_provider_aws.ecs_cluster_capacity_providers import EcsClusterCapacityProviders
from constructs import Construct

from config import Settings
from stacks.base import BaseStack


class ClusterStack(BaseStack):
    """A cluster on Fargate. Typed attributes: `cluster`."""

    NAME: ClassVar[str] = "cluster"

    def __init__(self, scope: Construct, settings: Settings) -> None:
        super().__init__(scope, settings, cost=settings.tags.infrastructure_cost)
        self.cluster = EcsCluster(
            self,
            "cluster",
            name=settings.cluster_name,
            setting=[
                EcsClusterSetting(
                    name="containerInsights",
                    value="enabled" if settings.cluster.container_insights else "disabled",
                )
            ],
        )
        EcsClusterCapacityProviders(
            self, "fargate", cluster_name=self.cluster.name, capacity_providers=["FARGATE", "FARGATE_SPOT"]
        )
        self.output("cluster_name", self.cluster.name, "The ECS cluster")
