"""Who may reach the tasks, and what they may reach."""

from collections.abc import Sequence

from cdktf_cdktf_provider_aws.security_group import SecurityGroup
from cdktf_cdktf_provider_aws.vpc_security_group_egress_rule import VpcSecurityGroupEgressRule
from cdktf_cdktf_provider_aws.vpc_security_group_ingress_rule import VpcSecurityGroupIngressRule
from constructs import Construct

from stacks.parts.zone_subnets import ANYWHERE


class ServiceAccess(Construct):
    """A security group that only the load balancer reaches, on the tasks' port; the load balancer may reach the tasks.

    The tasks reach HTTPS on the internet or, without `internet_access`, S3 and the VPC's endpoints alone. These are
    known by the addresses of their subnets: a rule that names their group would keep that group from being deleted.
    Typed attributes: `security_group`.
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
        internet_access: bool,
        endpoint_cidrs: Sequence[str],
        s3_prefix_list_id: str | None,
    ) -> None:
        super().__init__(scope, id)
        self.security_group = SecurityGroup(
            self,
            "tasks",
            name=name,
            description="Who may reach the tasks of the dashboard, and what they may reach",
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
            description="Requests and health checks to the tasks",
            referenced_security_group_id=self.security_group.id,
            ip_protocol="tcp",
            from_port=port,
            to_port=port,
        )
        if internet_access:
            self._build_way_out("to_https", "S3, the registry, CloudWatch Logs and the internet", cidr=ANYWHERE)
            return
        if s3_prefix_list_id:
            self._build_way_out("to_s3", "S3: the data, and the layers of images", prefix_list_id=s3_prefix_list_id)
        for index, cidr in enumerate(endpoint_cidrs):
            self._build_way_out(f"to_endpoints_{index}", "The registry, CloudWatch Logs and the like", cidr=cidr)

    def _build_way_out(
        self, id: str, description: str, *, cidr: str | None = None, prefix_list_id: str | None = None
    ) -> None:
        VpcSecurityGroupEgressRule(
            self,
            id,
            security_group_id=self.security_group.id,
            description=description,
            cidr_ipv4=cidr,
            prefix_list_id=prefix_list_id,
            ip_protocol="tcp",
            from_port=443,
            to_port=443,
        )
