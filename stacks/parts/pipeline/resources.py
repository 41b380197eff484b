"""What the pipelines do to the resources of the stacks: Terraform's actions, each on this environment's own."""

from collections.abc import Iterable, Mapping

from config import Settings
from stacks.parts.pipeline.network import NETWORK_TYPES, READ_VPC_ATTRIBUTE
from stacks.parts.pipeline.read_actions import READ_ACTIONS
from stacks.parts.pipeline.scopes import scopes
from stacks.parts.pipeline.statements import Arns, Statement, allow
from stacks.parts.pipeline.write_actions import WRITE_ACTIONS

# Those that AWS permits for all resources or none: https://docs.aws.amazon.com/service-authorization/latest/reference/
_WITHOUT_RESOURCE = frozenset(
    {
        "acm:RequestCertificate",
        "application-autoscaling:DescribeScalableTargets",
        "application-autoscaling:DescribeScalingPolicies",
        "application-autoscaling:DescribeScheduledActions",
        # Of the list of alarms there is no smaller part:
        # https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/iam-identity-based-access-control-cw.html
        "cloudwatch:DescribeAlarms",
        "cognito-idp:DescribeUserPoolDomain",
        "ec2:DescribeNetworkInterfaces",
        "ecs:DeregisterTaskDefinition",
        "ecs:DescribeTaskDefinition",
        "elasticloadbalancing:DescribeCapacityReservation",
        "elasticloadbalancing:DescribeListenerAttributes",
        "elasticloadbalancing:DescribeListeners",
        "elasticloadbalancing:DescribeLoadBalancerAttributes",
        "elasticloadbalancing:DescribeLoadBalancers",
        "elasticloadbalancing:DescribeRules",
        "elasticloadbalancing:DescribeTags",
        "elasticloadbalancing:DescribeTargetGroupAttributes",
        "elasticloadbalancing:DescribeTargetGroups",
        "elasticloadbalancing:DescribeTargetHealth",
        "elasticloadbalancing:SetWebACL",
        "kms:ListAliases",
        "logs:CreateLogDelivery",
        "logs:DeleteLogDelivery",
        "logs:DescribeLogGroups",
        "logs:DescribeResourcePolicies",
        "logs:PutResourcePolicy",
        "sns:GetSubscriptionAttributes",
        "sns:SetSubscriptionAttributes",
        "sns:Unsubscribe",
    }
)
# A review tells what a change costs.
_READ_PRICES = "pricing:GetProducts"
# Permitted elsewhere, under conditions of their own.
_CONDITIONAL = {
    "acm:RequestCertificate",
    "iam:CreateRole",
    "iam:PutRolePermissionsBoundary",
    "iam:PutRolePolicy",
    "route53:ChangeResourceRecordSets",
}


def read_resources(settings: Settings, arns: Arns) -> dict[str, list[Statement]]:
    """Return, in parts for a policy each, what reads the resources of every stack, but no data, secret or log."""
    return _policies(settings, arns, change=False)


def change_resources(settings: Settings, arns: Arns) -> dict[str, list[Statement]]:
    """Return the same, with what makes, changes and removes those of every stack but `ci`; EC2's are in network.py."""
    return _policies(settings, arns, change=True)


def _policies(settings: Settings, arns: Arns, *, change: bool) -> dict[str, list[Statement]]:
    policies: dict[str, list[Statement]] = {}
    anywhere = {_READ_PRICES} | _actions(READ_ACTIONS, NETWORK_TYPES) - {READ_VPC_ATTRIBUTE}
    if change:
        anywhere |= _actions(WRITE_ACTIONS, NETWORK_TYPES) & _WITHOUT_RESOURCE
    for part, found in scopes(settings, arns).items():
        policies[part] = []
        for scope in found:
            actions = _actions(READ_ACTIONS, scope.types)
            if change and scope.changed:
                actions |= _actions(WRITE_ACTIONS, scope.types) - _CONDITIONAL
            anywhere |= actions & _WITHOUT_RESOURCE
            policies[part].append(allow(scope.sid, actions - _WITHOUT_RESOURCE, scope.resources, scope.conditions))
    return policies | {"anywhere": [allow("WithoutResource", anywhere, ["*"])]}


def _actions(table: Mapping[str, Iterable[str]], types: Iterable[str]) -> set[str]:
    return {action for type_ in types for action in table[type_]}
