"""The plan of a root is parted into one plan for each stack, and what does not plan is told."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from ops.deployment import Deployment
from ops.errors import OpsError
from ops.offline.plans import plan_of_module, plan_offline

pytestmark = pytest.mark.unit


def resource(module: str, name: str) -> dict[str, Any]:
    return {"address": f"module.{module}.aws_vpc.{name}", "module_address": f"module.{module}", "mode": "managed"}


def test_a_module_is_parted_from_the_others() -> None:
    bucket, other = resource("bucket", "one"), resource("bucket_logs", "two")
    children = [
        {"address": "module.bucket", "resources": [bucket]},
        {"address": "module.bucket_logs", "resources": [other]},
    ]
    shown = {
        "format_version": "1.2",
        "terraform_version": "1.11.4",
        "planned_values": {"root_module": {"child_modules": children}},
        "prior_state": {"values": {"root_module": {"child_modules": children[1:]}}},
        "resource_changes": [bucket, other],
        "configuration": {"root_module": {"module_calls": {"bucket": {"module": {"resources": ["as written"]}}}}},
    }
    alone = {"address": "aws_vpc.one", "mode": "managed"}
    assert plan_of_module(shown, "bucket") == {
        "format_version": "1.2",
        "terraform_version": "1.11.4",
        "planned_values": {"root_module": {"resources": [alone]}},
        "prior_state": {"values": {"root_module": {"resources": []}}},
        "resource_changes": [alone],
        "configuration": {"root_module": {"resources": ["as written"]}},
    }


def test_stacks_without_resources_have_no_plan(make_stacks: Callable[..., Deployment], tmp_path: Path) -> None:
    assert plan_offline(make_stacks({"vpc": []}, {"output": {}}), ["vpc"], tmp_path / "plans") == {}
    assert not (tmp_path / "plans").exists()


def test_what_terraform_prints_instead_of_a_plan_is_told(
    make_stacks: Callable[..., Deployment], replayed_calls: Callable[[], list[dict[str, Any]]], tmp_path: Path
) -> None:
    configuration = {
        "resource": {"aws_vpc": {"vpc": {}}},
        "provider": {"aws": [{"region": "us-east-1", "allowed_account_ids": ["123456789012"]}]},
        "terraform": {"required_providers": {}},
    }
    here = make_stacks({"vpc": []}, configuration)
    with pytest.raises(OpsError, match="terraform show printed no plan"):
        plan_offline(here, ["vpc"], tmp_path / "plans")
    assert [call["arguments"][0] for call in replayed_calls()] == ["init", "plan", "show"]
