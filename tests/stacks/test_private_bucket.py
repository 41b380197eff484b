"""The buckets: of the state and of the data."""

import pytest

from tests.stacks.synthesized import Stack

pytestmark = pytest.mark.unit


@pytest.mark.parametrize("name", ["state", "bucket"])
class TestBothBuckets:
    def test_block_public_access(self, name: str, prod: dict[str, Stack]) -> None:
        block = prod[name].one("aws_s3_bucket_public_access_block")
        switches = ("block_public_acls", "block_public_policy", "ignore_public_acls", "restrict_public_buckets")
        assert all(block[switch] is True for switch in switches)

    def test_have_no_acls(self, name: str, prod: dict[str, Stack]) -> None:
        ownership = prod[name].one("aws_s3_bucket_ownership_controls")
        assert ownership["rule"] == {"object_ownership": "BucketOwnerEnforced"}

    def test_are_encrypted(self, name: str, prod: dict[str, Stack]) -> None:
        (rule,) = prod[name].one("aws_s3_bucket_server_side_encryption_configuration")["rule"]
        assert rule == {"apply_server_side_encryption_by_default": {"sse_algorithm": "AES256"}}

    def test_are_versioned(self, name: str, prod: dict[str, Stack]) -> None:
        versioning = prod[name].one("aws_s3_bucket_versioning")
        assert versioning["versioning_configuration"] == {"status": "Enabled"}

    def test_refuse_everything_without_tls(self, name: str, prod: dict[str, Stack]) -> None:
        (statement,) = prod[name].policy("tls_only")
        assert statement["effect"] == "Deny"
        assert statement["actions"] == ["s3:*"]
        assert statement["principals"] == [{"identifiers": ["*"], "type": "*"}]
        assert statement["condition"] == [{"test": "Bool", "values": ["false"], "variable": "aws:SecureTransport"}]
        bucket, objects = statement["resources"]
        assert objects == f"{bucket}/*"
        (document,) = prod[name].json["data"]["aws_iam_policy_document"]
        assert prod[name].one("aws_s3_bucket_policy")["policy"] == f"${{data.aws_iam_policy_document.{document}.json}}"

    def test_settings_belong_to_the_bucket(self, name: str, prod: dict[str, Stack]) -> None:
        (bucket,) = prod[name].all("aws_s3_bucket")
        parts = [type_ for type_ in prod[name].json["resource"] if type_.startswith("aws_s3_bucket_")]
        assert len(parts) == 5
        assert {prod[name].one(part)["bucket"] for part in parts} == {f"${{aws_s3_bucket.{bucket}.id}}"}


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
