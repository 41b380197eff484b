"""The dashboard's service."""

from typing import ClassVar

from cdktf import TerraformResourceLifecycle
from cdktf_cdktf_provider_aws.cloudwatch_log_group import CloudwatchLogGroup
from cdktf_cdktf_provider_aws.ecs_service import EcsService, EcsServiceLoadBalancer, EcsServiceNetworkConfiguration
from constructs import Construct

from config import Settings
from stacks.alb import AlbStack
from stacks.base import BaseStack
from stacks.bucket import BucketStack
from stacks.cluster import ClusterStack
from stacks.ecr import EcrStack
from stacks.parts.dashboard_image import DashboardImage
from stacks.parts.dashboard_task import DashboardTask
from stacks.parts.load_balanced_target import LoadBalancedTarget
from stacks.parts.service_access import ServiceAccess
from stacks.parts.task_roles import TaskRoles
from stacks.vpc import VpcStack


class ServiceStack(BaseStack):
    """The Fargate service behind the load balancer, at the version that `dashboard_version` names.

    Its tasks are in the private subnets without public addresses, and reachable from the load balancer alone.
    """

    NAME: ClassVar[str] = "service"

    def __init__(
        self,
        scope: Construct,
        settings: Settings,
        *,
        ecr: EcrStack,
        vpc: VpcStack,
        cluster: ClusterStack,
        alb: AlbStack,
        bucket: BucketStack,
    ) -> None:
        super().__init__(scope, settings, cost=settings.tags.service_cost)
        image = DashboardImage(
            self,
            "dashboard",
            repository_name=ecr.repository.name,
            repository_url=ecr.repository.repository_url,
        )
        log_group = CloudwatchLogGroup(
            self, "log", name=settings.log_group_name, retention_in_days=settings.task.log_retention_days
        )
        roles = TaskRoles(
            self,
            "roles",
            name=settings.service_name,
            region=settings.aws.region,
            account_id=settings.aws.account_id,
            bucket_arn=bucket.bucket.arn,
            repository_arn=ecr.repository.arn,
            log_group_arn=log_group.arn,
        )
        task = DashboardTask(
            self,
            "task",
            settings=settings,
            image_uri=image.uri,
            version=image.version,
            log_group_name=log_group.name,
            roles=roles,
        )
        access = ServiceAccess(
            self,
            "access",
            name=f"{settings.service_name}-tasks",
            vpc_id=vpc.vpc.id,
            port=settings.task.port,
            load_balancer_security_group_id=alb.security_group.id,
        )
        target = LoadBalancedTarget(
            self,
            "target",
            settings=settings,
            vpc_id=vpc.vpc.id,
            load_balancer_arn=alb.load_balancer.arn,
        )
        service = EcsService(
            self,
            "service",
            name=settings.service_name,
            cluster=cluster.cluster.arn,
            task_definition=task.definition.arn,
            launch_type="FARGATE",
            desired_count=settings.service.desired_count,
            deployment_minimum_healthy_percent=settings.service.minimum_healthy_percent,
            deployment_maximum_percent=settings.service.maximum_percent,
            health_check_grace_period_seconds=settings.service.health_check_grace_period_seconds,
            propagate_tags="SERVICE",
            network_configuration=EcsServiceNetworkConfiguration(
                subnets=vpc.private_subnet_ids,
                security_groups=[access.security_group.id],
                assign_public_ip=False,
            ),
            load_balancer=[
                EcsServiceLoadBalancer(
                    container_name=settings.task.container,
                    container_port=settings.task.port,
                    target_group_arn=target.target_group.arn,
                )
            ],
            # ECS refuses a target group that no load balancer uses yet:
            # https://registry.terraform.io/providers/hashicorp/aws/5.100.0/docs/resources/ecs_service
            depends_on=[target.listener],
            lifecycle=TerraformResourceLifecycle(ignore_changes=list(settings.local.service_ignore_changes))
            if settings.local
            else None,
        )
        self._add_outputs(alb, image, task, service, log_group)

    def _add_outputs(
        self,
        alb: AlbStack,
        image: DashboardImage,
        task: DashboardTask,
        service: EcsService,
        log_group: CloudwatchLogGroup,
    ) -> None:
        host = self.settings.emulated_load_balancer_host or alb.load_balancer.dns_name
        port = self.settings.local.port if self.settings.local else self.settings.alb.listener_port
        self.output("dashboard_url", f"http://{host}:{port}/", "The address of the dashboard")
        self.output("service_name", service.name, "The ECS service")
        self.output("task_definition_arn", task.definition.arn, "The task definition that the service runs")
        self.output("image_digest", image.digest, "The digest of the image that the service runs")
        self.output("log_group_name", log_group.name, "The CloudWatch log group of the dashboard")
