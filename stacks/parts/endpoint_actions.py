"""What the tasks call of AWS from within the VPC."""

from config import Settings
from stacks.parts.task_actions import (
    LOG_IN_TO_REGISTRY,
    OPEN_SHELL_CHANNEL,
    PULL_IMAGE,
    READ_PARAMETER,
    READ_SECRET,
    WRITE_LOG,
)

_PULL = sorted([*PULL_IMAGE, *LOG_IN_TO_REGISTRY])
_EXEC = {
    "kms": ["kms:Decrypt"],
    "logs": [*WRITE_LOG, "logs:DescribeLogGroups", "logs:DescribeLogStreams"],
    "ssmmessages": OPEN_SHELL_CHANNEL,
}
_READ_SECRET = {"secretsmanager": READ_SECRET, "ssm": READ_PARAMETER}


def needed_actions(settings: Settings) -> dict[str, list[str]]:
    """Return what a Fargate task calls by itself or through ECS: the actions, by the name of the service's endpoint.

    ECR and CloudWatch Logs always, the secrets' services if there are such secrets, and for ECS Exec its channels and
    the key of its sessions. No other key needs a way from here: S3, ECR and Secrets Manager call KMS themselves.
    https://docs.aws.amazon.com/AmazonECS/latest/developerguide/vpc-endpoints.html
    """
    actions = {"ecr.api": _PULL, "ecr.dkr": _PULL, "logs": WRITE_LOG}
    for arn in settings.task.secrets.values():
        service = arn.split(":")[2]
        actions[service] = _READ_SECRET[service]
    return actions | _EXEC if settings.exec.enabled else actions
