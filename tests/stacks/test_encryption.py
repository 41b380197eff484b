"""The key of the environment: who may use it, and that what it encrypted stays readable."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from ops.offline.aws import offline_aws
from tests.stacks.conftest import Variant
from tests.stacks.iam import in_aws, may
from tests.stacks.synthesized import Stack
from tests.stacks.terraform import offline_copy, succeed

KEY = "arn:aws:kms:us-east-1:123456789012:key/0a1b2c3d-0000-1111-2222-333344445555"
LOGS = "logs.us-east-1.amazonaws.com"
LOG_GROUP = {"kms:EncryptionContext:aws:logs:arn": "arn:aws:logs:us-east-1:123456789012:log-group:/ecs/plotly_dash_app"}
ALARMS = "cloudwatch.amazonaws.com"
ALARM = {
    "aws:SourceAccount": "123456789012",
    "aws:SourceArn": "arn:aws:cloudwatch:us-east-1:123456789012:alarm:plotly-dash-prod-errors",
}


@pytest.fixture(scope="module")
def policy(prod: dict[str, Stack]) -> list[dict[str, Any]]:
    return in_aws(prod["encryption"].policy("key_policy"), {})


@pytest.fixture(scope="module")
def switched_off(variant: Variant) -> Stack:
    return variant("prod", encryption__customer_key="false")["encryption"]


@pytest.mark.unit
class TestKey:
    def test_is_rotated_and_can_be_restored_for_30_days(self, prod: dict[str, Stack]) -> None:
        key = prod["encryption"].one("aws_kms_key")
        assert key["enable_key_rotation"] is True
        assert key["deletion_window_in_days"] == 30

    def test_is_found_by_the_name_of_the_deployment(self, prod: dict[str, Stack]) -> None:
        alias = prod["encryption"].one("aws_kms_alias")
        assert alias["name"] == "alias/plotly-dash-prod"
        assert alias["target_key_id"] == "${aws_kms_key.key.key_id}"
        assert prod["encryption"].json["output"]["key_arn"]["value"] == "${aws_kms_key.key.arn}"

    def test_has_the_policy_that_is_judged_here(self, prod: dict[str, Stack]) -> None:
        assert prod["encryption"].one("aws_kms_key")["policy"] == "${data.aws_iam_policy_document.key_policy.json}"


@pytest.mark.unit
class TestPolicy:
    @pytest.mark.parametrize("action", ["kms:Decrypt", "kms:PutKeyPolicy", "kms:CreateGrant", "kms:CancelKeyDeletion"])
    def test_iam_of_the_account_decides(self, action: str, policy: list[dict[str, Any]]) -> None:
        assert may(policy, "arn:aws:iam::123456789012:root", action, KEY, {})

    @pytest.mark.parametrize(
        ("who", "actions", "context"),
        [
            (
                LOGS,
                ("kms:Encrypt", "kms:Decrypt", "kms:ReEncryptTo", "kms:GenerateDataKey", "kms:DescribeKey"),
                LOG_GROUP,
            ),
            (ALARMS, ("kms:Decrypt", "kms:GenerateDataKey"), ALARM),
        ],
        ids=["log groups", "alarms"],
    )
    def test_services_use_it_for_this_account_only(
        self, who: str, actions: tuple[str, ...], context: dict[str, str], policy: list[dict[str, Any]]
    ) -> None:
        for action in actions:
            assert may(policy, who, action, KEY, context)
            assert not may(policy, who, action, KEY, {})
            for condition, value in context.items():
                other = context | {condition: value.replace("123456789012", "999999999999")}
                assert not may(policy, who, action, KEY, other)

    @pytest.mark.parametrize(
        "action", ["kms:PutKeyPolicy", "kms:ScheduleKeyDeletion", "kms:CreateGrant", "kms:DisableKey"]
    )
    def test_services_administer_nothing(self, action: str, policy: list[dict[str, Any]]) -> None:
        assert not may(policy, LOGS, action, KEY, LOG_GROUP)
        assert not may(policy, ALARMS, action, KEY, ALARM)

    def test_nobody_else_may_use_it(self, policy: list[dict[str, Any]]) -> None:
        assert {
            who for statement in policy for principal in statement["principals"] for who in principal["identifiers"]
        } == {
            "arn:aws:iam::123456789012:root",
            LOGS,
            ALARMS,
        }


@pytest.mark.unit
def test_without_a_customer_key_there_is_none(switched_off: Stack) -> None:
    assert "resource" not in switched_off.json
    assert "output" not in switched_off.json


@pytest.mark.terraform
class TestSwitchedOffInARunningDeployment:
    @pytest.fixture(scope="class")
    @classmethod
    def aws(cls) -> Iterator[str]:
        with offline_aws() as endpoint:
            yield endpoint

    def test_the_key_stays_and_only_its_alias_goes(self, switched_off: Stack, aws: str, tmp_path: Path) -> None:
        folder = offline_copy(switched_off.folder, tmp_path / "encryption", aws)
        deployed = {
            "aws_kms_key.key": {"id": KEY.split("/")[1], "arn": KEY},
            "aws_kms_alias.alias": {"id": "alias/plotly-dash-prod", "name": "alias/plotly-dash-prod"},
        }
        (folder / "terraform.tfstate").write_text(json.dumps(state_of(deployed)))
        succeed(folder, "plan", "-input=false", "-lock=false", "-refresh=false", "-out=plan")
        plan = json.loads(succeed(folder, "show", "-json", "plan"))
        changes = {change["address"]: change["change"]["actions"] for change in plan["resource_changes"]}
        assert changes == {"aws_kms_key.key": ["forget"], "aws_kms_alias.alias": ["delete"]}


def state_of(resources: dict[str, dict[str, Any]]) -> dict[str, Any]:
    """Return a Terraform state that holds these resources, attributes by address."""
    return {
        "version": 4,
        "terraform_version": "1.11.0",
        "serial": 1,
        "lineage": "00000000-0000-0000-0000-000000000000",
        "outputs": {},
        "resources": [
            {
                "mode": "managed",
                "type": address.split(".")[0],
                "name": address.split(".")[1],
                "provider": 'provider["registry.terraform.io/hashicorp/aws"]',
                "instances": [{"schema_version": 0, "attributes": attributes}],
            }
            for address, attributes in resources.items()
        ],
    }
