"""A bucket that only its owner reaches."""

from collections.abc import Callable, Sequence

from cdktf import TerraformResourceLifecycle
from cdktf_cdktf_provider_aws.data_aws_iam_policy_document import (
    DataAwsIamPolicyDocument,
    DataAwsIamPolicyDocumentStatement,
    DataAwsIamPolicyDocumentStatementCondition,
    DataAwsIamPolicyDocumentStatementPrincipals,
)
from cdktf_cdktf_provider_aws.s3_bucket import S3Bucket
from cdktf_cdktf_provider_aws.s3_bucket_ownership_controls import (
    S3BucketOwnershipControls,
    S3BucketOwnershipControlsRule,
)
from cdktf_cdktf_provider_aws.s3_bucket_policy import S3BucketPolicy
from cdktf_cdktf_provider_aws.s3_bucket_public_access_block import S3BucketPublicAccessBlock
from cdktf_cdktf_provider_aws.s3_bucket_server_side_encryption_configuration import (
    S3BucketServerSideEncryptionConfigurationA,
    S3BucketServerSideEncryptionConfigurationRuleA,
    S3BucketServerSideEncryptionConfigurationRuleApplyServerSideEncryptionByDefaultA,
)
from cdktf_cdktf_provider_aws.s3_bucket_versioning import S3BucketVersioningA, S3BucketVersioningVersioningConfiguration
from constructs import Construct

from stacks.parts.bucket_lifecycle import BucketLifecycle

Statements = Sequence[DataAwsIamPolicyDocumentStatement]


class PrivateBucket(Construct):
    """An S3 bucket without public access or ACLs, encrypted, versioned, and reached through TLS only.

    With `keep` Terraform refuses to destroy it; with `force_destroy` it is destroyed with its objects in it. The
    bucket's policy and settings are applied in an order in which the policy never meets an open bucket.

    New objects are encrypted with the KMS key `key_arn`, else by S3's own; those that are there stay as they are. Old
    versions are deleted after `noncurrent_days`, objects after `retention_days`; with 0 of the former nothing ever is.
    `allow` is given the bucket's ARN and returns what else its policy says.
    Typed attributes: `bucket`.
    """

    def __init__(
        self,
        scope: Construct,
        id: str,
        *,
        name: str,
        force_destroy: bool = False,
        keep: bool = False,
        key_arn: str | None = None,
        noncurrent_days: int = 0,
        retention_days: int | None = None,
        allow: Callable[[str], Statements] = lambda bucket_arn: (),
    ) -> None:
        super().__init__(scope, id)
        self.bucket = S3Bucket(
            self,
            "bucket",
            bucket=name,
            force_destroy=force_destroy,
            lifecycle=TerraformResourceLifecycle(prevent_destroy=True) if keep else None,
        )
        self._build_access(allow(self.bucket.arn))
        self._build_encryption(key_arn)
        versioning = self._build_versioning()
        if noncurrent_days:
            BucketLifecycle(
                self,
                "lifecycle",
                bucket=self.bucket,
                versioning=versioning,
                noncurrent_days=noncurrent_days,
                retention_days=retention_days,
            )

    def _build_access(self, allowed: Statements) -> None:
        block = S3BucketPublicAccessBlock(
            self,
            "public_access_block",
            bucket=self.bucket.id,
            block_public_acls=True,
            block_public_policy=True,
            ignore_public_acls=True,
            restrict_public_buckets=True,
        )
        S3BucketOwnershipControls(
            self,
            "ownership",
            bucket=self.bucket.id,
            rule=S3BucketOwnershipControlsRule(object_ownership="BucketOwnerEnforced"),
        )
        tls_only = DataAwsIamPolicyDocument(
            self,
            "tls_only",
            statement=[
                DataAwsIamPolicyDocumentStatement(
                    sid="DenyWithoutTls",
                    effect="Deny",
                    actions=["s3:*"],
                    resources=[self.bucket.arn, f"{self.bucket.arn}/*"],
                    principals=[DataAwsIamPolicyDocumentStatementPrincipals(type="*", identifiers=["*"])],
                    condition=[
                        DataAwsIamPolicyDocumentStatementCondition(
                            test="Bool", variable="aws:SecureTransport", values=["false"]
                        )
                    ],
                ),
                *allowed,
            ],
        )
        # S3 answers 409 when a bucket's policy and its access block change at the same time:
        # https://github.com/hashicorp/terraform-provider-aws/issues/7628
        S3BucketPolicy(self, "policy", bucket=self.bucket.id, policy=tls_only.json, depends_on=[block])

    def _build_encryption(self, key_arn: str | None) -> None:
        S3BucketServerSideEncryptionConfigurationA(
            self,
            "encryption",
            bucket=self.bucket.id,
            rule=[
                S3BucketServerSideEncryptionConfigurationRuleA(
                    apply_server_side_encryption_by_default=S3BucketServerSideEncryptionConfigurationRuleApplyServerSideEncryptionByDefaultA(
                        sse_algorithm="aws:kms" if key_arn else "AES256", kms_master_key_id=key_arn
                    ),
                    # One request to KMS for many objects: https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucket-key.html
                    bucket_key_enabled=True if key_arn else None,
                )
            ],
        )

    def _build_versioning(self) -> S3BucketVersioningA:
        return S3BucketVersioningA(
            self,
            "versioning",
            bucket=self.bucket.id,
            versioning_configuration=S3BucketVersioningVersioningConfiguration(status="Enabled"),
        )
