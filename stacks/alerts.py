"""Whom alarms tell."""

from typing import ClassVar

from cdktf_cdktf_provider_aws.data_aws_iam_policy_document import (
    DataAwsIamPolicyDocument,
    DataAwsIamPolicyDocumentStatement,
    DataAwsIamPolicyDocumentStatementCondition,
    DataAwsIamPolicyDocumentStatementPrincipals,
)
from cdktf_cdktf_provider_aws.sns_topic import SnsTopic
from cdktf_cdktf_provider_aws.sns_topic_policy import SnsTopicPolicy
from cdktf_cdktf_provider_aws.sns_topic_subscription import SnsTopicSubscription
from constructs import Construct

from config import Settings
from stacks.base import BaseStack
from stacks.encryption import EncryptionStack


class AlertsStack(BaseStack):
    """An SNS topic that alarms are sent to, and its subscribers; nothing without `alarms`.

    Only alarms of this account publish to it, and everything reaches it by TLS only. Each address gets a message to
    confirm once; it hears of nothing before.

    It is encrypted where the environment has a key of its own. AWS's key for SNS would do harm: no alarm may use it,
    and its policy cannot be changed, so that nobody would be told:
    https://repost.aws/knowledge-center/cloudwatch-configure-alarm-sns
    Typed attributes: `topic_arn`, None where there are no alarms.
    """

    NAME: ClassVar[str] = "alerts"

    def __init__(self, scope: Construct, settings: Settings, *, encryption: EncryptionStack) -> None:
        super().__init__(scope, settings, cost=settings.tags.infrastructure_cost)
        self.topic_arn: str | None = None
        if not settings.alarms.enabled:
            return
        topic = SnsTopic(
            self, "alerts", name=f"{settings.deployment_name}-alerts", kms_master_key_id=encryption.key_arn
        )
        self.topic_arn = topic.arn
        SnsTopicPolicy(self, "access", arn=topic.arn, policy=self._build_access(topic.arn).json)
        # Below a construct of their own, so that cdktf gives each a name of its own whatever signs an address has.
        subscribers = Construct(self, "subscribers")
        for address in settings.alarms.emails:
            SnsTopicSubscription(subscribers, address, topic_arn=topic.arn, protocol="email", endpoint=address)
        self.output("alerts_topic_arn", topic.arn, "The SNS topic of alarms, for subscribers that settings cannot name")

    def _build_access(self, topic_arn: str) -> DataAwsIamPolicyDocument:
        aws = self.settings.aws
        return DataAwsIamPolicyDocument(
            self,
            "who_publishes",
            statement=[
                # https://docs.aws.amazon.com/sns/latest/dg/sns-access-policy-use-cases.html
                DataAwsIamPolicyDocumentStatement(
                    sid="Alarms",
                    actions=["sns:Publish"],
                    resources=[topic_arn],
                    principals=[
                        DataAwsIamPolicyDocumentStatementPrincipals(
                            type="Service", identifiers=["cloudwatch.amazonaws.com"]
                        )
                    ],
                    condition=[
                        DataAwsIamPolicyDocumentStatementCondition(
                            test="StringEquals", variable="aws:SourceAccount", values=[aws.account_id]
                        ),
                        DataAwsIamPolicyDocumentStatementCondition(
                            test="ArnLike",
                            variable="aws:SourceArn",
                            values=[f"arn:*:cloudwatch:{aws.region}:{aws.account_id}:alarm:*"],
                        ),
                    ],
                ),
                # https://docs.aws.amazon.com/sns/latest/dg/sns-security-best-practices.html#enforce-encryption-data-in-transit
                DataAwsIamPolicyDocumentStatement(
                    sid="DenyWithoutTls",
                    effect="Deny",
                    actions=["sns:Publish"],
                    resources=[topic_arn],
                    principals=[DataAwsIamPolicyDocumentStatementPrincipals(type="*", identifiers=["*"])],
                    condition=[
                        DataAwsIamPolicyDocumentStatementCondition(
                            test="Bool", variable="aws:SecureTransport", values=["false"]
                        )
                    ],
                ),
            ],
        )
