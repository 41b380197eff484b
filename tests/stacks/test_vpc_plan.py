"""The real AWS provider accepts each kind of network, and what an endpoint lets through is known before it is made."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from ops.offline.aws import offline_aws
from tests.stacks.conftest import Variant
from tests.stacks.networks import EVERY_ENDPOINT, EXISTING, ZONES
from tests.stacks.terraform import offline_copy, planned, planned_resources

pytestmark = pytest.mark.terraform


@pytest.fixture(scope="module")
def aws() -> Iterator[str]:
    with offline_aws() as endpoint:
        yield endpoint


def plan_of(settings: dict[str, str], variant: Variant, aws: str, folder: Path) -> dict[str, Any]:
    return planned(offline_copy(variant("dev", **settings)["vpc"].folder, folder / "vpc", aws))


def test_one_nat_gateway_for_three_zones(variant: Variant, aws: str, tmp_path: Path) -> None:
    plan = plan_of({"vpc__nat": "single", **ZONES[3]}, variant, aws, tmp_path)
    assert len(planned_resources(plan, "aws_nat_gateway")) == 1
    assert len(planned_resources(plan, "aws_route")) == 6
    assert len(planned_resources(plan, "aws_subnet")) == 6


def test_every_endpoint_in_four_zones_without_nat(variant: Variant, aws: str, tmp_path: Path) -> None:
    plan = plan_of(EVERY_ENDPOINT | ZONES[4], variant, aws, tmp_path)
    assert not planned_resources(plan, "aws_nat_gateway")
    policies = {
        endpoint["service_name"]: json.loads(endpoint["policy"])["Statement"]
        for endpoint in planned_resources(plan, "aws_vpc_endpoint")
    }
    assert len(policies) == 8
    for service, statements in policies.items():
        for statement in statements if isinstance(statements, list) else [statements]:
            assert statement["Effect"] == "Allow", service
            assert statement["Principal"] == "*", service
    layers, _ = policies["com.amazonaws.us-east-1.s3"]
    assert layers["Resource"] == "arn:aws:s3:::prod-us-east-1-starport-layer-bucket/*"


def test_an_existing_vpc(variant: Variant, aws: str, tmp_path: Path) -> None:
    plan = plan_of(EXISTING, variant, aws, tmp_path)
    assert not plan.get("resource_changes")
    assert plan["planned_values"]["outputs"]["vpc_id"]["value"] == "vpc-0123456789abcdef0"
