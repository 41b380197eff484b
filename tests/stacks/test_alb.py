"""The load balancer: who reaches it, and what it reaches. HTTPS, signing in and firewall have files of their own."""

import pytest

from tests.stacks.conftest import Variant
from tests.stacks.synthesized import Stack

pytestmark = pytest.mark.unit

GROUP = "${aws_security_group.load_balancer_access.id}"


def entrances(stacks: dict[str, Stack]) -> set[tuple[str, int]]:
    """Return who may reach the load balancer: address ranges and ports."""
    rules = stacks["alb"].all("aws_vpc_security_group_ingress_rule").values()
    for rule in rules:
        assert rule["security_group_id"] == GROUP
        assert rule["ip_protocol"] == "tcp"
        assert rule["from_port"] == rule["to_port"]
    return {(rule["cidr_ipv4"], rule["from_port"]) for rule in rules}


def test_it_faces_the_internet_in_the_public_subnets(prod: dict[str, Stack]) -> None:
    load_balancer = prod["alb"].one("aws_lb")
    assert load_balancer["name"] == "AlbPlotlyDash"
    assert load_balancer["load_balancer_type"] == "application"
    assert load_balancer["internal"] is False
    assert load_balancer["idle_timeout"] == 60
    assert load_balancer["security_groups"] == [GROUP]
    assert len(load_balancer["subnets"]) == 2
    assert all("_public_" in subnet for subnet in load_balancer["subnets"])


def test_with_a_domain_people_reach_https_and_what_redirects_to_it(prod: dict[str, Stack], variant: Variant) -> None:
    assert entrances(prod) == {("0.0.0.0/0", 443), ("0.0.0.0/0", 80)}
    assert entrances(variant("prod", https__port="8443", https__redirect_ports="[]")) == {("0.0.0.0/0", 8443)}


def test_without_a_domain_people_reach_the_listener_port(dev: dict[str, Stack]) -> None:
    assert entrances(dev) == {("0.0.0.0/0", 8050)}


def test_none_but_the_allowed_addresses_reach_it(variant: Variant) -> None:
    stacks = variant("prod", alb__allowed_cidrs='["192.0.2.0/24", "198.51.100.7/32"]')
    assert entrances(stacks) == {(cidr, port) for cidr in ("192.0.2.0/24", "198.51.100.7/32") for port in (443, 80)}


def test_it_reaches_nothing_by_itself(dev: dict[str, Stack]) -> None:
    assert not dev["alb"].all("aws_vpc_security_group_egress_rule")
    group = dev["alb"].one("aws_security_group")
    assert "egress" not in group
    assert "ingress" not in group


def test_but_the_provider_at_which_readers_sign_in(prod: dict[str, Stack]) -> None:
    rule = prod["alb"].one("aws_vpc_security_group_egress_rule")
    assert rule["security_group_id"] == GROUP
    assert (rule["ip_protocol"], rule["from_port"], rule["to_port"]) == ("tcp", 443, 443)


def test_malformed_and_ambiguous_requests_do_not_pass(prod: dict[str, Stack]) -> None:
    load_balancer = prod["alb"].one("aws_lb")
    assert load_balancer["drop_invalid_header_fields"] is True
    assert load_balancer["desync_mitigation_mode"] == "strictest"


def test_it_cannot_be_deleted_by_mistake_in_prod(prod: dict[str, Stack], dev: dict[str, Stack]) -> None:
    assert prod["alb"].one("aws_lb")["enable_deletion_protection"] is True
    assert dev["alb"].one("aws_lb")["enable_deletion_protection"] is False


def test_it_logs_requests_and_connections_to_the_bucket_of_logs(prod: dict[str, Stack], dev: dict[str, Stack]) -> None:
    load_balancer = prod["alb"].one("aws_lb")
    for name in ("access_logs", "connection_logs"):
        assert load_balancer[name]["enabled"] is True
        assert "plotly-dash-prod-logs" in load_balancer[name]["bucket"]
    assert load_balancer["access_logs"]["prefix"] != load_balancer["connection_logs"]["prefix"]
    assert not {"access_logs", "connection_logs"} & dev["alb"].one("aws_lb").keys()
