"""What a versioned bucket forgets by itself."""

from cdktf_cdktf_provider_aws.s3_bucket import S3Bucket
from cdktf_cdktf_provider_aws.s3_bucket_lifecycle_configuration import (
    S3BucketLifecycleConfiguration,
    S3BucketLifecycleConfigurationRule,
    S3BucketLifecycleConfigurationRuleAbortIncompleteMultipartUpload,
    S3BucketLifecycleConfigurationRuleExpiration,
    S3BucketLifecycleConfigurationRuleFilter,
    S3BucketLifecycleConfigurationRuleNoncurrentVersionExpiration,
)
from cdktf_cdktf_provider_aws.s3_bucket_versioning import S3BucketVersioningA
from constructs import Construct

# Far longer than any upload takes that still goes on.
_UNFINISHED_UPLOAD_DAYS = 7


class BucketLifecycle(Construct):
    """Deletes versions `noncurrent_days` after they were replaced or deleted, and uploads that were never finished.

    With `retention_days` also objects so many days after they were made. They then are noncurrent versions, which
    exist for `noncurrent_days` more. Markers of deletions go once they hide nothing any more:
    https://docs.aws.amazon.com/AmazonS3/latest/userguide/intro-lifecycle-rules.html
    """

    def __init__(
        self,
        scope: Construct,
        id: str,
        *,
        bucket: S3Bucket,
        versioning: S3BucketVersioningA,
        noncurrent_days: int,
        retention_days: int | None = None,
    ) -> None:
        super().__init__(scope, id)
        S3BucketLifecycleConfiguration(
            self,
            "lifecycle",
            bucket=bucket.id,
            rule=[
                S3BucketLifecycleConfigurationRule(
                    id="expiry",
                    status="Enabled",
                    filter=[S3BucketLifecycleConfigurationRuleFilter(prefix="")],
                    abort_incomplete_multipart_upload=[
                        S3BucketLifecycleConfigurationRuleAbortIncompleteMultipartUpload(
                            days_after_initiation=_UNFINISHED_UPLOAD_DAYS
                        )
                    ],
                    noncurrent_version_expiration=[
                        S3BucketLifecycleConfigurationRuleNoncurrentVersionExpiration(noncurrent_days=noncurrent_days)
                    ],
                    # S3 takes one or the other, and days remove such markers too.
                    expiration=[
                        S3BucketLifecycleConfigurationRuleExpiration(days=retention_days)
                        if retention_days
                        else S3BucketLifecycleConfigurationRuleExpiration(expired_object_delete_marker=True)
                    ],
                )
            ],
            # S3 wants versions first: https://registry.terraform.io/providers/hashicorp/aws/5.100.0/docs/resources/s3_bucket_lifecycle_configuration
            depends_on=[versioning],
        )
