"""The registry, the cluster and the load balancer."""

import pytest

from tests.stacks.synthesized import Stack

pytestmark = pytest.mark.unit


def test_a_version_in_the_registry_never_changes(prod: dict[str, Stack]) -> None:
    repository = prod["ecr"].one("aws_ecr_repository")
    assert repository["name"] == "plotly-dash"
    assert repository["image_tag_mutability"] == "IMMUTABLE"


def test_the_registry_is_deleted_with_its_stack_but_not_in_prod(
    prod: dict[str, Stack], local: dict[str, Stack]
) -> None:
    assert prod["ecr"].one("aws_ecr_repository")["force_delete"] is False
    assert local["ecr"].one("aws_ecr_repository")["force_delete"] is True


def test_the_cluster_is_on_fargate_with_container_insights(prod: dict[str, Stack]) -> None:
    cluster = prod["cluster"].one("aws_ecs_cluster")
    assert cluster["name"] == "ClusterPlotlyDash"
    assert cluster["setting"] == [{"name": "containerInsights", "value": "enabled"}]
    assert "FARGATE" in prod["cluster"].one("aws_ecs_cluster_capacity_providers")["capacity_providers"]


def test_the_load_balancer_faces_the_internet_in_the_public_subnets(prod: dict[str, Stack]) -> None:
    load_balancer = prod["alb"].one("aws_lb")
    assert load_balancer["name"] == "AlbPlotlyDash"
    assert load_balancer["load_balancer_type"] == "application"
    assert load_balancer["internal"] is False
    assert load_balancer["idle_timeout"] == 60
    assert len(load_balancer["subnets"]) == 2
    assert all("_public_" in subnet for subnet in load_balancer["subnets"])


def test_people_reach_the_load_balancer_on_the_listener_port_only(prod: dict[str, Stack]) -> None:
    stack = prod["alb"]
    group = "${aws_security_group.load_balancer_access.id}"
    assert stack.one("aws_lb")["security_groups"] == [group]
    rule = stack.one("aws_vpc_security_group_ingress_rule")
    assert rule["security_group_id"] == group
    assert (rule["ip_protocol"], rule["from_port"], rule["to_port"]) == ("tcp", 8050, 8050)
    assert rule["cidr_ipv4"] == "0.0.0.0/0"


def test_the_load_balancer_reaches_nothing_by_itself(prod: dict[str, Stack]) -> None:
    assert not prod["alb"].all("aws_vpc_security_group_egress_rule")
    group = prod["alb"].one("aws_security_group")
    assert "egress" not in group
    assert "ingress" not in group
