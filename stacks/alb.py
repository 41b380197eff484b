"""Reaching the dashboard: the load balancer, its name, its firewall, and who can sign in."""

from typing import ClassVar

from cdktf_cdktf_provider_aws.lb import Lb, LbAccessLogs, LbConnectionLogs
from cdktf_cdktf_provider_aws.route53_record import Route53Record, Route53RecordAlias
from cdktf_cdktf_provider_aws.security_group import SecurityGroup
from cdktf_cdktf_provider_aws.vpc_security_group_egress_rule import VpcSecurityGroupEgressRule
from cdktf_cdktf_provider_aws.vpc_security_group_ingress_rule import VpcSecurityGroupIngressRule
from constructs import Construct

from config import Settings
from stacks.base import BaseStack
from stacks.encryption import EncryptionStack
from stacks.logs import LogsStack
from stacks.parts.log_bucket import ALB_CONNECTIONS_PREFIX, ALB_PREFIX
from stacks.parts.user_pool import UserPool
from stacks.parts.web_acl import WebAcl
from stacks.parts.zone_subnets import ANYWHERE
from stacks.vpc import VpcStack


class AlbStack(BaseStack):
    """An internet-facing load balancer in the public subnets, open to the allowed addresses on its own ports only.

    It may reach nothing yet but, where readers sign in, their provider: the service stack adds the way to its tasks,
    with the listener. With a domain whose zone is known it has a name there. Requests with malformed header fields are
    cleared of them, and those that could be read in two ways are refused.
    Typed attributes: `load_balancer`, `security_group`; `user_pool`, None where there is none.
    """

    NAME: ClassVar[str] = "alb"

    def __init__(
        self,
        scope: Construct,
        settings: Settings,
        *,
        encryption: EncryptionStack,
        vpc: VpcStack,
        logs: LogsStack,
    ) -> None:
        super().__init__(scope, settings, cost=settings.tags.infrastructure_cost)
        self.security_group = self._build_access(vpc.vpc_id)
        self.load_balancer = self._build_load_balancer(vpc.public_subnet_ids, logs.bucket_name)
        self.user_pool = (
            UserPool(self, "readers", settings=settings, dashboard_url=settings.https_url)
            if settings.sign_in.method == "cognito" and settings.https_url
            else None
        )
        if settings.https.domain and settings.https.zone_id:
            self._build_name(settings.https.domain, settings.https.zone_id)
        if settings.waf.enabled:
            WebAcl(
                self,
                "firewall",
                settings=settings,
                load_balancer_arn=self.load_balancer.arn,
                key_arn=encryption.key_arn,
            )
        self.output("load_balancer_dns_name", self.load_balancer.dns_name, "The load balancer's host name")
        if self.user_pool:
            self.output("user_pool_id", self.user_pool.id, "The Cognito user pool of the dashboard's readers")

    def _build_access(self, vpc_id: str) -> SecurityGroup:
        settings = self.settings
        group = SecurityGroup(
            self,
            "load_balancer_access",
            name=f"{settings.load_balancer_name}-load-balancer",
            description="Who may reach the load balancer, and what it may reach",
            vpc_id=vpc_id,
        )
        for port in settings.entrance_ports:
            for cidr in map(str, settings.alb.allowed_cidrs):
                VpcSecurityGroupIngressRule(
                    self,
                    f"readers_{port}_{cidr}".replace(".", "_").replace("/", "_"),
                    security_group_id=group.id,
                    description="Readers anywhere on the internet" if cidr == ANYWHERE else "Readers",
                    cidr_ipv4=cidr,
                    ip_protocol="tcp",
                    from_port=port,
                    to_port=port,
                )
        if settings.sign_in.enabled:
            VpcSecurityGroupEgressRule(
                self,
                "to_sign_in_provider",
                security_group_id=group.id,
                description="The provider at which readers sign in, whose addresses nobody can list",
                cidr_ipv4=ANYWHERE,
                ip_protocol="tcp",
                from_port=443,
                to_port=443,
            )
        return group

    def _build_load_balancer(self, subnet_ids: list[str], logs_bucket_name: str | None) -> Lb:
        settings = self.settings
        return Lb(
            self,
            "load_balancer",
            name=settings.load_balancer_name,
            load_balancer_type="application",
            internal=False,
            subnets=subnet_ids,
            security_groups=[self.security_group.id],
            idle_timeout=settings.timeouts.idle,
            drop_invalid_header_fields=True,
            desync_mitigation_mode="strictest",
            enable_deletion_protection=settings.alb.deletion_protection,
            access_logs=LbAccessLogs(bucket=logs_bucket_name, prefix=ALB_PREFIX, enabled=True)
            if logs_bucket_name
            else None,
            connection_logs=LbConnectionLogs(bucket=logs_bucket_name, prefix=ALB_CONNECTIONS_PREFIX, enabled=True)
            if logs_bucket_name
            else None,
        )

    def _build_name(self, domain: str, zone_id: str) -> None:
        Route53Record(
            self,
            "name",
            zone_id=zone_id,
            name=domain,
            type="A",
            alias=Route53RecordAlias(
                name=self.load_balancer.dns_name,
                zone_id=self.load_balancer.zone_id,
                evaluate_target_health=False,
            ),
        )
