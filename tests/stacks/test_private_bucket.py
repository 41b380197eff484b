"""The buckets: of the state, of the data and of the access logs."""

from typing import Any

import pytest

from tests.stacks.synthesized import Stack

pytestmark = pytest.mark.unit


@pytest.mark.parametrize("name", ["state", "bucket", "logs"])
class TestEveryBucket:
    def test_block_public_access(self, name: str, prod: dict[str, Stack]) -> None:
        block = prod[name].one("aws_s3_bucket_public_access_block")
        switches = ("block_public_acls", "block_public_policy", "ignore_public_acls", "restrict_public_buckets")
        assert all(block[switch] is True for switch in switches)

    def test_have_no_acls(self, name: str, prod: dict[str, Stack]) -> None:
        ownership = prod[name].one("aws_s3_bucket_ownership_controls")
        assert ownership["rule"] == {"object_ownership": "BucketOwnerEnforced"}

    def test_are_versioned(self, name: str, prod: dict[str, Stack]) -> None:
        versioning = prod[name].one("aws_s3_bucket_versioning")
        assert versioning["versioning_configuration"] == {"status": "Enabled"}

    def test_refuse_everything_without_tls(self, name: str, prod: dict[str, Stack]) -> None:
        statement = prod[name].policy("tls_only")[0]
        assert statement["effect"] == "Deny"
        assert statement["actions"] == ["s3:*"]
        assert statement["principals"] == [{"identifiers": ["*"], "type": "*"}]
        assert statement["condition"] == [{"test": "Bool", "values": ["false"], "variable": "aws:SecureTransport"}]
        bucket, objects = statement["resources"]
        assert objects == f"{bucket}/*"
        (document,) = prod[name].json["data"]["aws_iam_policy_document"]
        assert prod[name].one("aws_s3_bucket_policy")["policy"] == f"${{data.aws_iam_policy_document.{document}.json}}"

    def test_settings_belong_to_the_bucket(self, name: str, prod: dict[str, Stack]) -> None:
        stack = prod[name]
        (bucket,) = stack.all("aws_s3_bucket")
        parts = {type_ for type_ in stack.json["resource"] if type_.startswith("aws_s3_bucket_")}
        assert len(parts) == (7 if name == "bucket" else 6)
        assert {stack.one(part)["bucket"] for part in parts} == {f"${{aws_s3_bucket.{bucket}.id}}"}

    def test_versions_come_before_the_rules_about_them(self, name: str, prod: dict[str, Stack]) -> None:
        (versioning,) = prod[name].all("aws_s3_bucket_versioning")
        lifecycle = prod[name].one("aws_s3_bucket_lifecycle_configuration")
        assert lifecycle["depends_on"] == [f"aws_s3_bucket_versioning.{versioning}"]

    def test_uploads_that_were_never_finished_are_deleted(self, name: str, prod: dict[str, Stack]) -> None:
        (rule,) = prod[name].one("aws_s3_bucket_lifecycle_configuration")["rule"]
        assert rule["status"] == "Enabled"
        assert rule["filter"] == [{"prefix": ""}]
        assert rule["abort_incomplete_multipart_upload"] == [{"days_after_initiation": 7}]


def test_data_are_encrypted_with_the_key_of_the_environment(prod: dict[str, Stack], local: dict[str, Stack]) -> None:
    rule = encryption_of(prod["bucket"])
    assert rule["bucket_key_enabled"] is True
    default = rule["apply_server_side_encryption_by_default"]
    assert default["sse_algorithm"] == "aws:kms"
    assert default["kms_master_key_id"].endswith("-encryption.outputs.cross-stack-output-aws_kms_keykeyarn}")
    assert encryption_of(local["bucket"]) == {"apply_server_side_encryption_by_default": {"sse_algorithm": "AES256"}}


@pytest.mark.parametrize("name", ["state", "logs"])
def test_state_and_logs_are_encrypted_by_s3_itself(name: str, prod: dict[str, Stack]) -> None:
    assert encryption_of(prod[name]) == {"apply_server_side_encryption_by_default": {"sse_algorithm": "AES256"}}


@pytest.mark.parametrize("name", ["state", "bucket"])
def test_old_versions_of_state_and_data_are_deleted_and_current_ones_never(name: str, prod: dict[str, Stack]) -> None:
    (rule,) = prod[name].one("aws_s3_bucket_lifecycle_configuration")["rule"]
    assert rule["noncurrent_version_expiration"] == [{"noncurrent_days": 365}]
    assert rule["expiration"] == [{"expired_object_delete_marker": True}]


def test_without_days_every_version_is_kept(local: dict[str, Stack]) -> None:
    for name in ("state", "bucket"):
        assert local[name].one("aws_s3_bucket_versioning")["versioning_configuration"] == {"status": "Enabled"}
        assert not local[name].all("aws_s3_bucket_lifecycle_configuration")


def test_the_state_cannot_be_destroyed(prod: dict[str, Stack], local: dict[str, Stack]) -> None:
    for stacks in (prod, local):
        bucket = stacks["state"].one("aws_s3_bucket")
        assert bucket["lifecycle"] == {"prevent_destroy": True}
        assert bucket["force_destroy"] is False


def test_the_data_are_deleted_with_their_stack_but_not_in_prod(prod: dict[str, Stack], local: dict[str, Stack]) -> None:
    assert prod["bucket"].one("aws_s3_bucket")["force_destroy"] is False
    assert local["bucket"].one("aws_s3_bucket")["force_destroy"] is True


def test_the_buckets_have_the_names_of_the_settings(prod: dict[str, Stack]) -> None:
    assert prod["state"].one("aws_s3_bucket")["bucket"] == "plotly-dash-prod-tfstate-123456789012"
    assert prod["bucket"].one("aws_s3_bucket")["bucket"] == "plotly-dash-prod-data-123456789012"


def encryption_of(stack: Stack) -> dict[str, Any]:
    (rule,) = stack.one("aws_s3_bucket_server_side_encryption_configuration")["rule"]
    return dict(rule)
