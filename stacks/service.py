"""The dashboard's service."""

from typing import ClassVar

from cdktf_cdktf_provider_aws.cloudwatch_log_group import CloudwatchLogGroup
from constructs import Construct

from config import Settings
from stacks.alb import AlbStack
from stacks.alerts import AlertsStack
from stacks.base import BaseStack
from stacks.bucket import BucketStack
from stacks.cluster import ClusterStack
from stacks.ecr import EcrStack
from stacks.encryption import EncryptionStack
from stacks.parts.certificate import Certificate
from stacks.parts.dashboard_image import DashboardImage
from stacks.parts.dashboard_task import DashboardTask
from stacks.parts.fargate_service import fargate_service
from stacks.parts.load_balanced_target import LoadBalancedTarget
from stacks.parts.rollback_alarms import RollbackAlarms
from stacks.parts.service_access import ServiceAccess
from stacks.parts.service_scaling import ServiceScaling
from stacks.parts.task_roles import TaskRoles
from stacks.vpc import VpcStack

NO_HTTPS = "none: what readers see crosses the network in the clear, until https.domain is set"


class ServiceStack(BaseStack):
    """The Fargate service behind the load balancer, at the version that `dashboard_version` names.

    Its tasks are in the private subnets without public addresses, and reachable from the load balancer alone.
    Typed attributes: `service`, `target_group`; `rollback_alarms`, None where there are no alarms.
    """

    NAME: ClassVar[str] = "service"

    def __init__(
        self,
        scope: Construct,
        settings: Settings,
        *,
        encryption: EncryptionStack,
        ecr: EcrStack,
        vpc: VpcStack,
        cluster: ClusterStack,
        alb: AlbStack,
        bucket: BucketStack,
        alerts: AlertsStack,
    ) -> None:
        super().__init__(scope, settings, cost=settings.tags.service_cost)
        image = DashboardImage(
            self,
            "dashboard",
            repository_name=ecr.repository.name,
            repository_url=ecr.repository.repository_url,
        )
        log_group = CloudwatchLogGroup(
            self,
            "log",
            name=settings.log_group_name,
            retention_in_days=settings.task.log_retention_days,
            kms_key_id=encryption.key_arn,
        )
        roles = TaskRoles(
            self,
            "roles",
            settings=settings,
            bucket_arn=bucket.bucket.arn,
            repository_arn=ecr.repository.arn,
            log_group_arn=log_group.arn,
            exec_log_group_arn=cluster.exec_log_group_arn,
            key_arn=encryption.key_arn,
        )
        task = DashboardTask(
            self,
            "task",
            settings=settings,
            image_uri=image.uri,
            environment={"DASHBOARD_VERSION": image.version} | _sign_in_environment(settings, alb),
            log_group_name=log_group.name,
            roles=roles,
        )
        access = ServiceAccess(
            self,
            "access",
            name=f"{settings.service_name}-tasks",
            vpc_id=vpc.vpc_id,
            port=settings.task.port,
            load_balancer_security_group_id=alb.security_group.id,
            internet_access=settings.service.internet_access,
            endpoint_cidrs=[str(subnet) for subnet in settings.private_subnets]
            if settings.vpc.interface_endpoints
            else [],
            s3_prefix_list_id=vpc.s3_prefix_list_id,
        )
        target = LoadBalancedTarget(
            self,
            "target",
            settings=settings,
            vpc_id=vpc.vpc_id,
            load_balancer_arn=alb.load_balancer.arn,
            certificate_arn=self._certificate_arn(),
            user_pool=alb.user_pool,
        )
        self.target_group = target.target_group
        self.rollback_alarms = self._build_rollback_alarms(alb, alerts)
        self.service = fargate_service(
            self,
            "service",
            settings=settings,
            cluster_arn=cluster.cluster.arn,
            task_definition_arn=task.definition.arn,
            subnet_ids=vpc.private_subnet_ids,
            security_group_id=access.security_group.id,
            target_group_arn=target.target_group.arn,
            rollback_alarm_names=self.rollback_alarms.names if self.rollback_alarms else [],
            # ECS refuses a target group that no load balancer uses yet, and an alarm that is not there:
            # https://registry.terraform.io/providers/hashicorp/aws/5.100.0/docs/resources/ecs_service
            depends_on=[*target.in_use, *(self.rollback_alarms.alarms if self.rollback_alarms else ())],
        )
        if settings.scaling.enabled:
            ServiceScaling(
                self,
                "scaling",
                scaling=settings.scaling,
                service=self.service,
                cluster_name=settings.cluster_name,
                load_balancer_arn_suffix=alb.load_balancer.arn_suffix,
                target_group_arn_suffix=target.target_group.arn_suffix,
            )
        self._add_outputs(alb, image, task, log_group)

    def _certificate_arn(self) -> str | None:
        """The certificate is beside the listener, so that a new one takes its place before the old one goes."""
        https = self.settings.https
        if https.certificate_arn:
            return https.certificate_arn
        if https.domain and https.zone_id:
            return Certificate(self, "certificate", domain=https.domain, zone_id=https.zone_id).arn
        return None

    def _build_rollback_alarms(self, alb: AlbStack, alerts: AlertsStack) -> RollbackAlarms | None:
        if alerts.topic_arn is None:
            return None
        return RollbackAlarms(
            self,
            "rollback",
            settings=self.settings,
            load_balancer_arn_suffix=alb.load_balancer.arn_suffix,
            target_group_arn_suffix=self.target_group.arn_suffix,
            topic_arn=alerts.topic_arn,
        )

    def _add_outputs(
        self, alb: AlbStack, image: DashboardImage, task: DashboardTask, log_group: CloudwatchLogGroup
    ) -> None:
        self.output("dashboard_url", self._dashboard_url(alb), "The address of the dashboard")
        self.output(
            "encryption_in_transit",
            "HTTPS" if self.settings.https.enabled else NO_HTTPS,
            "How readers' requests travel to the load balancer",
        )
        self.output("service_name", self.service.name, "The ECS service")
        self.output("task_definition_arn", task.definition.arn, "The task definition that the service runs")
        self.output("image_digest", image.digest, "The digest of the image that the service runs")
        self.output("log_group_name", log_group.name, "The CloudWatch log group of the dashboard")

    def _dashboard_url(self, alb: AlbStack) -> str:
        settings = self.settings
        if settings.local:
            return f"http://{settings.emulated_load_balancer_host}:{settings.local.port}/"
        return settings.https_url or f"http://{alb.load_balancer.dns_name}:{settings.alb.listener_port}/"


def _sign_in_environment(settings: Settings, alb: AlbStack) -> dict[str, str]:
    """Return by what the dashboard verifies who is signed in; nothing where nobody has to."""
    if not settings.sign_in.enabled:
        return {}
    pool, own = alb.user_pool, settings.sign_in
    told = {
        "LOAD_BALANCER_ARN": alb.load_balancer.arn,
        "SIGN_IN_CLIENT_ID": pool.client_id if pool else own.client_id,
        "SIGN_IN_ISSUER": pool.issuer if pool else own.issuer,
        "SIGN_OUT_URL": pool.sign_out_url if pool else own.sign_out_url,
    }
    return {name: value for name, value in told.items() if value is not None}
