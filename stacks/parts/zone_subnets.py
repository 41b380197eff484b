"""The subnets of one availability zone."""

from cdktf_cdktf_provider_aws.eip import Eip
from cdktf_cdktf_provider_aws.internet_gateway import InternetGateway
from cdktf_cdktf_provider_aws.nat_gateway import NatGateway
from cdktf_cdktf_provider_aws.route import Route
from cdktf_cdktf_provider_aws.route_table import RouteTable
from cdktf_cdktf_provider_aws.route_table_association import RouteTableAssociation
from cdktf_cdktf_provider_aws.subnet import Subnet
from constructs import Construct

ANYWHERE = "0.0.0.0/0"


class ZoneSubnets(Construct):
    """A public subnet on the internet gateway, and a private one that has no way out until it is given one.

    Nothing needs `map_public_ip_on_launch`, by which machines started in the public subnet get a public address: NAT
    gateways are given theirs, and the nodes of an internet-facing load balancer have them anywhere:
    https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_CreateLoadBalancer.html
    Typed attributes: `public_subnet`, `private_subnet`, `private_routes`.
    """

    def __init__(
        self,
        scope: Construct,
        id: str,
        *,
        vpc_id: str,
        internet_gateway: InternetGateway,
        availability_zone: str,
        public_cidr: str,
        private_cidr: str,
        map_public_ip_on_launch: bool,
        name: str,
    ) -> None:
        super().__init__(scope, id)
        self._vpc_id = vpc_id
        self._internet_gateway = internet_gateway
        self._zone = availability_zone
        self._name = name
        self.public_subnet, public_routes = self._build_subnet("public", public_cidr, map_public_ip_on_launch)
        self.private_subnet, self.private_routes = self._build_subnet("private", private_cidr, False)
        Route(
            self,
            "public_default",
            route_table_id=public_routes.id,
            destination_cidr_block=ANYWHERE,
            gateway_id=internet_gateway.id,
        )

    def add_nat_gateway(self) -> NatGateway:
        """Add a NAT gateway with an address of its own to the public subnet, and return it."""
        tags = {"Name": self._name}
        address = Eip(self, "nat_address", domain="vpc", tags=tags, depends_on=[self._internet_gateway])
        return NatGateway(
            self,
            "nat",
            allocation_id=address.id,
            subnet_id=self.public_subnet.id,
            tags=tags,
            # The provider's page asks for it: https://registry.terraform.io/providers/hashicorp/aws/5.100.0/docs/resources/nat_gateway
            depends_on=[self._internet_gateway],
        )

    def leave_through(self, nat_gateway: NatGateway) -> None:
        """Lead the private subnet to the internet, through a NAT gateway of this zone or of another."""
        Route(
            self,
            "private_default",
            route_table_id=self.private_routes.id,
            destination_cidr_block=ANYWHERE,
            nat_gateway_id=nat_gateway.id,
        )

    def _build_subnet(self, role: str, cidr: str, map_public_ip_on_launch: bool) -> tuple[Subnet, RouteTable]:
        tags = {"Name": f"{self._name}-{role}"}
        subnet = Subnet(
            self,
            role,
            vpc_id=self._vpc_id,
            availability_zone=self._zone,
            cidr_block=cidr,
            map_public_ip_on_launch=map_public_ip_on_launch,
            tags=tags,
        )
        routes = RouteTable(self, f"{role}_routes", vpc_id=self._vpc_id, tags=tags)
        RouteTableAssociation(self, f"{role}_association", subnet_id=subnet.id, route_table_id=routes.id)
        return subnet, routes
