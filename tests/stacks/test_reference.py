"""The published architecture that this project began with can be had by settings alone (tests/settings/reference.toml).

What is stricter here than there stays so: the load balancer alone reaches the tasks, buckets are private.
"""

import json
import re

import pytest

from tests.stacks.synthesized import Stack

pytestmark = pytest.mark.unit


def test_the_registry(reference: dict[str, Stack]) -> None:
    repository = reference["ecr"].one("aws_ecr_repository")
    assert repository["name"] == "plotly-dash"
    assert repository["image_tag_mutability"] == "IMMUTABLE"
    assert repository["force_delete"] is True


def test_the_network(reference: dict[str, Stack]) -> None:
    stack = reference["vpc"]
    vpc = stack.one("aws_vpc")
    assert (vpc["cidr_block"], vpc["tags"]["Name"]) == ("10.0.0.0/16", "VpcPlotlyDash")
    assert (vpc["enable_dns_support"], vpc["enable_dns_hostnames"]) == (True, True)
    assert sorted(subnet["cidr_block"] for subnet in stack.all("aws_subnet").values()) == [
        "10.0.0.0/18",
        "10.0.128.0/18",
        "10.0.192.0/18",
        "10.0.64.0/18",
    ]
    for subnet in stack.all("aws_subnet").values():
        public = subnet["tags"]["Name"].endswith("-public")
        assert subnet["map_public_ip_on_launch"] is public
    assert len(stack.all("aws_nat_gateway")) == len(stack.all("aws_eip")) == 2
    assert len(stack.all("aws_route_table")) == 4


def test_the_cluster(reference: dict[str, Stack]) -> None:
    cluster = reference["cluster"].one("aws_ecs_cluster")
    assert cluster["name"] == "ClusterPlotlyDash"
    assert cluster["setting"] == [{"name": "containerInsights", "value": "enabled"}]


def test_the_load_balancer(reference: dict[str, Stack]) -> None:
    load_balancer = reference["alb"].one("aws_lb")
    assert (load_balancer["name"], load_balancer["internal"]) == ("AlbPlotlyDash", False)
    rule = reference["alb"].one("aws_vpc_security_group_ingress_rule")
    assert (rule["cidr_ipv4"], rule["from_port"], rule["to_port"]) == ("0.0.0.0/0", 8050, 8050)


def test_the_bucket(reference: dict[str, Stack]) -> None:
    assert reference["bucket"].one("aws_s3_bucket")["force_destroy"] is True


def test_the_task(reference: dict[str, Stack]) -> None:
    task = reference["service"].one("aws_ecs_task_definition")
    assert task["family"] == "plotly_dash_app"
    assert task["requires_compatibilities"] == ["FARGATE"]
    assert task["network_mode"] == "awsvpc"
    assert (task["cpu"], task["memory"]) == ("512", "4096")
    text = task["container_definitions"]
    assert '"name" = "plotlyDashApp"' in text
    assert '"containerPort" = 8050' in text
    assert '{"name" = "BUCKET_NAME", "value" = "plotly-dash-reference-data-123456789012"}' in text
    assert '"awslogs-stream-prefix" = "PlotlyDash"' in text
    assert reference["service"].one("aws_cloudwatch_log_group")["retention_in_days"] == 30


def test_the_service(reference: dict[str, Stack]) -> None:
    service = reference["service"].one("aws_ecs_service")
    assert service["name"] == "PlotlyDashService"
    assert [item["capacity_provider"] for item in service["capacity_provider_strategy"]] == ["FARGATE"]
    assert service["desired_count"] == 2
    assert (service["deployment_minimum_healthy_percent"], service["deployment_maximum_percent"]) == (50, 200)
    assert service["health_check_grace_period_seconds"] == 60
    assert service["deployment_circuit_breaker"] == {"enable": False, "rollback": False}
    assert service["network_configuration"]["assign_public_ip"] is False
    assert len(service["network_configuration"]["subnets"]) == 2
    assert "lifecycle" not in service
    assert "alarms" not in service


def test_the_listener_and_the_target_group(reference: dict[str, Stack]) -> None:
    listener = reference["service"].one("aws_lb_listener")
    assert (listener["protocol"], listener["port"]) == ("HTTP", 8050)
    assert [action["type"] for action in listener["default_action"]] == ["forward"]
    group = reference["service"].one("aws_lb_target_group")
    assert group["name"] == "PlotlyDashServiceAlbTarget"
    assert (group["target_type"], group["protocol"], group["port"]) == ("ip", "HTTP", 8050)
    assert group["deregistration_delay"] == "30"
    assert group["stickiness"] == {"cookie_duration": 600, "enabled": True, "type": "lb_cookie"}
    check = group["health_check"]
    assert (check["path"], check["port"], check["interval"], check["timeout"]) == ("/health", "8050", 30, 10)
    assert reference["service"].json["output"]["dashboard_url"]["value"].endswith(":8050/")


def test_what_the_reference_does_not_have_is_not_there(reference: dict[str, Stack]) -> None:
    for name in ("encryption", "logs", "alerts", "monitoring"):
        assert not reference[name].json.get("resource"), name
    made = {type_ for stack in reference.values() for type_ in stack.json.get("resource", {})}
    assert not [
        type_
        for type_ in made
        if re.search("waf|cognito|acm_|route53|appautoscaling|flow_log|cloudwatch_metric", type_)
    ]


def test_every_resource_carries_the_cost_tags_of_the_reference(reference: dict[str, Stack]) -> None:
    for name, stack in reference.items():
        (tags,) = stack.json["provider"]["aws"][0]["default_tags"]
        assert tags["tags"]["cost"] == ("PlotlyDashApp" if name == "service" else "PlotlyDashInfra"), json.dumps(tags)
        assert tags["tags"]["team"] == "data"
