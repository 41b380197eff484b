"""The network: who can get where."""

import pytest

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


def test_the_vpc_has_the_range_and_dns_of_the_reference(prod: dict[str, Stack]) -> None:
    vpc = prod["vpc"].one("aws_vpc")
    assert vpc["cidr_block"] == "10.0.0.0/16"
    assert vpc["enable_dns_support"] is True
    assert vpc["enable_dns_hostnames"] is True
    assert vpc["tags"]["Name"] == "VpcPlotlyDash"


def test_each_zone_has_a_public_and_a_private_subnet(prod: dict[str, Stack]) -> None:
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
    assert all(subnet["map_public_ip_on_launch"] is True for subnet in public.values())
    assert all(subnet["map_public_ip_on_launch"] is False for subnet in private.values())


def test_public_subnets_leave_through_the_internet_gateway_private_ones_through_their_own_nat(
    prod: dict[str, Stack],
) -> None:
    stack = prod["vpc"]
    for zone in ("zone_0", "zone_1"):
        public = by_role(stack, "aws_route", "public_default")[zone]
        assert public["destination_cidr_block"] == "0.0.0.0/0"
        assert public["gateway_id"] == "${aws_internet_gateway.internet.id}"
        private = by_role(stack, "aws_route", "private_default")[zone]
        assert private["destination_cidr_block"] == "0.0.0.0/0"
        assert str(private["nat_gateway_id"]).startswith(f"${{aws_nat_gateway.{zone}_nat_")
        assert "gateway_id" not in private
        nat = by_role(stack, "aws_nat_gateway", "nat")[zone]
        assert str(nat["subnet_id"]).startswith(f"${{aws_subnet.{zone}_public_")
        assert str(nat["allocation_id"]).startswith(f"${{aws_eip.{zone}_nat_address_")


def test_each_subnet_has_a_route_table_of_its_own(prod: dict[str, Stack]) -> None:
    stack = prod["vpc"]
    for role in ("public", "private"):
        for zone, association in by_role(stack, "aws_route_table_association", f"{role}_association").items():
            assert str(association["subnet_id"]).startswith(f"${{aws_subnet.{zone}_{role}_")
            assert str(association["route_table_id"]).startswith(f"${{aws_route_table.{zone}_{role}_routes_")
    assert len(stack.all("aws_route_table")) == len(stack.all("aws_subnet")) == 4


def test_the_default_security_group_admits_and_allows_nothing(prod: dict[str, Stack]) -> None:
    group = prod["vpc"].one("aws_default_security_group")
    assert group["ingress"] == []
    assert group["egress"] == []
