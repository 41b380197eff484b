"""What an endpoint of the VPC lets through."""

from cdktf_cdktf_provider_aws.data_aws_iam_policy_document import (
    DataAwsIamPolicyDocumentStatement,
    DataAwsIamPolicyDocumentStatementCondition,
    DataAwsIamPolicyDocumentStatementPrincipals,
)


def let_through(
    sid: str,
    *,
    actions: list[str],
    resources: list[str],
    condition: DataAwsIamPolicyDocumentStatementCondition | None = None,
) -> DataAwsIamPolicyDocumentStatement:
    """Return the statement of an endpoint's policy that lets these actions through, of everyone on a condition.

    It grants nothing, whoever calls still needs the permission:
    https://docs.aws.amazon.com/vpc/latest/privatelink/vpc-endpoints-access.html
    """
    return DataAwsIamPolicyDocumentStatement(
        sid=sid,
        principals=[DataAwsIamPolicyDocumentStatementPrincipals(type="*", identifiers=["*"])],
        actions=actions,
        resources=resources,
        condition=[condition] if condition else None,
    )


def as_identity_of(account_id: str) -> DataAwsIamPolicyDocumentStatementCondition:
    """Return the condition that an identity of this account calls."""
    return DataAwsIamPolicyDocumentStatementCondition(
        test="StringEquals", variable="aws:PrincipalAccount", values=[account_id]
    )
