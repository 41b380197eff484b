"""The way to S3: who goes by it, and what it lets through."""

from typing import Any

import pytest

from tests.stacks.conftest import Variant
from tests.stacks.networks import EXISTING, WITHOUT_NAT, ZONES
from tests.stacks.synthesized import Stack

pytestmark = pytest.mark.unit


def gateway(stack: Stack) -> dict[str, Any]:
    (endpoint,) = [
        endpoint for endpoint in stack.all("aws_vpc_endpoint").values() if endpoint["vpc_endpoint_type"] == "Gateway"
    ]
    return endpoint


def names(statement: dict[str, Any]) -> list[str]:
    """Return the buckets and objects of a statement, by their names: what follows arn:<partition of AWS>:s3:::"""
    pairs = [arn.split(":s3:::") for arn in statement["resources"]]
    assert all(start.startswith("arn:${data.aws_partition.") for start, _ in pairs)
    return [name for _, name in pairs]


def goes_by_it(stack: Stack, zones: int) -> bool:
    """Whether the private subnets of so many zones go to S3 by the gateway, and no other subnet does."""
    endpoint = gateway(stack)
    tables = {
        f"${{aws_route_table.{name}.id}}"
        for name, table in stack.all("aws_route_table").items()
        if table["//"]["metadata"]["path"].endswith("/private_routes")
    }
    return (
        endpoint["service_name"] == "com.amazonaws.us-east-1.s3"
        and len(tables) == zones
        and set(endpoint["route_table_ids"]) == tables
    )


def test_every_private_subnet_goes_by_it_with_nat(prod: dict[str, Stack], local: dict[str, Stack]) -> None:
    assert goes_by_it(prod["vpc"], zones=2)
    assert goes_by_it(local["vpc"], zones=2)


@pytest.mark.parametrize("zones", [2, 4])
def test_every_private_subnet_goes_by_it_without_nat(zones: int, variant: Variant) -> None:
    assert goes_by_it(variant("dev", **WITHOUT_NAT, **ZONES.get(zones, {}))["vpc"], zones)


def test_lets_through_the_reading_of_image_layers_and_of_the_data_as_this_account(prod: dict[str, Stack]) -> None:
    stack = prod["vpc"]
    assert gateway(stack)["policy"].startswith("${data.aws_iam_policy_document.s3_policy_")
    layers, _, data = stack.policy("s3/policy")
    assert layers["actions"] == ["s3:GetObject"]
    assert names(layers) == ["prod-us-east-1-starport-layer-bucket/*"]
    assert "condition" not in layers
    assert data["actions"] == ["s3:GetObject", "s3:ListBucket"]
    assert names(data) == ["plotly-dash-prod-data-123456789012", "plotly-dash-prod-data-123456789012/*"]
    assert data["condition"] == [
        {"test": "StringEquals", "variable": "aws:PrincipalAccount", "values": ["123456789012"]}
    ]


def test_lets_through_the_keys_of_signing_in_where_readers_sign_in(
    prod: dict[str, Stack], dev: dict[str, Stack]
) -> None:
    _, keys, _ = prod["vpc"].policy("s3/policy")
    assert keys["actions"] == ["s3:GetObject"]
    assert names(keys) == ["aws-elb-public-keys-prod-us-east-1/*"]
    assert [statement["sid"] for statement in dev["vpc"].policy("s3/policy")] == ["ReadImageLayers", "ReadData"]


def test_other_buckets_are_let_through_to_those_whom_the_settings_name(variant: Variant) -> None:
    stacks = variant("dev", task__readable_buckets='["team-data"]')
    _, data = stacks["vpc"].policy("s3/policy")
    assert names(data)[1::2] == ["team-data", "team-data/*"]
    role = {statement["sid"]: statement for statement in stacks["service"].policy("task_permissions")}
    assert role["ReadOtherBuckets"]["actions"] == ["s3:GetObject"]
    assert names(role["ReadOtherBuckets"]) == ["team-data/*"]
    assert role["ListOtherBuckets"]["actions"] == ["s3:ListBucket"]
    assert names(role["ListOtherBuckets"]) == ["team-data"]


def test_lets_through_all_that_the_dashboard_may_do_in_s3(prod: dict[str, Stack]) -> None:
    permitted = {
        action
        for document in prod["service"].json["data"]["aws_iam_policy_document"].values()
        for statement in document["statement"]
        for action in statement["actions"]
        if action.startswith("s3:")
    }
    assert permitted
    assert permitted <= {action for statement in prod["vpc"].policy("s3/policy") for action in statement["actions"]}


def test_without_internet_access_its_addresses_are_the_only_ones_outside_that_the_tasks_reach(variant: Variant) -> None:
    rules = variant("dev", **WITHOUT_NAT)["service"].all("aws_vpc_security_group_egress_rule").values()
    assert not [rule for rule in rules if rule.get("cidr_ipv4") == "0.0.0.0/0"]
    (to_s3,) = [rule for rule in rules if "prefix_list_id" in rule]
    assert "aws_vpc_endpoints3_endpoint" in to_s3["prefix_list_id"]


def test_an_existing_vpc_is_left_as_it_is(variant: Variant) -> None:
    assert not variant("dev", **EXISTING)["vpc"].all("aws_vpc_endpoint")
