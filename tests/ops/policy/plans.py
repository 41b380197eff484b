"""A small plan that every rule of ours is content with, for tests to break in one place."""

import copy
import json
from typing import Any

from ops.policy.planned import PlannedStack

ANYWHERE = "0.0.0.0/0"
ACCOUNT = "123456789012"


class GoodPlan:
    """A plan as `terraform show -json` prints it; tests change its resources before it becomes a stack."""

    def __init__(self) -> None:
        self.changes: dict[str, dict[str, Any]] = {}
        self.expressions: dict[str, dict[str, Any]] = {}
        for address, values in copy.deepcopy(_RESOURCES).items():
            self.add(address, values)
        self.refer("aws_s3_bucket_policy.data", "bucket", "aws_s3_bucket.data")
        self.refer("aws_s3_bucket_public_access_block.data", "bucket", "aws_s3_bucket.data")
        policies = ("policy", "assume_role_policy")
        for address, change in self.changes.items():
            for attribute in policies:
                if attribute in change["change"]["after"]:
                    self.expressions[address].setdefault(attribute, {"constant_value": "…"})

    def add(self, address: str, values: dict[str, Any]) -> None:
        """Add a resource."""
        change = {"actions": ["create"], "after": values, "after_unknown": {}}
        self.changes[address] = {
            "address": address,
            "mode": "data" if address.startswith("data.") else "managed",
            "type": address.removeprefix("data.").partition(".")[0],
            "change": change,
        }
        self.expressions[address] = {}

    def values(self, address: str) -> dict[str, Any]:
        """Return the planned values of a resource, to be changed."""
        values: dict[str, Any] = self.changes[address]["change"]["after"]
        return values

    def refer(self, address: str, attribute: str, other: str) -> None:
        """Have an attribute refer to another resource, whose id is not known yet."""
        reference = {"constant_value": f"${{{other}.id}}", "references": [f"{other}.id", other]}
        self.expressions[address][attribute] = reference
        self.forget(address, attribute)

    def forget(self, address: str, attribute: str) -> None:
        """Make an attribute known only after the apply."""
        self.values(address).pop(attribute, None)
        self.changes[address]["change"]["after_unknown"][attribute] = True

    def change_container(self, **parameters: object) -> None:
        """Change parameters of the container; None takes one away."""
        values = self.values("aws_ecs_task_definition.task")
        (container,) = json.loads(values["container_definitions"])
        changed = {key: value for key, value in (container | parameters).items() if value is not None}
        values["container_definitions"] = json.dumps([changed])

    def change_policy(self, address: str, attribute: str = "policy", **elements: object) -> None:
        """Change elements of the first statement of a policy."""
        values = self.values(address)
        document = json.loads(values[attribute])
        document["Statement"][0] |= elements
        values[attribute] = json.dumps(document)

    def stack(self) -> PlannedStack:
        """Return the plan as a stack."""
        resources = [{"address": address, "expressions": found} for address, found in self.expressions.items()]
        plan = {
            "resource_changes": list(self.changes.values()),
            "configuration": {"root_module": {"resources": resources}},
        }
        return PlannedStack("all", plan, {})


def policy(**elements: object) -> str:
    """Return a policy of one statement that allows."""
    return json.dumps({"Version": "2012-10-17", "Statement": [{"Effect": "Allow", **elements}]})


_OF_THIS_ACCOUNT = {"StringEquals": {"aws:SourceAccount": ACCOUNT}}
_CONTAINER = {
    "name": "dashboard",
    "image": f"registry/dashboard@sha256:{'ab' * 32}",
    "user": "10001",
    "readonlyRootFilesystem": True,
    "linuxParameters": {"capabilities": {"drop": ["ALL"]}},
    "logConfiguration": {"logDriver": "awslogs"},
    "stopTimeout": 40,
    "healthCheck": {"command": ["CMD", "true"]},
    "environment": [{"name": "PORT", "value": "8050"}],
    "secrets": [{"name": "API_TOKEN", "valueFrom": "arn:aws:secretsmanager:us-east-1:123456789012:secret:token"}],
}
_RESOURCES: dict[str, dict[str, Any]] = {
    "aws_ecs_task_definition.task": {"container_definitions": json.dumps([_CONTAINER])},
    "aws_ecs_service.service": {
        "desired_count": 2,
        "deployment_minimum_healthy_percent": 100,
        "deployment_circuit_breaker": [{"enable": True, "rollback": True}],
        "network_configuration": [{"subnets": ["subnet-1", "subnet-2"]}],
    },
    "aws_appautoscaling_target.tasks": {"min_capacity": 2, "max_capacity": 4},
    "aws_appautoscaling_scheduled_action.night": {"scalable_target_action": [{"min_capacity": "2"}]},
    "aws_lb.load_balancer": {
        "load_balancer_type": "application",
        "drop_invalid_header_fields": True,
        "subnets": ["subnet-1", "subnet-2"],
    },
    "aws_lb_listener.http": {
        "protocol": "HTTP",
        "default_action": [{"type": "redirect", "redirect": [{"protocol": "HTTPS"}]}],
    },
    "aws_lb_listener.https": {
        "protocol": "HTTPS",
        "ssl_policy": "ELBSecurityPolicy-TLS13-1-2-2021-06",
        "default_action": [{"type": "forward"}],
    },
    "aws_vpc.vpc": {"cidr_block": "10.0.0.0/16"},
    "aws_subnet.one": {"availability_zone": "us-east-1a"},
    "aws_subnet.two": {"availability_zone": "us-east-1b"},
    "aws_security_group.inline": {"name": "inline"},
    "aws_security_group_rule.old": {
        "type": "ingress", "protocol": "tcp", "from_port": 443, "to_port": 443, "cidr_blocks": [ANYWHERE],
    },
    "aws_vpc_security_group_ingress_rule.public": {
        "ip_protocol": "tcp", "from_port": 443, "to_port": 443, "cidr_ipv4": ANYWHERE,
    },
    "aws_vpc_security_group_ingress_rule.office": {
        "ip_protocol": "tcp", "from_port": 8050, "to_port": 8050, "cidr_ipv4": "203.0.113.0/24",
    },
    "aws_vpc_security_group_egress_rule.https": {
        "ip_protocol": "tcp", "from_port": 443, "to_port": 443, "cidr_ipv4": ANYWHERE,
    },
    "aws_iam_role.task": {
        "assume_role_policy": policy(
            Action="sts:AssumeRole", Principal={"Service": "ecs-tasks.amazonaws.com"}, Condition=_OF_THIS_ACCOUNT
        )
    },
    "aws_iam_role_policy.task": {"policy": policy(Action="s3:GetObject", Resource="arn:aws:s3:::data/*")},
    "aws_iam_role_policy.login": {"policy": policy(Action=["ecr:GetAuthorizationToken"], Resource="*")},
    "aws_kms_key.key": {
        "policy": policy(Action="kms:*", Resource="*", Principal={"AWS": f"arn:aws:iam::{ACCOUNT}:root"})
    },
    "aws_sns_topic_policy.alarms": {
        "policy": policy(
            Action="sns:Publish",
            Resource="arn:aws:sns:us-east-1:123456789012:alarms",
            Principal={"Service": "cloudwatch.amazonaws.com"},
            Condition=_OF_THIS_ACCOUNT,
        )
    },
    "aws_s3_bucket.data": {"bucket": "data"},
    "aws_s3_bucket_public_access_block.data": {
        "block_public_acls": True,
        "block_public_policy": True,
        "ignore_public_acls": True,
        "restrict_public_buckets": True,
    },
    "aws_s3_bucket_policy.data": {
        "policy": policy(
            Effect="Deny",
            Action="s3:*",
            Resource=["arn:aws:s3:::data", "arn:aws:s3:::data/*"],
            Principal="*",
            Condition={"Bool": {"aws:SecureTransport": "false"}},
        )
    },
    "aws_ecr_repository.dashboard": {"image_tag_mutability": "IMMUTABLE"},
}  # fmt: skip
