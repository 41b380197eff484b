"""The registry of the dashboard's images."""

from typing import ClassVar

from cdktf import TerraformResourceLifecycle
from cdktf_cdktf_provider_aws.data_aws_ecr_lifecycle_policy_document import (
    DataAwsEcrLifecyclePolicyDocument,
    DataAwsEcrLifecyclePolicyDocumentRule,
    DataAwsEcrLifecyclePolicyDocumentRuleAction,
    DataAwsEcrLifecyclePolicyDocumentRuleSelection,
)
from cdktf_cdktf_provider_aws.ecr_lifecycle_policy import EcrLifecyclePolicy
from cdktf_cdktf_provider_aws.ecr_repository import (
    EcrRepository,
    EcrRepositoryEncryptionConfiguration,
    EcrRepositoryImageScanningConfiguration,
)
from constructs import Construct

from config import Settings
from stacks.base import BaseStack
from stacks.encryption import EncryptionStack


class EcrStack(BaseStack):
    """A repository in which a version, once pushed, always means the same image, and is kept.

    A repository keeps the encryption that it was made with, and so does this one: to change it, Terraform would delete
    it with every version in it. `ecr.repository` under another name makes one with the encryption of the settings.
    https://docs.aws.amazon.com/AmazonECR/latest/userguide/encryption-at-rest.html

    Typed attributes: `repository`.
    """

    NAME: ClassVar[str] = "ecr"

    def __init__(self, scope: Construct, settings: Settings, *, encryption: EncryptionStack) -> None:
        super().__init__(scope, settings, cost=settings.tags.infrastructure_cost)
        self.repository = EcrRepository(
            self,
            "dashboard",
            name=settings.repository_name,
            image_tag_mutability="IMMUTABLE",
            image_scanning_configuration=EcrRepositoryImageScanningConfiguration(
                scan_on_push=settings.ecr.scan_on_push
            ),
            encryption_configuration=[
                EcrRepositoryEncryptionConfiguration(encryption_type="KMS", kms_key=encryption.key_arn)
            ]
            if encryption.key_arn
            else None,
            force_delete=settings.ecr.force_delete,
            lifecycle=TerraformResourceLifecycle(ignore_changes=["encryption_configuration"]),
        )
        self._build_expiry()
        self.output("repository_name", self.repository.name, "The ECR repository of the dashboard's images")
        self.output("repository_url", self.repository.repository_url, "Where the dashboard's images are pushed to")

    def _build_expiry(self) -> None:
        days = self.settings.ecr.untagged_days
        expiry = DataAwsEcrLifecyclePolicyDocument(
            self,
            "expiry",
            rule=[
                # The parts of a version, one for each architecture, have no tag either, but the version keeps them:
                # https://docs.aws.amazon.com/AmazonECR/latest/userguide/LifecyclePolicies.html#lp_evaluation_rules
                DataAwsEcrLifecyclePolicyDocumentRule(
                    priority=1,
                    description=f"Images that are no version, after {days} days",
                    selection=[
                        DataAwsEcrLifecyclePolicyDocumentRuleSelection(
                            tag_status="untagged", count_type="sinceImagePushed", count_unit="days", count_number=days
                        )
                    ],
                    action=[DataAwsEcrLifecyclePolicyDocumentRuleAction(type="expire")],
                )
            ],
        )
        EcrLifecyclePolicy(self, "untagged", repository=self.repository.name, policy=expiry.json)
