"""The registry: its images are scanned and encrypted, and no version is ever deleted."""

import json
from pathlib import Path
from typing import Any

import pytest

from ops.offline.aws import offline_aws
from tests.stacks.synthesized import Stack
from tests.stacks.terraform import offline_copy, planned, planned_resources


@pytest.mark.unit
def test_a_version_never_changes(prod: dict[str, Stack]) -> None:
    repository = prod["ecr"].one("aws_ecr_repository")
    assert repository["name"] == "plotly-dash"
    assert repository["image_tag_mutability"] == "IMMUTABLE"


@pytest.mark.unit
def test_the_registry_is_deleted_with_its_stack_but_not_in_prod(
    prod: dict[str, Stack], local: dict[str, Stack]
) -> None:
    assert prod["ecr"].one("aws_ecr_repository")["force_delete"] is False
    assert local["ecr"].one("aws_ecr_repository")["force_delete"] is True


@pytest.mark.unit
def test_images_are_scanned_when_they_are_pushed_unless_the_settings_say_otherwise(
    prod: dict[str, Stack], reference: dict[str, Stack]
) -> None:
    for stacks, scanned in ((prod, True), (reference, False)):
        repository = stacks["ecr"].one("aws_ecr_repository")
        assert repository["image_scanning_configuration"] == {"scan_on_push": scanned}


@pytest.mark.unit
def test_images_are_encrypted_with_the_key_of_the_environment(prod: dict[str, Stack], local: dict[str, Stack]) -> None:
    (encryption,) = prod["ecr"].one("aws_ecr_repository")["encryption_configuration"]
    assert encryption["encryption_type"] == "KMS"
    assert encryption["kms_key"].endswith("-encryption.outputs.cross-stack-output-aws_kms_keykeyarn}")
    assert "encryption_configuration" not in local["ecr"].one("aws_ecr_repository")


@pytest.mark.unit
def test_another_encryption_does_not_replace_a_registry_that_is_there(
    prod: dict[str, Stack], local: dict[str, Stack]
) -> None:
    for stacks in (prod, local):
        lifecycle = stacks["ecr"].one("aws_ecr_repository")["lifecycle"]
        assert lifecycle == {"ignore_changes": ["encryption_configuration"]}


@pytest.mark.terraform
class TestExpiry:
    @pytest.fixture(scope="class")
    @classmethod
    def rules(cls, prod: dict[str, Stack], tmp_path_factory: pytest.TempPathFactory) -> list[dict[str, Any]]:
        """What ECR would be told, as the provider writes it."""
        with offline_aws() as endpoint:
            folder: Path = tmp_path_factory.mktemp("plan") / "ecr"
            plan = planned(offline_copy(prod["ecr"].folder, folder, endpoint))
        (policy,) = planned_resources(plan, "aws_ecr_lifecycle_policy")
        assert policy["repository"] == "plotly-dash"
        rules: list[dict[str, Any]] = json.loads(policy["policy"])["rules"]
        return rules

    def test_no_rule_can_select_a_tagged_image(self, rules: list[dict[str, Any]]) -> None:
        """`tagged` and `any` are the other two: https://docs.aws.amazon.com/AmazonECR/latest/userguide/lifecycle_policy_parameters.html"""
        assert [rule["selection"]["tagStatus"] for rule in rules] == ["untagged"]

    def test_images_without_a_version_go_after_the_days_of_the_settings(self, rules: list[dict[str, Any]]) -> None:
        (rule,) = rules
        assert rule["action"] == {"type": "expire"}
        assert rule["selection"] == {
            "tagStatus": "untagged",
            "countType": "sinceImagePushed",
            "countUnit": "days",
            "countNumber": 14,
        }
