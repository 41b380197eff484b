"""The network."""

from typing import ClassVar

from cdktf_cdktf_provider_aws.default_security_group import DefaultSecurityGroup
from cdktf_cdktf_provider_aws.flow_log import FlowLog
from cdktf_cdktf_provider_aws.internet_gateway import InternetGateway
from cdktf_cdktf_provider_aws.nat_gateway import NatGateway
from cdktf_cdktf_provider_aws.vpc import Vpc
from constructs import Construct

from config import Settings
from stacks.base import BaseStack
from stacks.logs import LogsStack
from stacks.parts.interface_endpoints import InterfaceEndpoints
from stacks.parts.log_bucket import FLOW_LOGS_PREFIX
from stacks.parts.s3_gateway import S3Gateway
from stacks.parts.zone_subnets import ZoneSubnets


class VpcStack(BaseStack):
    """A VPC with a public and a private subnet in each availability zone, or nothing but the ids of an existing one.

    The private subnets reach S3, and by the settings the internet through NAT gateways, one for each zone (the loss of
    a zone takes down no other) or one for all, and other AWS services through interface endpoints.
    The VPC's default security group is emptied, so that nothing is reachable by forgetting to name a group.
    Deliberately without network ACLs of its own: the security groups admit by port and origin and let the answers
    pass, which an ACL, stateless as it is, would have to admit at every high port.
    Typed attributes: `vpc_id`, `public_subnet_ids`, `private_subnet_ids` (in the order of the zones),
    `nat_gateway_ids` (of those made here); `s3_prefix_list_id`, None for an existing VPC.
    """

    NAME: ClassVar[str] = "vpc"

    def __init__(self, scope: Construct, settings: Settings, *, logs: LogsStack) -> None:
        super().__init__(scope, settings, cost=settings.tags.infrastructure_cost)
        self.nat_gateway_ids: list[str] = []
        self.s3_prefix_list_id: str | None = None
        if settings.vpc.id:
            self.vpc_id = settings.vpc.id
            self.public_subnet_ids = list(settings.vpc.public_subnet_ids)
            self.private_subnet_ids = list(settings.vpc.private_subnet_ids)
        else:
            self.vpc_id = self._build_vpc()
            zones = self._build_zones()
            self.public_subnet_ids = [zone.public_subnet.id for zone in zones]
            self.private_subnet_ids = [zone.private_subnet.id for zone in zones]
            self.nat_gateway_ids = [gateway.id for gateway in self._build_ways_out(zones)]
            self._build_endpoints(zones)
            self._build_flow_logs(logs)
        self.output("vpc_id", self.vpc_id, "The VPC")
        self.output("public_subnet_ids", self.public_subnet_ids, "The load balancer's subnets, one in each zone")
        self.output("private_subnet_ids", self.private_subnet_ids, "The tasks' subnets, one in each zone")

    def _build_vpc(self) -> str:
        vpc = Vpc(
            self,
            "vpc",
            cidr_block=str(self.settings.vpc.cidr),
            enable_dns_support=True,
            enable_dns_hostnames=True,
            tags={"Name": self.settings.vpc_name},
        )
        DefaultSecurityGroup(self, "default", vpc_id=vpc.id, ingress=[], egress=[])
        return vpc.id

    def _build_zones(self) -> list[ZoneSubnets]:
        settings = self.settings
        gateway = InternetGateway(self, "internet", vpc_id=self.vpc_id, tags={"Name": settings.vpc_name})
        return [
            ZoneSubnets(
                self,
                f"zone_{index}",
                vpc_id=self.vpc_id,
                internet_gateway=gateway,
                availability_zone=zone,
                public_cidr=str(settings.public_subnets[index]),
                private_cidr=str(settings.private_subnets[index]),
                map_public_ip_on_launch=settings.vpc.map_public_ip_on_launch,
                name=f"{settings.vpc_name}-{zone}",
            )
            for index, zone in enumerate(settings.aws.availability_zones)
        ]

    def _build_ways_out(self, zones: list[ZoneSubnets]) -> list[NatGateway]:
        with_gateway = {"per-zone": zones, "single": zones[:1], "none": []}[self.settings.vpc.nat]
        gateways = [zone.add_nat_gateway() for zone in with_gateway]
        if gateways:
            for index, zone in enumerate(zones):
                zone.leave_through(gateways[index % len(gateways)])
        return gateways

    def _build_endpoints(self, zones: list[ZoneSubnets]) -> None:
        settings = self.settings
        s3 = S3Gateway(
            self,
            "s3",
            settings=settings,
            vpc_id=self.vpc_id,
            route_table_ids=[zone.private_routes.id for zone in zones],
            name=settings.vpc_name,
        )
        self.s3_prefix_list_id = s3.prefix_list_id
        if settings.vpc.interface_endpoints:
            InterfaceEndpoints(
                self,
                "endpoints",
                settings=settings,
                vpc_id=self.vpc_id,
                subnet_ids=self.private_subnet_ids,
                name=settings.vpc_name,
            )

    def _build_flow_logs(self, logs: LogsStack) -> None:
        if self.settings.vpc.flow_logs and logs.bucket_arn:
            # Plain text, which `zgrep` reads: Parquet costs more to deliver, and pays where Athena reads far more than
            # this network says. https://docs.aws.amazon.com/vpc/latest/userguide/flow-logs-s3-path.html
            FlowLog(
                self,
                "flow_logs",
                vpc_id=self.vpc_id,
                traffic_type="ALL",
                log_destination_type="s3",
                log_destination=f"{logs.bucket_arn}/{FLOW_LOGS_PREFIX}",
                max_aggregation_interval=600,
                tags={"Name": self.settings.vpc_name},
            )
