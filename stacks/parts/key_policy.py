"""Who may use the key of the environment."""

from cdktf_cdktf_provider_aws.data_aws_iam_policy_document import (
    DataAwsIamPolicyDocumentStatement,
    DataAwsIamPolicyDocumentStatementCondition,
    DataAwsIamPolicyDocumentStatementPrincipals,
)

# In a key's policy it means this key: https://docs.aws.amazon.com/kms/latest/developerguide/key-policy-overview.html
_THIS_KEY = ["*"]


def key_policy(
    *, partition: str, dns_suffix: str, region: str, account_id: str
) -> list[DataAwsIamPolicyDocumentStatement]:
    """Return the statements of the key's policy: the account's IAM decides, and two services encrypt for it.

    The others act for whoever calls them, which IAM decides: S3 for who reads and writes objects, ECR for who makes a
    repository, ECS Exec for who opens a session and for the task's role.

    - IAM, without which nobody could change the key any more:
      https://docs.aws.amazon.com/kms/latest/developerguide/key-policy-default.html
    - The account's log groups: https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/encrypt-log-data-kms.html
    - Alarms that publish to an encrypted topic:
      https://docs.aws.amazon.com/sns/latest/dg/sns-key-management.html#compatibility-with-aws-services
    """
    return [
        DataAwsIamPolicyDocumentStatement(
            sid="IamDecides",
            principals=[
                DataAwsIamPolicyDocumentStatementPrincipals(
                    type="AWS", identifiers=[f"arn:{partition}:iam::{account_id}:root"]
                )
            ],
            actions=["kms:*"],
            resources=_THIS_KEY,
        ),
        DataAwsIamPolicyDocumentStatement(
            sid="LogGroups",
            principals=[
                DataAwsIamPolicyDocumentStatementPrincipals(type="Service", identifiers=[f"logs.{region}.{dns_suffix}"])
            ],
            actions=["kms:Encrypt", "kms:Decrypt", "kms:ReEncrypt*", "kms:GenerateDataKey*", "kms:DescribeKey"],
            resources=_THIS_KEY,
            condition=[
                DataAwsIamPolicyDocumentStatementCondition(
                    test="ArnLike",
                    variable="kms:EncryptionContext:aws:logs:arn",
                    values=[f"arn:{partition}:logs:{region}:{account_id}:log-group:*"],
                )
            ],
        ),
        DataAwsIamPolicyDocumentStatement(
            sid="Alarms",
            principals=[
                DataAwsIamPolicyDocumentStatementPrincipals(type="Service", identifiers=["cloudwatch.amazonaws.com"])
            ],
            actions=["kms:Decrypt", "kms:GenerateDataKey*"],
            resources=_THIS_KEY,
            condition=[
                DataAwsIamPolicyDocumentStatementCondition(
                    test="StringEquals", variable="aws:SourceAccount", values=[account_id]
                ),
                DataAwsIamPolicyDocumentStatementCondition(
                    test="ArnLike",
                    variable="aws:SourceArn",
                    values=[f"arn:{partition}:cloudwatch:{region}:{account_id}:alarm:*"],
                ),
            ],
        ),
    ]
