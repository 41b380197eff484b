"""What a deployment may do in IAM: the roles of tasks, within a boundary; and that it cannot give itself more."""

from config import Settings
from stacks.parts.pipeline.scopes import pipelines, task_roles
from stacks.parts.pipeline.statements import Arns, Statement, allow, condition

# Those that make a role of their own when they are used first:
# https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_aws-services-that-work-with-iam.html
_SERVICE_LINKED = (
    "ecs.amazonaws.com",
    "ecs.application-autoscaling.amazonaws.com",
    "elasticloadbalancing.amazonaws.com",
    "wafv2.amazonaws.com",
)
_CHANGES = (
    "iam:Add*",
    "iam:Attach*",
    "iam:Create*",
    "iam:Delete*",
    "iam:Detach*",
    "iam:Put*",
    "iam:Remove*",
    "iam:Set*",
    "iam:Tag*",
    "iam:Untag*",
    "iam:Update*",
)


def change_task_roles(settings: Settings, arns: Arns, *, boundary_arn: str) -> list[Statement]:
    """Return what makes the roles of tasks and writes their policies, and passes them to ECS alone.

    Whatever a policy says, a role does nothing that its boundary does not permit, and it never loses the boundary:
    https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_boundaries.html#access_policies_boundaries-delegate
    """
    roles = task_roles(settings, arns)
    return [
        allow(
            "BoundTaskRoles",
            ["iam:CreateRole", "iam:PutRolePermissionsBoundary", "iam:PutRolePolicy"],
            roles,
            [condition("ArnEquals", "iam:PermissionsBoundary", boundary_arn)],
        ),
        allow(
            "PassTaskRoles",
            ["iam:PassRole"],
            roles,
            [condition("StringEquals", "iam:PassedToService", "ecs-tasks.amazonaws.com")],
        ),
        allow(
            "ServiceRoles",
            ["iam:CreateServiceLinkedRole"],
            [arns.everywhere("iam", "role/aws-service-role/*")],
            [condition("StringEquals", "iam:AWSServiceName", *_SERVICE_LINKED)],
        ),
    ]


def keep_pipelines(settings: Settings, arns: Arns) -> list[Statement]:
    """Return what denies a deployment to change the `ci` stack, its state included, or to take a boundary off.

    Nothing allows it either; this holds whatever is allowed later.
    """
    state = f"{settings.state_bucket_name}/{settings.state_key('ci')}"
    return [
        Statement(
            sid="KeepPipelines", effect="Deny", actions=list(_CHANGES), resources=list(pipelines(settings, arns))
        ),
        Statement(sid="KeepBoundaries", effect="Deny", actions=["iam:DeleteRolePermissionsBoundary"], resources=["*"]),
        Statement(
            sid="KeepStateOfPipelines",
            effect="Deny",
            actions=["s3:DeleteObject", "s3:DeleteObjectVersion", "s3:PutObject"],
            resources=[arns.unique("s3", state)],
        ),
    ]
