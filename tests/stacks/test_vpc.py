"""The network: who can get where."""

import pytest

from tests.stacks.conftest import Variant
from tests.stacks.networks import EXISTING, WITHOUT_NAT, ZONES
from tests.stacks.synthesized import Stack

pytestmark = pytest.mark.unit


def by_role(stack: Stack, type_: str, role: str) -> dict[str, dict[str, object]]:
    """Return the resources of a type whose construct path ends in `role`, by their zone (`zone_0`)."""
    found = {}
    for resource in stack.all(type_).values():
        *_, zone, name = resource["//"]["metadata"]["path"].split("/")
        if name == role:
            found[zone] = resource
    return found


def table_of(stack: Stack, subnet: str) -> str:
    """Return the reference to the one route table that a subnet, by its name, is associated with."""
    (association,) = [
        association
        for association in stack.all("aws_route_table_association").values()
        if association["subnet_id"] == f"${{aws_subnet.{subnet}.id}}"
    ]
    table: str = association["route_table_id"]
    return table


def way_out(stack: Stack, subnet: str) -> str | None:
    """Return how a subnet reaches the internet: "gateway", "NAT in <zone>" or, if it does not, None."""
    routes = [route for route in stack.all("aws_route").values() if route["route_table_id"] == table_of(stack, subnet)]
    if not routes:
        return None
    (route,) = routes
    assert route["destination_cidr_block"] == "0.0.0.0/0"
    if route.get("gateway_id") == "${aws_internet_gateway.internet.id}":
        return "gateway"
    nat = stack.all("aws_nat_gateway")[_name(route["nat_gateway_id"])]
    assert _name(nat["allocation_id"]) in stack.all("aws_eip")
    assert way_out(stack, _name(nat["subnet_id"])) == "gateway"
    zone: str = stack.all("aws_subnet")[_name(nat["subnet_id"])]["availability_zone"]
    return f"NAT in {zone}"


def _name(reference: str) -> str:
    """Return the resource's name in a reference such as ${aws_subnet.name.id}."""
    return reference.split(".")[1]


def ways_out(stack: Stack, role: str) -> dict[str, str | None]:
    """Return how each subnet of a role (`public`, `private`) reaches the internet, by its zone."""
    return {
        subnet["availability_zone"]: way_out(stack, name)
        for name, subnet in stack.all("aws_subnet").items()
        if subnet["//"]["metadata"]["path"].endswith(f"/{role}")
    }


class TestVpc:
    def test_has_the_range_and_dns_of_the_reference(self, prod: dict[str, Stack]) -> None:
        vpc = prod["vpc"].one("aws_vpc")
        assert vpc["cidr_block"] == "10.0.0.0/16"
        assert vpc["enable_dns_support"] is True
        assert vpc["enable_dns_hostnames"] is True
        assert vpc["tags"]["Name"] == "VpcPlotlyDash"

    def test_its_default_security_group_admits_and_allows_nothing(self, prod: dict[str, Stack]) -> None:
        group = prod["vpc"].one("aws_default_security_group")
        assert group["ingress"] == []
        assert group["egress"] == []


class TestSubnets:
    def test_each_zone_has_a_public_and_a_private_one(self, prod: dict[str, Stack]) -> None:
        public, private = by_role(prod["vpc"], "aws_subnet", "public"), by_role(prod["vpc"], "aws_subnet", "private")
        assert {zone: subnet["cidr_block"] for zone, subnet in public.items()} == {
            "zone_0": "10.0.0.0/18",
            "zone_1": "10.0.64.0/18",
        }
        assert {zone: subnet["cidr_block"] for zone, subnet in private.items()} == {
            "zone_0": "10.0.128.0/18",
            "zone_1": "10.0.192.0/18",
        }
        for subnets in (public, private):
            assert [subnet["availability_zone"] for subnet in subnets.values()] == ["us-east-1a", "us-east-1b"]

    def test_can_be_given(self, variant: Variant) -> None:
        stack = variant(
            "prod",
            vpc__public_subnets='["10.0.0.0/24", "10.0.1.0/24"]',
            vpc__private_subnets='["10.0.16.0/20", "10.0.32.0/20"]',
        )["vpc"]
        ranges = {
            role: [subnet["cidr_block"] for subnet in by_role(stack, "aws_subnet", role).values()]
            for role in ("public", "private")
        }
        assert ranges == {"public": ["10.0.0.0/24", "10.0.1.0/24"], "private": ["10.0.16.0/20", "10.0.32.0/20"]}

    def test_nothing_gets_a_public_address_by_being_started_in_one(self, prod: dict[str, Stack]) -> None:
        subnets = prod["vpc"].all("aws_subnet")
        assert len(subnets) == 4
        assert all(subnet["map_public_ip_on_launch"] is False for subnet in subnets.values())

    def test_each_has_a_route_table_of_its_own(self, prod: dict[str, Stack]) -> None:
        stack = prod["vpc"]
        tables = {table_of(stack, subnet) for subnet in stack.all("aws_subnet")}
        assert len(tables) == len(stack.all("aws_route_table")) == len(stack.all("aws_subnet")) == 4

    @pytest.mark.parametrize(
        ("zones", "environment", "settings"), [(3, "prod", ZONES[3]), (4, "dev", WITHOUT_NAT | ZONES[4])]
    )
    def test_are_as_many_as_there_are_zones(
        self, zones: int, environment: str, settings: dict[str, str], variant: Variant
    ) -> None:
        stack = variant(environment, **settings)["vpc"]
        for role in ("public", "private"):
            subnets = by_role(stack, "aws_subnet", role).values()
            assert len({subnet["availability_zone"] for subnet in subnets}) == len(subnets) == zones
            assert len(stack.json["output"][f"{role}_subnet_ids"]["value"]) == zones


class TestWaysOut:
    def test_with_nat_for_each_zone_the_loss_of_one_takes_down_no_other(self, prod: dict[str, Stack]) -> None:
        assert ways_out(prod["vpc"], "public") == {"us-east-1a": "gateway", "us-east-1b": "gateway"}
        assert ways_out(prod["vpc"], "private") == {
            "us-east-1a": "NAT in us-east-1a",
            "us-east-1b": "NAT in us-east-1b",
        }

    def test_a_third_zone_has_its_own_too(self, variant: Variant) -> None:
        stack = variant("prod", **ZONES[3])["vpc"]
        assert set(ways_out(stack, "public").values()) == {"gateway"}
        private = ways_out(stack, "private")
        assert len(private) == 3
        assert all(way == f"NAT in {zone}" for zone, way in private.items())

    def test_a_single_nat_gateway_serves_all_zones(self, variant: Variant) -> None:
        stack = variant("prod", vpc__nat="single", **ZONES[3])["vpc"]
        assert len(stack.all("aws_nat_gateway")) == len(stack.all("aws_eip")) == 1
        assert ways_out(stack, "private") == dict.fromkeys(
            ("us-east-1a", "us-east-1b", "us-east-1c"), "NAT in us-east-1a"
        )

    @pytest.mark.parametrize("type_", ["aws_nat_gateway", "aws_eip"])
    def test_the_single_one_stays_when_each_zone_gets_its_own(self, type_: str, variant: Variant) -> None:
        single = variant("prod", vpc__nat="single", **ZONES[3])["vpc"].all(type_)
        per_zone = variant("prod", **ZONES[3])["vpc"].all(type_)
        assert len(single) == 1
        assert len(per_zone) == 3
        assert single.items() <= per_zone.items()

    @pytest.mark.parametrize("zones", [2, 4])
    def test_without_nat_nothing_leads_from_the_tasks_to_the_internet(self, zones: int, variant: Variant) -> None:
        stack = variant("dev", **WITHOUT_NAT, **ZONES.get(zones, {}))["vpc"]
        assert set(ways_out(stack, "public").values()) == {"gateway"}
        private = ways_out(stack, "private")
        assert len(private) == zones
        assert set(private.values()) == {None}
        assert not stack.all("aws_nat_gateway")
        assert not stack.all("aws_eip")


class TestFlowLogs:
    def test_tell_all_traffic_to_the_bucket_of_logs(self, prod: dict[str, Stack]) -> None:
        flow_log = prod["vpc"].one("aws_flow_log")
        assert flow_log["vpc_id"] == "${aws_vpc.vpc.id}"
        assert flow_log["traffic_type"] == "ALL"
        assert flow_log["log_destination_type"] == "s3"
        assert flow_log["max_aggregation_interval"] == 600

    def test_go_where_the_bucket_lets_them_be_delivered(self, prod: dict[str, Stack]) -> None:
        destination = prod["vpc"].one("aws_flow_log")["log_destination"]
        bucket, prefix = destination.rsplit("/", 1)
        (delivery,) = [
            statement
            for document in prod["logs"].json["data"]["aws_iam_policy_document"].values()
            for statement in document["statement"]
            if statement["actions"] == ["s3:PutObject"]
            and statement["principals"][0]["identifiers"] == ["delivery.logs.amazonaws.com"]
        ]
        assert "plotly-dash-prod-logs.outputs.cross-stack-output-aws_s3_bucket" in bucket
        assert f".arn}}/{prefix}/AWSLogs/123456789012/*" in " ".join(delivery["resources"])

    def test_are_off_where_they_are_not_wanted(self, variant: Variant) -> None:
        stacks = variant("prod", vpc__flow_logs="false")
        assert stacks["logs"].all("aws_s3_bucket")
        assert not stacks["vpc"].all("aws_flow_log")


class TestExistingVpc:
    @pytest.fixture
    def stacks(self, variant: Variant) -> dict[str, Stack]:
        return variant("dev", **EXISTING)

    def test_nothing_is_made_or_asked(self, stacks: dict[str, Stack]) -> None:
        assert "resource" not in stacks["vpc"].json
        assert "data" not in stacks["vpc"].json

    def test_the_outputs_are_the_same(self, stacks: dict[str, Stack], dev: dict[str, Stack]) -> None:
        outputs = {name: output["value"] for name, output in stacks["vpc"].json["output"].items()}
        assert outputs == {
            "vpc_id": "vpc-0123456789abcdef0",
            "public_subnet_ids": ["subnet-0000000a", "subnet-0000000b"],
            "private_subnet_ids": ["subnet-0000000c", "subnet-0000000d"],
        }
        assert outputs.keys() == {name for name in dev["vpc"].json["output"] if not name.startswith("cross-stack")}

    def test_the_load_balancer_and_the_tasks_are_in_its_subnets(self, stacks: dict[str, Stack]) -> None:
        assert stacks["alb"].one("aws_lb")["subnets"] == ["subnet-0000000a", "subnet-0000000b"]
        assert stacks["alb"].one("aws_security_group")["vpc_id"] == "vpc-0123456789abcdef0"
        network = stacks["service"].one("aws_ecs_service")["network_configuration"]
        assert network["subnets"] == ["subnet-0000000c", "subnet-0000000d"]
        assert stacks["service"].one("aws_security_group")["vpc_id"] == "vpc-0123456789abcdef0"
