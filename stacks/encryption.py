"""The key of the environment."""

from typing import ClassVar

from cdktf_cdktf_provider_aws.data_aws_iam_policy_document import DataAwsIamPolicyDocument
from cdktf_cdktf_provider_aws.data_aws_partition import DataAwsPartition
from cdktf_cdktf_provider_aws.kms_alias import KmsAlias
from cdktf_cdktf_provider_aws.kms_key import KmsKey
from constructs import Construct

from config import Settings
from stacks.base import BaseStack
from stacks.parts.key_policy import key_policy

# The longest that KMS grants: https://docs.aws.amazon.com/kms/latest/APIReference/API_ScheduleKeyDeletion.html
_DELETION_WINDOW_DAYS = 30


class EncryptionStack(BaseStack):
    """A KMS key for images, data, logs and notifications, rotated yearly; nothing without `encryption.customer_key`.

    Switched off again, the key stays in the account, though no longer in the state, and only its alias goes: what it
    encrypted could not be read any more from the moment that its deletion is scheduled. Somebody deletes it once
    nothing needs it; docs/runbook.md says how. `prevent_destroy` would not have kept it, as it goes with the resource:
    https://github.com/hashicorp/terraform/issues/17599

    Destroyed with its stack, it is deleted 30 days later, and can be restored until then.
    Typed attributes: `key_arn`, None where AWS's own keys encrypt.
    """

    NAME: ClassVar[str] = "encryption"

    def __init__(self, scope: Construct, settings: Settings) -> None:
        super().__init__(scope, settings, cost=settings.tags.infrastructure_cost)
        self.key_arn: str | None = None
        if settings.encryption.customer_key:
            self._build_key()
        else:
            # cdktf 0.21.0 has no construct for it: https://developer.hashicorp.com/terraform/language/block/removed
            self.add_override("removed", [{"from": "aws_kms_key.key", "lifecycle": {"destroy": False}}])

    def _build_key(self) -> None:
        settings = self.settings
        partition = DataAwsPartition(self, "partition")
        policy = DataAwsIamPolicyDocument(
            self,
            "key_policy",
            statement=key_policy(
                partition=partition.partition,
                dns_suffix=partition.dns_suffix,
                region=settings.aws.region,
                account_id=settings.aws.account_id,
            ),
        )
        key = KmsKey(
            self,
            "key",
            description=f"Images, data, logs and notifications of {settings.deployment_name}",
            policy=policy.json,
            enable_key_rotation=True,
            deletion_window_in_days=_DELETION_WINDOW_DAYS,
        )
        KmsAlias(self, "alias", name=f"alias/{settings.deployment_name}", target_key_id=key.key_id)
        self.key_arn = key.arn
        self.output("key_arn", key.arn, "The KMS key that encrypts images, data, logs and notifications")
