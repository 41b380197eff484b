"""The network."""

from typing import ClassVar

from cdktf_cdktf_provider_aws.default_security_group import DefaultSecurityGroup
from cdktf_cdktf_provider_aws.internet_gateway import InternetGateway
from cdktf_cdktf_provider_aws.vpc import Vpc
from constructs import Construct

from config import Settings
from stacks.base import BaseStack
from stacks.parts.zone_subnets import ZoneSubnets


class VpcStack(BaseStack):
    """A VPC with a public and a private subnet in each availability zone, and a way out of each.

    The VPC's default security group is emptied, so that nothing is reachable by forgetting to name a group.
    Typed attributes: `vpc`, `public_subnet_ids`, `private_subnet_ids` (in the order of the zones).
    """

    NAME: ClassVar[str] = "vpc"

    def __init__(self, scope: Construct, settings: Settings) -> None:
        super().__init__(scope, settings, cost=settings.tags.infrastructure_cost)
        self.vpc = Vpc(
            self,
            "vpc",
            cidr_block=str(settings.vpc.cidr),
            enable_dns_support=True,
            enable_dns_hostnames=True,
            tags={"Name": settings.vpc_name},
        )
        DefaultSecurityGroup(self, "default", vpc_id=self.vpc.id, ingress=[], egress=[])
        gateway = InternetGateway(self, "internet", vpc_id=self.vpc.id, tags={"Name": settings.vpc_name})
        zones = [
            ZoneSubnets(
                self,
                f"zone_{index}",
                vpc_id=self.vpc.id,
                internet_gateway=gateway,
                availability_zone=zone,
                public_cidr=str(settings.public_subnets[index]),
                private_cidr=str(settings.private_subnets[index]),
                name=f"{settings.vpc_name}-{zone}",
            )
            for index, zone in enumerate(settings.aws.availability_zones)
        ]
        self.public_subnet_ids = [zone.public_subnet.id for zone in zones]
        self.private_subnet_ids = [zone.private_subnet.id for zone in zones]
        self.output("vpc_id", self.vpc.id, "The VPC")
        self.output("public_subnet_ids", self.public_subnet_ids, "The load balancer's subnets, one in each zone")
        self.output("private_subnet_ids", self.private_subnet_ids, "The tasks' subnets, one in each zone")
