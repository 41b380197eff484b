"""The bucket of the dashboard's data."""

from typing import ClassVar

from cdktf_cdktf_provider_aws.s3_bucket_logging import (
    S3BucketLoggingA,
    S3BucketLoggingTargetObjectKeyFormat,
    S3BucketLoggingTargetObjectKeyFormatPartitionedPrefix,
)
from constructs import Construct

from config import Settings
from stacks.base import BaseStack
from stacks.encryption import EncryptionStack
from stacks.logs import LogsStack
from stacks.parts.log_bucket import DATA_BUCKET_PREFIX
from stacks.parts.private_bucket import PrivateBucket


class BucketStack(BaseStack):
    """A private, versioned bucket for the file that the dashboard shows.

    Deliberately without the data: `./dashctl data push` uploads it, so that new data need no deployment. Old releases
    are deleted `bucket.noncurrent_days` after they were replaced; who reads and writes is logged where there are access
    logs. With a customer key, who reads needs `kms:Decrypt` on it, and who pushes `kms:GenerateDataKey` too.
    Typed attributes: `bucket`.
    """

    NAME: ClassVar[str] = "bucket"

    def __init__(self, scope: Construct, settings: Settings, *, encryption: EncryptionStack, logs: LogsStack) -> None:
        super().__init__(scope, settings, cost=settings.tags.infrastructure_cost)
        data = PrivateBucket(
            self,
            "data",
            name=settings.data_bucket_name,
            force_destroy=settings.bucket.force_destroy,
            key_arn=encryption.key_arn,
            noncurrent_days=settings.bucket.noncurrent_days,
        )
        self.bucket = data.bucket
        if logs.bucket_name:
            self._build_access_log(logs.bucket_name)
        self.output("bucket_name", self.bucket.bucket, "The S3 bucket of the dashboard's data")

    def _build_access_log(self, logs_bucket_name: str) -> None:
        S3BucketLoggingA(
            self,
            "access_log",
            bucket=self.bucket.id,
            target_bucket=logs_bucket_name,
            target_prefix=DATA_BUCKET_PREFIX,
            # A folder for each day, so that one looks at the days that one asks about.
            target_object_key_format=S3BucketLoggingTargetObjectKeyFormat(
                partitioned_prefix=S3BucketLoggingTargetObjectKeyFormatPartitionedPrefix(
                    partition_date_source="EventTime"
                )
            ),
        )
