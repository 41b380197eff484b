"""What ECS may read to fill a container's secret variables."""

from cdktf_cdktf_provider_aws.data_aws_iam_policy_document import DataAwsIamPolicyDocumentStatement

from config.sections.compute import Task
from stacks.parts.task_actions import READ_PARAMETER, READ_SECRET

# arn:partition:secretsmanager:region:account:secret:name, before the member and version that may follow:
# https://docs.aws.amazon.com/AmazonECS/latest/developerguide/secrets-envvar-secrets-manager.html
_SECRET_ARN_PARTS = 7


def secret_permissions(task: Task) -> list[DataAwsIamPolicyDocumentStatement]:
    """Return what the execution role needs to read exactly the secrets and parameters that the settings name."""
    arns = sorted(set(task.secrets.values()))
    secrets = [":".join(arn.split(":")[:_SECRET_ARN_PARTS]) for arn in arns if ":secretsmanager:" in arn]
    parameters = [arn for arn in arns if ":ssm:" in arn]
    statements = []
    if secrets:
        statements.append(
            DataAwsIamPolicyDocumentStatement(sid="ReadSecrets", actions=READ_SECRET, resources=sorted(set(secrets)))
        )
    if parameters:
        statements.append(
            DataAwsIamPolicyDocumentStatement(sid="ReadParameters", actions=READ_PARAMETER, resources=parameters)
        )
    if task.secrets_key_arns:
        statements.append(
            DataAwsIamPolicyDocumentStatement(
                sid="DecryptSecrets", actions=["kms:Decrypt"], resources=list(task.secrets_key_arns)
            )
        )
    return statements
