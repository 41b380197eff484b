"""A bucket is emptied to its last version and delete marker."""

import uuid

import pytest
from botocore.stub import Stubber

from ops.aws import Aws
from ops.errors import OpsError
from ops.progress import Progress
from ops.teardown.buckets import empty_bucket
from ops.teardown.contents import bucket_contents


@pytest.mark.emulator
@pytest.mark.xdist_group("ops_emulator")
def test_versions_and_delete_markers_of_more_than_one_page_go(emulated: Aws, progress: Progress) -> None:
    bucket, other = f"b-{uuid.uuid4().hex}", f"o-{uuid.uuid4().hex}"
    for name in (bucket, other):
        emulated.s3.create_bucket(Bucket=name)
        emulated.s3.put_bucket_versioning(Bucket=name, VersioningConfiguration={"Status": "Enabled"})
        emulated.s3.put_object(Bucket=name, Key="k", Body=b"1")
    for number in range(1100):
        emulated.s3.put_object(Bucket=bucket, Key=f"k{number % 40}", Body=b"1")
    emulated.s3.delete_object(Bucket=bucket, Key="k")

    with progress.step("empty") as step:
        empty_bucket(emulated, bucket, step)

    assert step.outcome == "1,102 object versions deleted"
    emulated.s3.delete_bucket(Bucket=bucket)
    kept = bucket_contents(emulated, other)
    assert kept is not None
    assert kept.count == 1


@pytest.mark.unit
def test_what_s3_keeps_is_an_error(aws: Aws, progress: Progress) -> None:
    with Stubber(aws.s3) as s3, progress.step("empty") as step:
        owned = {"Bucket": "b", "ExpectedBucketOwner": "111111111111"}
        s3.add_response(
            "list_object_versions", {"Versions": [{"Key": "k", "VersionId": "1"}], "IsTruncated": False}, owned
        )
        s3.add_response(
            "delete_objects",
            {"Errors": [{"Key": "k", "VersionId": "1", "Code": "AccessDenied", "Message": "locked"}]},
            {**owned, "Delete": {"Objects": [{"Key": "k", "VersionId": "1"}], "Quiet": True}},
        )

        with pytest.raises(OpsError, match="S3 keeps 1 object versions of b, the first k: AccessDenied: locked"):
            empty_bucket(aws, "b", step)


@pytest.mark.unit
def test_a_bucket_that_is_gone_is_empty(aws: Aws, progress: Progress) -> None:
    with Stubber(aws.s3) as s3, progress.step("empty") as step:
        s3.add_client_error("list_object_versions", "NoSuchBucket")

        empty_bucket(aws, "b", step)

    assert step.outcome == "0 object versions deleted"
