"""What the pipelines do in EC2, where only tags tell this environment's resources from others."""

from config import Settings
from stacks.parts.pipeline.statements import Arns, Statement, allow, condition, owned, requested
from stacks.parts.pipeline.write_actions import WRITE_ACTIONS

NETWORK_TYPES = (
    "aws_default_security_group",
    "aws_eip",
    "aws_flow_log",
    "aws_internet_gateway",
    "aws_nat_gateway",
    "aws_route",
    "aws_route_table",
    "aws_route_table_association",
    "aws_security_group",
    "aws_subnet",
    "aws_vpc",
    "aws_vpc_endpoint",
    "aws_vpc_security_group_egress_rule",
    "aws_vpc_security_group_ingress_rule",
)
#: The only one of EC2's questions that is about a single resource.
READ_VPC_ATTRIBUTE = "ec2:DescribeVpcAttribute"

# Those that make something that has tags.
_MAKING = (
    "AllocateAddress",
    "AuthorizeSecurityGroupEgress",
    "AuthorizeSecurityGroupIngress",
    "CreateFlowLogs",
    "CreateInternetGateway",
    "CreateNatGateway",
    "CreateRouteTable",
    "CreateSecurityGroup",
    "CreateSubnet",
    "CreateVpc",
    "CreateVpcEndpoint",
)
_MADE = (
    "elastic-ip/*",
    "internet-gateway/*",
    "natgateway/*",
    "route-table/*",
    "security-group-rule/*",
    "security-group/*",
    "subnet/*",
    "vpc-endpoint/*",
    "vpc-flow-log/*",
    "vpc/*",
)


def read_network(settings: Settings, arns: Arns) -> list[Statement]:
    """Return what reads the attributes of the network; all else of it is in lists of all networks."""
    return [allow("OwnNetwork", [READ_VPC_ATTRIBUTE], [arns.regional("ec2", "vpc/*")], owned(settings))]


def change_network(settings: Settings, arns: Arns) -> list[Statement]:
    """Return what makes a network with this deployment's tags, and changes and removes what has them.

    Nothing that has tags of others can be given these, so that nothing of theirs can be taken over. A network's first
    security group has none at first: https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/supported-iam-actions-tagging.html
    """
    writes = {action for type_ in NETWORK_TYPES for action in WRITE_ACTIONS[type_] if action.startswith("ec2:")}
    made = [arns.regional("ec2", resource) for resource in _MADE]
    statements = [
        allow("NewNetwork", [f"ec2:{action}" for action in _MAKING], made, requested(settings)),
        allow(
            "NewTags",
            ["ec2:CreateTags"],
            made,
            [condition("StringEquals", "ec2:CreateAction", *_MAKING), *requested(settings)],
        ),
        allow("OwnNetwork", [*writes, READ_VPC_ATTRIBUTE], made, owned(settings)),
        allow(
            "FirstSecurityGroup",
            ["ec2:CreateTags"],
            [arns.regional("ec2", "security-group/*")],
            [condition("Null", "aws:ResourceTag/environment", "true"), *requested(settings)],
        ),
    ]
    if settings.vpc.id:
        existing = arns.regional("ec2", f"vpc/{settings.vpc.id}")
        statements.append(allow("ExistingNetwork", ["ec2:CreateSecurityGroup"], [existing]))
    if settings.vpc.interface_endpoints:
        # An endpoint's private name is in a zone of AWS's own:
        # https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonec2.html
        zones = arns.unique("route53", "hostedzone/*")
        statements.append(allow("EndpointNames", ["route53:AssociateVPCWithHostedZone"], [zones]))
    return statements
