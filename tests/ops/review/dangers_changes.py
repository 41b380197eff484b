"""Plans with single changes, for tests of the rules about dangers."""

import json
from typing import Any

from ops.review.dangers import Danger, find_dangers

Values = dict[str, Any]

GROUP = {"security_group_id": "sg-1", "ip_protocol": "tcp", "from_port": 443, "to_port": 443}
OFFICE, EVERYONE = GROUP | {"cidr_ipv4": "192.0.2.0/24"}, GROUP | {"cidr_ipv4": "0.0.0.0/0"}
INGRESS, EGRESS = "aws_vpc_security_group_ingress_rule", "aws_vpc_security_group_egress_rule"
OLD = {"type": "ingress", "security_group_id": "sg-1", "protocol": "tcp", "from_port": 22, "to_port": 22}
FORWARD, REDIRECT = [{"type": "forward"}], [{"type": "redirect", "redirect": [{"protocol": "HTTPS"}]}]
CLOSED = [{"type": "fixed-response"}]


def signed_in(otherwise: str = "authenticate") -> list[Values]:
    """Return the actions of a listener that asks for a sign-in before it forwards."""
    asked = {"type": "authenticate-oidc", "authenticate_oidc": [{"on_unauthenticated_request": otherwise}]}
    return [asked, *FORWARD]


def change(
    address: str,
    before: Values | None,
    after: Values | None,
    *,
    unknown: Values | None = None,
    **more: Any,  # noqa: ANN401 - any JSON
) -> Values:
    """Return a resource change as `terraform show -json` prints it; with `more` of it, such as its `actions`."""
    kind = ["create"] if before is None else ["delete"] if after is None else ["update"]
    kind = more.pop("actions", ["no-op"] if before == after and not unknown else kind)
    sensitive = {
        "before_sensitive": more.pop("before_sensitive", {}),
        "after_sensitive": more.pop("after_sensitive", {}),
    }
    return {
        "address": address,
        "mode": "managed",
        "type": address.partition(".")[0],
        "action_reason": more.pop("action_reason", None),
        "change": {
            "actions": kind,
            "before": before,
            "after": after,
            "after_unknown": unknown or {},
            **sensitive,
            **more,
        },
    }


def found(*changes: Values, stack: str = "service", configured: dict[str, list[str]] | None = None) -> list[Danger]:
    """Return the dangers in a plan of these changes, where the code sets the `configured` attributes of addresses."""
    written = [
        {"address": address, "expressions": {name: {} for name in names}}
        for address, names in (configured or {}).items()
    ]
    plan = {"resource_changes": list(changes), "configuration": {"root_module": {"resources": written}}}
    return find_dangers(stack, plan)


def told(
    *changes: Values, stack: str = "service", configured: dict[str, list[str]] | None = None
) -> list[tuple[str, str]]:
    """Return the levels and summaries of the dangers in a plan of these changes."""
    return [(danger.level, danger.summary) for danger in found(*changes, stack=stack, configured=configured)]


def update(type_: str, before: Values, after: Values) -> list[tuple[str, str]]:
    """Return what is told of a resource that becomes another."""
    return told(change(f"{type_}.it", before, after))


def template(*actions: tuple[str, str | None]) -> Values:
    """Return a CloudFormation stack with a listener rule for each path, and what it does with who is not signed in."""
    resources = {
        path: {
            "Type": "AWS::ElasticLoadBalancingV2::ListenerRule",
            "Properties": {
                "Conditions": [{"Field": "path-pattern", "PathPatternConfig": {"Values": [path]}}],
                "Actions": [
                    *(
                        [
                            {
                                "Type": "authenticate-oidc",
                                "AuthenticateOidcConfig": {"OnUnauthenticatedRequest": otherwise},
                            }
                        ]
                        if otherwise
                        else []
                    ),
                    {"Type": "forward"},
                ],
            },
        }
        for path, otherwise in actions
    }
    return {"template_body": json.dumps({"Resources": resources})}


def lifecycle(days: int, old_days: int, status: str = "Enabled") -> Values:
    """Return a lifecycle of a bucket that deletes objects and old versions after so many days."""
    rule = {
        "id": "expiry",
        "status": status,
        "filter": [{"prefix": ""}],
        "expiration": [{"days": days}],
        "noncurrent_version_expiration": [{"noncurrent_days": old_days}],
    }
    return {"bucket": "data", "rule": [rule]}


def images(count: int, kind: str = "sinceImagePushed") -> Values:
    """Return a lifecycle of a repository."""
    selection = {"tagStatus": "untagged", "countType": kind, "countNumber": count}
    return {"repository": "dash", "policy": json.dumps({"rules": [{"selection": selection}]})}


def containers(**parameters: object) -> Values:
    """Return a task definition with a good container, but for these parameters."""
    good = {
        "name": "web",
        "user": "10001",
        "readonlyRootFilesystem": True,
        "linuxParameters": {"capabilities": {"drop": ["ALL"]}},
        "logConfiguration": {"logDriver": "awslogs"},
        "image": f"registry/dash@sha256:{'0' * 64}",
        "stopTimeout": 40,
        "healthCheck": {"command": ["CMD"]},
        "secrets": [{"name": "LOGIN", "valueFrom": "arn:aws:ssm:…"}],
    }
    return {"container_definitions": json.dumps([good | parameters])}


def web_acl(*rules: Values, block: bool = False) -> Values:
    """Return a web firewall."""
    return {"default_action": [{"block": [{}] if block else []}], "rule": list(rules)}


GROUP_RULE = {
    "name": "Common",
    "override_action": [{"none": [{}]}],
    "statement": [{"managed_rule_group_statement": [{}]}],
}
COUNTING = GROUP_RULE | {"override_action": [{"count": [{}]}]}
SPARED = GROUP_RULE | {
    "statement": [
        {
            "managed_rule_group_statement": [
                {"rule_action_override": [{"name": "SizeRestrictions", "action_to_use": [{"count": [{}]}]}]}
            ]
        }
    ]
}


def rate(limit: int) -> Values:
    """Return a rule of a web firewall that stops floods."""
    return {"name": "Rate", "action": [{"block": [{}]}], "statement": [{"rate_based_statement": [{"limit": limit}]}]}


def alarm(**values: object) -> Values:
    """Return an alarm, with these values in the place of good ones."""
    query = [{"metric": [{"metric_name": "Errors", "namespace": "N", "dimensions": {"S": "one"}}]}]
    good = {"threshold": 1, "comparison_operator": "GreaterThanThreshold", "metric_query": query, "alarm_name": "a"}
    return good | {"alarm_actions": ["topic"], "actions_enabled": True} | values


BREAKER = {"deployment_circuit_breaker": [{"enable": True, "rollback": True}], "desired_count": 2}
BREAKER |= {"deployment_minimum_healthy_percent": 100}
