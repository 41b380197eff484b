"""The application load balancer."""

from typing import ClassVar

from cdktf_cdktf_provider_aws.lb import Lb
from cdktf_cdktf_provider_aws.security_group import SecurityGroup
from cdktf_cdktf_provider_aws.vpc_security_group_ingress_rule import VpcSecurityGroupIngressRule
from constructs import Construct

from config import Settings
from stacks.base import BaseStack
from stacks.parts.zone_subnets import ANYWHERE
from stacks.vpc import VpcStack


class AlbStack(BaseStack):
    """An internet-facing load balancer in the public subnets, open to everyone on the listener's port only.

    It may reach nothing yet: the service stack adds the way to its tasks, with the listener.
    Typed attributes: `load_balancer`, `security_group`.
    """

    NAME: ClassVar[str] = "alb"

    def __init__(self, scope: Construct, settings: Settings, *, vpc: VpcStack) -> None:
        super().__init__(scope, settings, cost=settings.tags.infrastructure_cost)
        self.security_group = SecurityGroup(
            self,
            "load_balancer_access",
            name=f"{settings.load_balancer_name}-load-balancer",
            description="Who may reach the load balancer, and what it may reach",
            vpc_id=vpc.vpc.id,
        )
        port = settings.alb.listener_port
        VpcSecurityGroupIngressRule(
            self,
            "from_anywhere",
            security_group_id=self.security_group.id,
            description="People on the internet",
            cidr_ipv4=ANYWHERE,
            ip_protocol="tcp",
            from_port=port,
            to_port=port,
        )
        self.load_balancer = Lb(
            self,
            "load_balancer",
            name=settings.load_balancer_name,
            load_balancer_type="application",
            internal=False,
            subnets=vpc.public_subnet_ids,
            security_groups=[self.security_group.id],
            idle_timeout=settings.timeouts.idle,
        )
        self.output("load_balancer_dns_name", self.load_balancer.dns_name, "The load balancer's host name")
