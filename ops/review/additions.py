"""What somebody added at AWS beside what the code makes, and what no plan would take away.

Rules of a security group, policies of a role and routes are resources of their own. One that was made by hand is in no
state, so that Terraform neither reports nor removes it: only the group, role or table around it tells that it is there.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from ops.review.differences import NOT_SET, AttributeChange
from ops.review.drift import Drift

if TYPE_CHECKING:
    from ops.remote_state import RemoteState

LEFT = "leaves it: remove it by hand, or put it into the code"

# The attribute of the resource around that lists what is there, by type:
# https://registry.terraform.io/providers/hashicorp/aws/5.100.0/docs/resources/security_group, iam_role and route_table
_LISTS = {
    "aws_security_group": ("egress", "ingress"),
    "aws_iam_role": ("inline_policy", "managed_policy_arns"),
    "aws_route_table": ("route",),
}
_SOURCES = ("cidr_blocks", "ipv6_cidr_blocks", "prefix_list_ids", "security_groups")
_RULE_SOURCES = ("cidr_ipv4", "cidr_ipv6", "prefix_list_id", "referenced_security_group_id")
_DESTINATIONS = ("cidr_block", "ipv6_cidr_block", "destination_prefix_list_id")
_ROUTE_DESTINATIONS = ("destination_cidr_block", "destination_ipv6_cidr_block", "destination_prefix_list_id")

_Part = tuple[str, str, str]  # the id of the resource around, the attribute that lists it, and what it is, in words


def read_additions(
    shown: Mapping[str, Any], states: Iterable[RemoteState], ignored: Mapping[str, Sequence[str]]
) -> tuple[Drift, ...]:
    """Return what a plan's refresh saw in the resources of a stack that none of the states of all stacks has made.

    `ignored` are attributes by type, of which an emulator of AWS tells what is not so.
    """
    known = {part for state in states for part in _made_parts(state)}
    written = shown.get("configuration", {}).get("root_module", {}).get("resources", [])
    expressions = {resource["address"]: resource.get("expressions", {}) for resource in written}
    refreshed = shown.get("prior_state", {}).get("values", {}).get("root_module", {}).get("resources", [])
    found = []
    for resource in refreshed:
        # Where the code lists them in the resource itself, the plan takes away what is not in the list.
        configured = expressions.get(resource["address"].partition("[")[0], {})
        passed_over = {*configured, *ignored.get(resource["type"], ())}
        names = [name for name in _LISTS.get(resource["type"], ()) if name not in passed_over]
        added = tuple(
            AttributeChange(name, NOT_SET, words)
            for name in names
            for around, _, words in _listed_parts(resource["values"], name)
            if (around, name, words) not in known
        )
        if added:
            found.append(Drift(resource["address"], LEFT, added))
    return tuple(found)


def _listed_parts(values: Mapping[str, Any], name: str) -> Iterator[_Part]:
    """Yield the parts that an attribute of a group, role or table lists."""
    for item in values.get(name) or []:
        match name:
            case "managed_policy_arns":
                yield values["name"], name, item
            case "inline_policy":
                if item.get("name"):  # one without a name stands for "no inline policies"
                    yield values["name"], name, f"policy {item['name']}"
            case "route":
                if not (item.get("vpc_endpoint_id") or item.get("gateway_id", "")).startswith("vpce-"):
                    yield from ((values["id"], name, item[key]) for key in _DESTINATIONS if item.get(key))
            case _:
                yield from _listed_rules(values["id"], name, item)


def _made_parts(state: RemoteState) -> Iterator[_Part]:
    """Yield the parts that the resources of a state have made."""
    for resource in state.resources:
        for instance in resource["instances"]:
            values = instance["attributes"]
            match resource["type"]:
                case "aws_iam_role_policy_attachment":
                    yield values["role"], "managed_policy_arns", values["policy_arn"]
                case "aws_iam_role_policy":
                    yield values["role"], "inline_policy", f"policy {values['name']}"
                case "aws_route":
                    destinations = [values[key] for key in _ROUTE_DESTINATIONS if values.get(key)]
                    yield from ((values["route_table_id"], "route", destination) for destination in destinations)
                case "aws_security_group_rule":
                    yield from _listed_rules(values["security_group_id"], values["type"], values)
                case "aws_vpc_security_group_ingress_rule" | "aws_vpc_security_group_egress_rule" as kind:
                    direction = kind.removeprefix("aws_vpc_security_group_").removesuffix("_rule")
                    ports = _ports(values["ip_protocol"], values["from_port"], values["to_port"])
                    sources = [values[key] for key in _RULE_SOURCES if values.get(key)]
                    yield from ((values["security_group_id"], direction, f"{ports}, {source}") for source in sources)


def _listed_rules(group: str, direction: str, rule: Mapping[str, Any]) -> Iterator[_Part]:
    """Yield the parts of a rule that lists from whom or to whom it is."""
    sources = [source for key in _SOURCES for source in rule.get(key) or []]
    sources += [group] if rule.get("self") else []
    sources += [rule["source_security_group_id"]] if rule.get("source_security_group_id") else []
    ports = _ports(rule["protocol"], rule["from_port"], rule["to_port"])
    yield from ((group, direction, f"{ports}, {source}") for source in sources)


def _ports(protocol: str, first: int | None, last: int | None) -> str:
    if protocol in {"-1", "all"}:  # of which a rule has no ports, and a group has 0
        return "all ports"
    return f"{protocol} {first}" if first == last else f"{protocol} {first}-{last}"
