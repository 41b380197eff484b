"""What a task may do for ECS Exec."""

from cdktf_cdktf_provider_aws.data_aws_iam_policy_document import DataAwsIamPolicyDocumentStatement

from stacks.parts.task_actions import OPEN_SHELL_CHANNEL


def exec_permissions(log_group_arn: str, key_arn: str) -> list[DataAwsIamPolicyDocumentStatement]:
    """Return what the task role needs to open the channel of a shell, decrypt its key and write its log.

    https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task-iam-roles.html#ecs-exec-required-iam-permissions
    """
    return [
        # These actions have no resource: https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonsessionmanagermessagegatewayservice.html
        DataAwsIamPolicyDocumentStatement(
            sid="OpenShellChannel",
            actions=OPEN_SHELL_CHANNEL,
            resources=["*"],
        ),
        # Nor has this one: https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazoncloudwatchlogs.html
        DataAwsIamPolicyDocumentStatement(sid="FindShellLog", actions=["logs:DescribeLogGroups"], resources=["*"]),
        DataAwsIamPolicyDocumentStatement(
            sid="WriteShellLog",
            actions=["logs:CreateLogStream", "logs:DescribeLogStreams", "logs:PutLogEvents"],
            resources=[f"{log_group_arn}:*"],
        ),
        DataAwsIamPolicyDocumentStatement(sid="DecryptShell", actions=["kms:Decrypt"], resources=[key_arn]),
    ]
