"""The ways to AWS services inside the VPC: which there are, who goes by them, and what they let through."""

from typing import Any

import pytest

from tests.stacks.conftest import Variant
from tests.stacks.networks import EVERY_ENDPOINT, WITHOUT_NAT, ZONES
from tests.stacks.synthesized import Stack

pytestmark = pytest.mark.unit

ALWAYS = {"ecr.api", "ecr.dkr", "logs"}


def endpoints(stack: Stack) -> dict[str, dict[str, Any]]:
    """Return the interface endpoints of a stack, by the service's name in its address (`ecr.api`)."""
    return {
        endpoint["service_name"].removeprefix("com.amazonaws.us-east-1."): endpoint
        for endpoint in stack.all("aws_vpc_endpoint").values()
        if endpoint["vpc_endpoint_type"] == "Interface"
    }


def let_through(stack: Stack, service: str) -> set[str]:
    """Return the actions that the endpoint of a service lets through."""
    (statement,) = stack.policy(f"{service.replace('.', '_')}_policy")
    return set(statement["actions"])


def test_there_is_one_for_each_of_them(variant: Variant) -> None:
    assert endpoints(variant("dev", **WITHOUT_NAT)["vpc"]).keys() == ALWAYS
    everything = {"kms", "secretsmanager", "ssm", "ssmmessages"}
    assert endpoints(variant("dev", **EVERY_ENDPOINT)["vpc"]).keys() == ALWAYS | everything


def test_there_is_none_by_default(prod: dict[str, Stack]) -> None:
    assert prod["vpc"].all("aws_vpc_endpoint")
    assert not endpoints(prod["vpc"])
    assert not prod["vpc"].all("aws_security_group")


def test_they_go_with_nat_too(variant: Variant) -> None:
    stack = variant("prod", vpc__interface_endpoints="true")["vpc"]
    assert endpoints(stack).keys() == ALWAYS
    assert stack.all("aws_nat_gateway")


@pytest.mark.parametrize("zones", [2, 4])
def test_each_is_in_every_private_subnet_under_the_services_own_name(zones: int, variant: Variant) -> None:
    stack = variant("dev", **WITHOUT_NAT, **ZONES.get(zones, {}))["vpc"]
    private = [
        f"${{aws_subnet.{name}.id}}"
        for name, subnet in stack.all("aws_subnet").items()
        if subnet["//"]["metadata"]["path"].endswith("/private")
    ]
    assert len(private) == zones
    for endpoint in endpoints(stack).values():
        assert sorted(endpoint["subnet_ids"]) == sorted(private)
        assert endpoint["private_dns_enabled"] is True


def test_only_the_private_subnets_reach_them_and_only_by_https(variant: Variant) -> None:
    stack = variant("dev", **WITHOUT_NAT)["vpc"]
    ((name, group),) = stack.all("aws_security_group").items()
    reference = f"${{aws_security_group.{name}.id}}"
    assert all(endpoint["security_group_ids"] == [reference] for endpoint in endpoints(stack).values())
    assert not {"ingress", "egress"} & group.keys()
    rules = stack.all("aws_vpc_security_group_ingress_rule").values()
    assert {rule["cidr_ipv4"] for rule in rules} == {"10.0.128.0/18", "10.0.192.0/18"}
    for rule in rules:
        assert rule["security_group_id"] == reference
        assert (rule["ip_protocol"], rule["from_port"], rule["to_port"]) == ("tcp", 443, 443)
    assert not stack.all("aws_vpc_security_group_egress_rule")


def test_they_take_over_the_services_names_only_once_the_tasks_reach_them(variant: Variant) -> None:
    stack = variant("dev", **WITHOUT_NAT)["vpc"]
    rules = {f"aws_vpc_security_group_ingress_rule.{name}" for name in stack.all("aws_vpc_security_group_ingress_rule")}
    assert rules
    assert all(set(endpoint["depends_on"]) == rules for endpoint in endpoints(stack).values())


def test_they_let_through_identities_of_this_account_only(variant: Variant) -> None:
    stack = variant("dev", **EVERY_ENDPOINT)["vpc"]
    found = endpoints(stack)
    assert len(found) == 7
    for service, endpoint in found.items():
        role = service.replace(".", "_")
        assert endpoint["policy"].startswith(f"${{data.aws_iam_policy_document.endpoints_{role}_policy_")
        (statement,) = stack.policy(f"{role}_policy")
        assert statement["condition"] == [
            {"test": "StringEquals", "variable": "aws:PrincipalAccount", "values": ["123456789012"]}
        ]
        assert not [action for action in statement["actions"] if "*" in action]


def test_they_let_through_all_that_the_tasks_roles_permit(variant: Variant) -> None:
    stacks = variant("dev", **EVERY_ENDPOINT)
    let = set().union(*(let_through(stacks["vpc"], service) for service in endpoints(stacks["vpc"])))
    documents = stacks["service"].json["data"]["aws_iam_policy_document"]
    permitted = {
        action
        for name, document in documents.items()
        if name.startswith("roles_")
        for statement in document["statement"]
        for action in statement["actions"]
        if not action.startswith(("s3:", "sts:"))
    }
    assert {"ecr:BatchGetImage", "logs:PutLogEvents", "ssmmessages:OpenDataChannel"} <= permitted
    assert permitted <= let


def test_what_exec_needs_is_closed_without_it(variant: Variant) -> None:
    assert let_through(variant("dev", **WITHOUT_NAT)["vpc"], "logs") == {"logs:CreateLogStream", "logs:PutLogEvents"}
    assert "logs:DescribeLogGroups" in let_through(variant("dev", **EVERY_ENDPOINT)["vpc"], "logs")
