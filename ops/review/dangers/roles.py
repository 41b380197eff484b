"""Roles that get a policy of AWS's or of another stack's, lose their limits, or can be taken through a new provider."""

from collections.abc import Iterator

from ops.policy.planned import Resource, UnknownValueError
from ops.review.dangers.attributes import Attribute, added
from ops.review.dangers.danger import Found
from ops.review.dangers.rule import Rule
from ops.review.dangers.transition import Transition, Transitions

_HOLDERS = {
    "aws_iam_role_policy_attachment": "role",
    "aws_iam_user_policy_attachment": "user",
    "aws_iam_group_policy_attachment": "group",
}
# https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_job-functions.html
_ADMINISTRATORS = ("AdministratorAccess", "IAMFullAccess", "PowerUserAccess", "SystemAdministrator")
_ALMOST = "It may do almost anything in the account, giving itself more rights included."
_CHECK = "Read what the policy allows: no plan shows it."


def _attached(transition: Transition, transitions: Transitions) -> Iterator[Found]:
    after = transition.after
    if after is None:
        return
    role = after.value(_HOLDERS[transition.type])
    arn = _policy(after)
    if role is not None and any(
        other.before and (other.before.value(_HOLDERS[other.type]), other.before.value("policy_arn")) == (role, arn)
        for other in transitions.of_type(transition.type)
    ):
        return
    name = arn.rpartition("/")[2]
    if name in _ADMINISTRATORS:
        yield Found("danger", f"the policy {name} is attached", _ALMOST)
    elif role is not None:
        yield Found("danger", f"the policy {name} is attached to {role}", _CHECK)


def _policy(resource: Resource) -> str:
    try:
        return str(resource.get("policy_arn"))
    except UnknownValueError:
        return "that is made by this plan"


def _boundary(transition: Transition, _: Transitions) -> Iterator[Found]:
    before, after = transition.before, transition.after
    limit = before.value("permissions_boundary") if before else None
    if after and limit and after.get("permissions_boundary") != limit:
        yield Found(
            "danger",
            "the permissions boundary is removed or another one",
            "The role may do what its policies allow, where the boundary did not: keep it.",
        )


def _provider(transition: Transition, _: Transitions) -> Iterator[Found]:
    if transition.before is None:
        yield Found(
            "notice",
            "a new identity provider is trusted",
            "Whom it vouches for may take the roles that trust it: see that their conditions name `aud` and `sub`.",
        )


RULES = (
    Rule(tuple(_HOLDERS), _attached),
    Attribute(
        "aws_iam_role", ("managed_policy_arns",), added, "danger", "policies are attached to the role", _CHECK
    ).rule,
    Rule(("aws_iam_role",), _boundary),
    Rule(("aws_iam_openid_connect_provider",), _provider),
    Attribute(
        "aws_iam_openid_connect_provider",
        ("client_id_list",),
        added,
        "danger",
        "the identity provider vouches for more audiences",
        "Tokens that were made for another use are taken too: name `sts.amazonaws.com` only.",
    ).rule,
)
