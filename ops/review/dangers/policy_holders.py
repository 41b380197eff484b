"""Where resources have their policies, and what these say before and after a plan."""

from dataclasses import dataclass

from ops.policy.documents import UnreadableError
from ops.policy.planned import PlannedStack, Resource, UnknownValueError
from ops.policy.policy_document import Statement, statements_of
from ops.review.dangers.transition import Transition, Transitions

ENDPOINT = "aws_vpc_endpoint"
# https://docs.aws.amazon.com/vpc/latest/privatelink/vpc-endpoints-access.html#vpc-endpoint-policy-considerations
_EVERYTHING = Statement("Allow", ("*",), (), ("*",), (), (("*", "*"),), ())


@dataclass(frozen=True)
class Holder:
    """Where a type of resource has its policy: in `attribute`; of the resource that `of` names, or its own ("").

    `grants`: whether the policy gives permissions by itself, to a role or user.
    """

    attribute: str
    of: str = ""
    grants: bool = False


HOLDERS = {
    "aws_cloudwatch_log_resource_policy": Holder("policy_document", "policy_name"),
    "aws_ecr_repository_policy": Holder("policy", "repository"),
    "aws_iam_group_policy": Holder("policy", "group", grants=True),
    "aws_iam_policy": Holder("policy", grants=True),
    "aws_iam_role": Holder("assume_role_policy"),
    "aws_iam_role_policy": Holder("policy", "role", grants=True),
    "aws_iam_user_policy": Holder("policy", "user", grants=True),
    "aws_kms_key": Holder("policy"),
    "aws_kms_key_policy": Holder("policy", "key_id"),
    "aws_s3_bucket_policy": Holder("policy", "bucket"),
    "aws_secretsmanager_secret_policy": Holder("policy", "secret_arn"),
    "aws_sns_topic_policy": Holder("policy", "arn"),
    "aws_sqs_queue_policy": Holder("policy", "queue_url"),
    "aws_vpc_endpoint": Holder("policy"),
}


def policies(
    transition: Transition, transitions: Transitions, *, after: bool
) -> tuple[list[Statement], list[Statement]]:
    """Return the statements of a resource's policy, and of others for the same role, bucket and so on."""
    stack = transitions.planned if after else transitions.current
    of = HOLDERS[transition.type].of
    mine = transition.after if after else transition.before
    known = next((found for each in (transition.after, transition.before) if each and (found := each.value(of))), None)
    beside = []
    for other in transitions.of_type(transition.type):
        theirs = other.after if after else other.before
        if other is not transition and of and known is not None and theirs and theirs.value(of) == known:
            beside += _read(theirs, stack)
    return (_read(mine, stack) if mine else []), beside


def _read(resource: Resource, stack: PlannedStack) -> list[Statement]:
    attribute = HOLDERS[resource.type].attribute
    if resource.type == ENDPOINT and resource.value(attribute) in (None, "") and not resource.unknown.get(attribute):
        return [_EVERYTHING]
    if "NotPrincipal" in str(resource.value(attribute)):
        raise UnreadableError(f"{attribute} names principals by exclusion")
    try:
        return statements_of(resource, attribute, stack)
    except UnknownValueError:
        if resource.is_configured(attribute):
            raise
        return []  # AWS's default
