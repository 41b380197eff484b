"""What Terraform ignores locally, because the emulator forgets it, and only there."""

import pytest

from tests.stacks.conftest import Variant
from tests.stacks.synthesized import Stack

pytestmark = pytest.mark.unit


def ignored(stacks: dict[str, Stack]) -> dict[str, list[str]]:
    """Return what each resource type ignores."""
    return {
        type_: resource["lifecycle"]["ignore_changes"]
        for stack in stacks.values()
        for type_, resources in stack.json.get("resource", {}).items()
        for resource in resources.values()
        if "ignore_changes" in resource.get("lifecycle", {})
    }


def test_is_what_the_settings_name(local: dict[str, Stack]) -> None:
    found = ignored(local)
    assert found["aws_ecs_service"] == ["availability_zone_rebalancing"]
    assert found["aws_vpc_endpoint"] == ["policy"]


def test_is_added_to_what_a_resource_ignores_anyway(variant: Variant) -> None:
    stacks = variant("local", scaling__enabled="true")
    assert ignored(stacks)["aws_ecs_service"] == ["desired_count", "availability_zone_rebalancing"]


def test_is_nothing_at_aws(prod: dict[str, Stack]) -> None:
    found = ignored(prod)
    assert found["aws_ecs_service"] == ["desired_count"]
    assert "aws_vpc_endpoint" not in found
