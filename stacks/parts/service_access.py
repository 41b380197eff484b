"""Who may reach the tasks, and what they may reach."""

from cdktf_cdktf_provider_aws.security_group import SecurityGroup
from cdktf_cdktf_provider_aws.vpc_security_group_egress_rule import VpcSecurityGroupEgressRule
from cdktf_cdktf_provider_aws.vpc_security_group_ingress_rule import VpcSecurityGroupIngressRule
from constructs import Construct

from stacks.parts.zone_subnets import ANYWHERE


class ServiceAccess(Construct):
    """A security group that only the load balancer reaches, on the tasks' port, and that reaches HTTPS services.

    The load balancer in turn may reach the tasks and nothing else. Typed attributes: `security_group`.
    """

    def __init__(
        self,
        scope: Construct,
        id: str,
        *,
        name: str,
        vpc_id: str,
        port: int,
        load_balancer_security_group_id: str,
    ) -> None:
        super().__init__(scope, id)
        self.security_group = SecurityGroup(
            self,
            "tasks",
            name=name,
            description="Who may reach the dashboard's tasks, and what they may reach",
            vpc_id=vpc_id,
        )
        VpcSecurityGroupIngressRule(
            self,
            "from_load_balancer",
            security_group_id=self.security_group.id,
            description="Requests and health checks from the load balancer",
            referenced_security_group_id=load_balancer_security_group_id,
            ip_protocol="tcp",
            from_port=port,
            to_port=port,
        )
        VpcSecurityGroupEgressRule(
            self,
            "from_load_balancer_to_tasks",
            security_group_id=load_balancer_security_group_id,
            description="Requests and health checks to the dashboard's tasks",
            referenced_security_group_id=self.security_group.id,
            ip_protocol="tcp",
            from_port=port,
            to_port=port,
        )
        VpcSecurityGroupEgressRule(
            self,
            "to_https",
            security_group_id=self.security_group.id,
            description="S3, the registry and CloudWatch Logs",
            cidr_ipv4=ANYWHERE,
            ip_protocol="tcp",
            from_port=443,
            to_port=443,
        )
