"""Empties buckets before Terraform deletes them, which says nothing while it does so itself."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ops.aws import Aws
from ops.errors import OpsError
from ops.progress import Step
from ops.teardown.absent import unless_gone

if TYPE_CHECKING:
    from types_boto3_s3.type_defs import ObjectIdentifierTypeDef


def empty_bucket(aws: Aws, bucket: str, step: Step) -> None:
    """Delete every object version and delete marker of an own bucket; one that is gone is empty.

    A list of S3's has as many as one request deletes, 1,000:
    https://docs.aws.amazon.com/AmazonS3/latest/API/API_DeleteObjects.html

    Raises OpsError where S3 keeps some, such as those under a lock or a policy.
    """

    def delete_all() -> int:
        deleted = 0
        owner = aws.settings.aws.account_id
        # Always the first page: S3 lists what is there now, so that what comes meanwhile goes too.
        # https://docs.aws.amazon.com/AmazonS3/latest/userguide/Welcome.html#ConsistencyModel
        while versions := _first_versions(aws, bucket, owner):
            answer = aws.s3.delete_objects(
                Bucket=bucket,
                Delete={"Objects": versions, "Quiet": True},
                ExpectedBucketOwner=owner,
            )
            if kept := answer.get("Errors"):
                raise OpsError(
                    f"S3 keeps {len(kept)} object versions of {bucket}, the first {kept[0].get('Key')}: "
                    f"{kept[0].get('Code')}: {kept[0].get('Message')}"
                )
            deleted += len(versions)
            step.doing = f"{deleted:,} object versions deleted"
        return deleted

    step.outcome = f"{unless_gone(aws, delete_all) or 0:,} object versions deleted"


def _first_versions(aws: Aws, bucket: str, owner: str) -> list[ObjectIdentifierTypeDef]:
    page = aws.s3.list_object_versions(Bucket=bucket, ExpectedBucketOwner=owner)
    return [
        {"Key": found["Key"], "VersionId": found["VersionId"]}
        for found in (*page.get("Versions", ()), *page.get("DeleteMarkers", ()))
    ]
