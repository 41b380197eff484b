"""Rules for IAM policies: those of roles, those of resources, and who may take a role."""

import re
from collections.abc import Iterator

from ops.policy.documents import UnreadableError
from ops.policy.planned import PlannedStack, Resource, UnknownValueError
from ops.policy.policy_document import Statement, statements_of
from ops.policy.rules.rule import Rule

_BEST = "https://docs.aws.amazon.com/IAM/latest/UserGuide/best-practices.html"
_DEPUTY = "https://docs.aws.amazon.com/IAM/latest/UserGuide/confused-deputy.html"

# The attribute of each type of resource that holds a policy.
_IDENTITY = {
    "aws_iam_group_policy": "policy",
    "aws_iam_policy": "policy",
    "aws_iam_role_policy": "policy",
    "aws_iam_user_policy": "policy",
}
_RESOURCE = {
    "aws_ecr_repository_policy": "policy",
    "aws_kms_key": "policy",
    "aws_kms_key_policy": "policy",
    "aws_s3_bucket_policy": "policy",
    "aws_secretsmanager_secret_policy": "policy",
    "aws_sns_topic": "policy",
    "aws_sns_topic_policy": "policy",
    "aws_sqs_queue_policy": "policy",
}
_TRUST = {"aws_iam_role": "assume_role_policy"}
# What leaves through an endpoint is limited by its policy, but allowed by the policies of roles.
_ENDPOINT = {"aws_vpc_endpoint": "policy"}
_ALL = {**_IDENTITY, **_RESOURCE, **_TRUST, **_ENDPOINT}

# "All resources ("*")" in https://docs.aws.amazon.com/service-authorization/latest/reference/reference_policies_actions-resources-contextkeys.html
_WITHOUT_RESOURCE = {
    "cloudwatch:PutMetricData",
    "ecr:GetAuthorizationToken",
    # It lists them all: https://docs.aws.amazon.com/AmazonECS/latest/developerguide/ecs-exec.html asks for "*".
    "logs:DescribeLogGroups",
    "ssmmessages:CreateControlChannel",
    "ssmmessages:CreateDataChannel",
    "ssmmessages:OpenControlChannel",
    "ssmmessages:OpenDataChannel",
    "xray:PutTelemetryRecords",
    "xray:PutTraceSegments",
}
_EVERY_RESOURCE = re.compile(r"\*|arn:[^:]*:[^:]*:[^:]*:[^:]*:\*")
_ACCOUNT = re.compile(r"\d{12}|arn:[\w-]+:iam::\d{12}:root")
_SOURCE_KEYS = {
    "aws:sourceaccount",
    "aws:sourcearn",
    "aws:sourceorgid",
    "aws:sourceorgpaths",
    # CloudWatch Logs names the account of the log group so:
    # https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/encrypt-log-data-kms.html
    "kms:encryptioncontext:aws:logs:arn",
}


def _known(resource: Resource, stack: PlannedStack) -> Iterator[str]:
    if resource.is_configured(_ALL[resource.type]):
        statements_of(resource, _ALL[resource.type], stack)
    yield from ()


def _allowing(resource: Resource, stack: PlannedStack) -> Iterator[Statement]:
    """Yield the statements that allow. None where the policy is unknown or unreadable: DASH_IAM_KNOWN fails then."""
    attribute = _ALL[resource.type]
    if not resource.is_configured(attribute):
        return
    try:
        statements = statements_of(resource, attribute, stack)
    except (UnknownValueError, UnreadableError):
        return
    yield from (statement for statement in statements if statement.allows)


def _actions(resource: Resource, stack: PlannedStack) -> Iterator[str]:
    for statement in _allowing(resource, stack):
        if statement.not_actions:
            yield f"allows all actions but {', '.join(statement.not_actions)}"
        # Without it nobody could change the key: https://docs.aws.amazon.com/kms/latest/developerguide/key-policy-default.html
        if resource.type in ("aws_kms_key", "aws_kms_key_policy") and _is_for_the_account(statement):
            continue
        for action in statement.actions:
            if "*" in action or "?" in action:
                yield f"allows {action}"


def _is_for_the_account(statement: Statement) -> bool:
    return bool(statement.principals) and all(
        kind == "AWS" and _ACCOUNT.fullmatch(name) for kind, name in statement.principals
    )


def _resources(resource: Resource, stack: PlannedStack) -> Iterator[str]:
    for statement in _allowing(resource, stack):
        if statement.not_resources:
            yield f"allows all resources but {', '.join(statement.not_resources)}"
        wide = [name for name in statement.resources if _EVERY_RESOURCE.fullmatch(name)]
        limitable = [action for action in statement.actions if action not in _WITHOUT_RESOURCE]
        if wide and limitable:
            yield f"allows {', '.join(limitable)} on {', '.join(wide)}"


def _principals(resource: Resource, stack: PlannedStack) -> Iterator[str]:
    for statement in _allowing(resource, stack):
        if any(name == "*" for _, name in statement.principals) and not statement.conditions:
            yield f"allows {', '.join(statement.actions)} to everyone"


def _deputies(resource: Resource, stack: PlannedStack) -> Iterator[str]:
    for statement in _allowing(resource, stack):
        services = [name for kind, name in statement.principals if kind == "Service"]
        keys = {variable.lower() for _, variable, _ in statement.conditions}
        if services and not keys & _SOURCE_KEYS:
            yield f"lets {', '.join(services)} act for any account"


RULES = (
    Rule(
        "DASH_IAM_KNOWN",
        "A policy can be read at plan time, so that it can be judged before it holds",
        "write it as an aws_iam_policy_document whose actions are known, and whose resources are known or ARNs",
        _BEST,
        tuple(_ALL),
        _known,
    ),
    Rule(
        "DASH_IAM_ACTIONS",
        "A policy names each action that it allows: a wildcard grows with every action that AWS adds",
        "list the actions that are needed",
        f"{_BEST}#grant-least-privilege",
        tuple(_ALL),
        _actions,
    ),
    Rule(
        "DASH_IAM_RESOURCES",
        "A policy names the resources on which it allows actions, where the action has any",
        "name the ARNs that are needed",
        f"{_BEST}#grant-least-privilege",
        tuple(_IDENTITY),
        _resources,
    ),
    Rule(
        "DASH_IAM_PRINCIPALS",
        "A resource or role is open to named principals, or under a condition; never to everyone",
        "name the principals, or add a condition such as aws:SourceAccount",
        "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html",
        (*_RESOURCE, *_TRUST),
        _principals,
    ),
    Rule(
        "DASH_IAM_DEPUTY",
        "A service of AWS takes a role or uses a resource for this account only, not for whoever asks it to",
        "add a condition on aws:SourceAccount or aws:SourceArn",
        _DEPUTY,
        (*_RESOURCE, *_TRUST),
        _deputies,
    ),
)
