"""What the roles of tasks can do at most."""

from config import Settings
from stacks.parts.pipeline.statements import Arns, Statement, allow, condition
from stacks.parts.secret_permissions import secret_permissions
from stacks.parts.task_actions import LOG_IN_TO_REGISTRY, OPEN_SHELL_CHANNEL, PULL_IMAGE, WRITE_LOG


def task_boundary(settings: Settings, arns: Arns) -> list[Statement]:
    """Return the boundary of the roles of tasks: all that parts/task_roles.py permits them with these settings.

    Both roles have the same one. A pipeline writes their policies, but no policy goes beyond this.
    """
    buckets = [arns.unique("s3", name) for name in (settings.data_bucket_name, *settings.task.readable_buckets)]
    log_groups = [
        arns.regional("logs", f"log-group:{name}:*") for name in (settings.log_group_name, settings.exec_log_group_name)
    ]
    return [
        allow("ReadObjects", ["s3:GetObject"], [f"{bucket}/*" for bucket in buckets]),
        allow("ListBuckets", ["s3:ListBucket"], buckets),
        allow("WriteLogs", [*WRITE_LOG, "logs:DescribeLogStreams"], log_groups),
        allow("PullImage", PULL_IMAGE, [arns.regional("ecr", f"repository/{settings.repository_name}")]),
        allow("WithoutResource", [*LOG_IN_TO_REGISTRY, *OPEN_SHELL_CHANNEL, "logs:DescribeLogGroups"], ["*"]),
        allow(
            "Decrypt",
            ["kms:Decrypt"],
            [arns.regional("kms", "key/*")],
            [condition("ForAnyValue:StringEquals", "kms:ResourceAliases", f"alias/{settings.deployment_name}")],
        ),
        *secret_permissions(settings.task),
    ]
