"""Whether a resource is still there, by the service that has it.

The list by tags is behind the services: it goes on naming what was deleted, for minutes and more.
https://github.com/aws/aws-cli/issues/8197
"""

from __future__ import annotations

from collections.abc import Callable

from ops.aws import Aws
from ops.teardown.absent import unless_gone
from ops.teardown.arn import Arn

Look = Callable[[Aws, Arn], object]


def can_be_seen(arn: Arn) -> bool:
    """Tell whether `is_there` knows how to ask about a resource; of all others it believes the list."""
    return arn.kind in _LOOKS


def is_there(aws: Aws, arn: Arn) -> bool:
    """Tell whether a resource is there, and not about to go by itself."""
    look = _LOOKS.get(arn.kind)
    return look is None or bool(unless_gone(aws, lambda: look(aws, arn)))


def _ec2(operation: str, ids: str, answer: str) -> Look:
    """Look by id; NAT gateways and endpoints are described for a while after they were deleted.

    https://docs.aws.amazon.com/vpc/latest/userguide/nat-gateway-basics.html
    """

    def look(aws: Aws, arn: Arn) -> bool:
        found = getattr(aws.ec2, operation)(**{ids: [arn.id]})[answer]
        return any(item.get("State", "").lower() != "deleted" for item in found)

    return look


def _cluster(aws: Aws, arn: Arn) -> bool:
    return any(found["status"] != "INACTIVE" for found in aws.ecs.describe_clusters(clusters=[arn.text])["clusters"])


def _service(aws: Aws, arn: Arn) -> bool:
    found = aws.ecs.describe_services(cluster=arn.parent, services=[arn.text])["services"]
    return any(service["status"] != "INACTIVE" for service in found)


def _task(aws: Aws, arn: Arn) -> bool:
    found = aws.ecs.describe_tasks(cluster=arn.parent, tasks=[arn.text])["tasks"]
    return any(task["lastStatus"] != "STOPPED" for task in found)


def _task_definition(aws: Aws, arn: Arn) -> bool:
    """One that is not active runs no more; ECS keeps it as a record, for ever.

    https://docs.aws.amazon.com/AmazonECS/latest/developerguide/deregister-task-definition-v2.html
    """
    return aws.ecs.describe_task_definition(taskDefinition=arn.text)["taskDefinition"]["status"] == "ACTIVE"


def _log_group(aws: Aws, arn: Arn) -> bool:
    found = aws.logs.describe_log_groups(logGroupNamePrefix=arn.id)["logGroups"]
    return any(group["logGroupName"] == arn.id for group in found)


def _alarm(aws: Aws, arn: Arn) -> bool:
    return bool(aws.cloudwatch.describe_alarms(AlarmNames=[arn.id])["MetricAlarms"])


def _key(aws: Aws, arn: Arn) -> bool:
    """One whose deletion is scheduled goes by itself: https://docs.aws.amazon.com/kms/latest/developerguide/key-state.html"""
    return bool(aws.kms.describe_key(KeyId=arn.id)["KeyMetadata"]["KeyState"] != "PendingDeletion")


_LOOKS: dict[str, Look] = {
    "cloudwatch:alarm": _alarm,
    "cognito-idp:userpool": lambda aws, arn: aws.cognito.describe_user_pool(UserPoolId=arn.id),
    "ec2:elastic-ip": _ec2("describe_addresses", "AllocationIds", "Addresses"),
    "ec2:internet-gateway": _ec2("describe_internet_gateways", "InternetGatewayIds", "InternetGateways"),
    "ec2:natgateway": _ec2("describe_nat_gateways", "NatGatewayIds", "NatGateways"),
    "ec2:network-interface": _ec2("describe_network_interfaces", "NetworkInterfaceIds", "NetworkInterfaces"),
    "ec2:route-table": _ec2("describe_route_tables", "RouteTableIds", "RouteTables"),
    "ec2:security-group": _ec2("describe_security_groups", "GroupIds", "SecurityGroups"),
    "ec2:security-group-rule": _ec2("describe_security_group_rules", "SecurityGroupRuleIds", "SecurityGroupRules"),
    "ec2:subnet": _ec2("describe_subnets", "SubnetIds", "Subnets"),
    "ec2:vpc": _ec2("describe_vpcs", "VpcIds", "Vpcs"),
    "ec2:vpc-endpoint": _ec2("describe_vpc_endpoints", "VpcEndpointIds", "VpcEndpoints"),
    "ec2:vpc-flow-log": _ec2("describe_flow_logs", "FlowLogIds", "FlowLogs"),
    "ecr:repository": lambda aws, arn: aws.ecr.describe_repositories(repositoryNames=[arn.id]),
    "ecs:cluster": _cluster,
    "ecs:service": _service,
    "ecs:task": _task,
    "ecs:task-definition": _task_definition,
    "elasticloadbalancing:listener": lambda aws, arn: aws.elbv2.describe_listeners(ListenerArns=[arn.text]),
    "elasticloadbalancing:listener-rule": lambda aws, arn: aws.elbv2.describe_rules(RuleArns=[arn.text]),
    "elasticloadbalancing:loadbalancer": lambda aws, arn: aws.elbv2.describe_load_balancers(
        LoadBalancerArns=[arn.text]
    ),
    "elasticloadbalancing:targetgroup": lambda aws, arn: aws.elbv2.describe_target_groups(TargetGroupArns=[arn.text]),
    "kms:key": _key,
    "logs:log-group": _log_group,
    "s3": lambda aws, arn: aws.s3.head_bucket(Bucket=arn.id),
}
