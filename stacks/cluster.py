"""The ECS cluster."""

from typing import ClassVar

from cdktf_cdktf_provider_aws.cloudwatch_log_group import CloudwatchLogGroup
from cdktf_cdktf_provider_aws.ecs_cluster import (
    EcsCluster,
    EcsClusterConfiguration,
    EcsClusterConfigurationExecuteCommandConfiguration,
    EcsClusterConfigurationExecuteCommandConfigurationLogConfiguration,
    EcsClusterSetting,
)
from cdktf_cdktf_provider_aws.ecs_cluster_capacity_providers import EcsClusterCapacityProviders
from constructs import Construct

from config import Settings
from stacks.base import BaseStack
from stacks.encryption import EncryptionStack


class ClusterStack(BaseStack):
    """A cluster on Fargate; with ECS Exec, what happens in a shell is encrypted, and logged in a log of its own.

    Typed attributes: `cluster`; `exec_log_group_arn`, None without ECS Exec.
    """

    NAME: ClassVar[str] = "cluster"

    def __init__(self, scope: Construct, settings: Settings, *, encryption: EncryptionStack) -> None:
        super().__init__(scope, settings, cost=settings.tags.infrastructure_cost)
        exec_log = self._build_exec_log(encryption.key_arn) if settings.exec.enabled else None
        self.exec_log_group_arn = exec_log.arn if exec_log else None
        self.cluster = EcsCluster(
            self,
            "cluster",
            name=settings.cluster_name,
            configuration=_shell(exec_log.name, encryption.key_arn) if exec_log else None,
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

    def _build_exec_log(self, key_arn: str | None) -> CloudwatchLogGroup:
        return CloudwatchLogGroup(
            self,
            "shell_log",
            name=self.settings.exec_log_group_name,
            retention_in_days=self.settings.exec.log_retention_days,
            kms_key_id=key_arn,
        )


def _shell(log_group_name: str, key_arn: str | None) -> EcsClusterConfiguration:
    return EcsClusterConfiguration(
        execute_command_configuration=EcsClusterConfigurationExecuteCommandConfiguration(
            kms_key_id=key_arn,
            logging="OVERRIDE",
            log_configuration=EcsClusterConfigurationExecuteCommandConfigurationLogConfiguration(
                cloud_watch_encryption_enabled=True, cloud_watch_log_group_name=log_group_name
            ),
        )
    )
