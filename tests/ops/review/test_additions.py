"""What was added by hand, which no plan would take away."""

from collections.abc import Mapping, Sequence
from typing import Any

import pytest

from ops.remote_state import RemoteState
from ops.review.additions import LEFT, read_additions
from tests.ops.review.shown import shown, state_by_hand

pytestmark = pytest.mark.unit


def added(
    plan: dict[str, Any], *states: RemoteState, ignored: Mapping[str, Sequence[str]] | None = None
) -> dict[str, list[tuple[str, str]]]:
    found = read_additions(plan, states, ignored or {})
    assert all(drift.remedy == LEFT for drift in found)
    return {drift.address: [(part.path, part.after) for part in drift.attributes] for drift in found}


def test_rules_and_policies_that_nobody_deployed_are_found() -> None:
    assert added(shown("by_hand"), state_by_hand()) == {
        "aws_iam_role.task": [
            ("inline_policy", "policy mine"),
            ("managed_policy_arns", "arn:aws:iam::aws:policy/AdministratorAccess"),
        ],
        "aws_security_group.front": [("ingress", "tcp 22, 0.0.0.0/0")],
    }


def test_what_a_state_has_made_is_not_by_hand() -> None:
    everything = added(shown("by_hand"), RemoteState("", {}, []))
    assert everything["aws_security_group.front"] == [
        ("egress", "all ports, 0.0.0.0/0"),
        ("ingress", "tcp 443, 0.0.0.0/0"),
        ("ingress", "tcp 22, 0.0.0.0/0"),
    ]
    assert ("inline_policy", "policy task") in everything["aws_iam_role.task"]


def test_what_an_emulator_makes_up_is_passed_over() -> None:
    ignored = {"aws_security_group": ("ingress",)}
    assert "aws_security_group.front" not in added(shown("by_hand"), state_by_hand(), ignored=ignored)


def test_rules_of_another_stack_count() -> None:
    rule = {
        "security_group_id": shown("by_hand")["prior_state"]["values"]["root_module"]["resources"][1]["values"]["id"],
        "ip_protocol": "tcp",
        "from_port": 22,
        "to_port": 22,
        "cidr_ipv4": "0.0.0.0/0",
    }
    other = state("aws_vpc_security_group_ingress_rule", rule)
    assert "aws_security_group.front" not in added(shown("by_hand"), state_by_hand(), other)
    of_another_group = state("aws_vpc_security_group_ingress_rule", rule | {"security_group_id": "sg-other"})
    assert "aws_security_group.front" in added(shown("by_hand"), state_by_hand(), of_another_group)


def test_where_the_code_lists_them_the_plan_tells() -> None:
    plan = shown("by_hand")
    for resource in plan["configuration"]["root_module"]["resources"]:
        resource["expressions"] |= {"ingress": {}, "inline_policy": {}, "managed_policy_arns": {}}
    assert added(plan, state_by_hand()) == {}


def test_routes() -> None:
    routes = [
        {"cidr_block": "0.0.0.0/0", "gateway_id": "nat-1", "vpc_endpoint_id": ""},
        {"cidr_block": "10.9.0.0/16", "gateway_id": "", "vpc_peering_connection_id": "pcx-1"},
        {"cidr_block": "", "destination_prefix_list_id": "pl-1", "gateway_id": "vpce-1"},
    ]
    plan = refreshed("aws_route_table", {"id": "rtb-1", "route": routes})
    nat = state("aws_route", {"route_table_id": "rtb-1", "destination_cidr_block": "0.0.0.0/0"})
    assert added(plan, nat) == {"aws_route_table.one": [("route", "10.9.0.0/16")]}


def test_a_managed_policy_that_is_attached_is_known() -> None:
    plan = refreshed("aws_iam_role", {"name": "task", "managed_policy_arns": ["arn:a"], "inline_policy": [{}]})
    assert added(plan) == {"aws_iam_role.one": [("managed_policy_arns", "arn:a")]}
    assert added(plan, state("aws_iam_role_policy_attachment", {"role": "task", "policy_arn": "arn:a"})) == {}


def test_a_group_that_lets_itself_in() -> None:
    ingress = [{"protocol": "tcp", "from_port": 1, "to_port": 9, "self": True}]
    plan = refreshed("aws_security_group", {"id": "sg-1", "ingress": ingress})
    assert added(plan) == {"aws_security_group.one": [("ingress", "tcp 1-9, sg-1")]}


def test_rules_of_the_older_type_are_known() -> None:
    tcp = {"protocol": "tcp", "from_port": 1, "to_port": 9}
    ingress = [{**tcp, "cidr_blocks": ["10.0.0.0/8", "10.1.0.0/16"]}, {**tcp, "security_groups": ["sg-2"]}]
    plan = refreshed("aws_security_group", {"id": "sg-1", "ingress": ingress})
    rule = {**tcp, "security_group_id": "sg-1", "type": "ingress"}
    networks = state("aws_security_group_rule", {**rule, "cidr_blocks": ["10.0.0.0/8", "10.1.0.0/16"]})
    group = state("aws_security_group_rule", {**rule, "source_security_group_id": "sg-2"})
    assert added(plan, networks) == {"aws_security_group.one": [("ingress", "tcp 1-9, sg-2")]}
    assert added(plan, networks, group) == {}
    outwards = state("aws_security_group_rule", {**rule, "type": "egress", "source_security_group_id": "sg-2"})
    assert added(plan, networks, outwards) != {}


def refreshed(kind: str, values: dict[str, Any]) -> dict[str, Any]:
    """Return a plan that saw one resource at AWS."""
    resource = {"address": f"{kind}.one", "mode": "managed", "type": kind, "values": values}
    return {"prior_state": {"values": {"root_module": {"resources": [resource]}}}}


def state(kind: str, attributes: dict[str, Any]) -> RemoteState:
    """Return a state that has one resource."""
    return RemoteState(
        "", {}, [{"mode": "managed", "type": kind, "name": "n", "instances": [{"attributes": attributes}]}]
    )
