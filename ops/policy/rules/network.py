"""Rules for who may reach what."""

from collections.abc import Iterator

from ops.policy.planned import PlannedStack, Resource
from ops.policy.rules.rule import Rule

_GUIDELINE = "https://docs.aws.amazon.com/vpc/latest/userguide/security-group-rules.html"
_ANYWHERE = {"0.0.0.0/0", "::/0"}
_EVERY_PROTOCOL = {"-1", "all"}
_PUBLIC_PORTS = {80, 443}
_HTTPS = {443}

_INGRESS, _EGRESS = "ingress", "egress"
_GROUPS = ("aws_security_group", "aws_default_security_group")
# The attributes of each type of resource that hold addresses, or lists of them.
_ADDRESSES = ("cidr_ipv4", "cidr_ipv6", "cidr_blocks", "ipv6_cidr_blocks")


def _ingress(resource: Resource, _: PlannedStack) -> Iterator[str]:
    yield from _open(resource, _INGRESS, _PUBLIC_PORTS, "everyone may reach")


def _egress(resource: Resource, _: PlannedStack) -> Iterator[str]:
    yield from _open(resource, _EGRESS, _HTTPS, "may reach everywhere on")


def _open(resource: Resource, direction: str, allowed: set[int], words: str) -> Iterator[str]:
    """Yield each rule of a resource that opens more than the allowed TCP ports to anywhere."""
    for path in _rules(resource, direction):
        protocol = _first(resource, path, "ip_protocol", "protocol")
        ports = [resource.get(*path, "from_port"), resource.get(*path, "to_port")]
        addresses = _addresses(resource, path)
        if not _ANYWHERE.intersection(addresses):
            continue
        if protocol == "tcp" and ports[0] == ports[1] and ports[0] in allowed:
            continue
        numbers = f"{ports[0]}" if ports[0] == ports[1] else f"{ports[0]} to {ports[1]}"
        what = "every port" if str(protocol) in _EVERY_PROTOCOL else f"{protocol} {numbers}"
        yield f"{words} {what}"


def _rules(resource: Resource, direction: str) -> Iterator[tuple[str | int, ...]]:
    """Yield the path of each rule of a direction that a resource holds."""
    if resource.type in _GROUPS:
        # Terraform leaves a group without rules of its own where none are configured:
        # https://registry.terraform.io/providers/hashicorp/aws/5.100.0/docs/resources/security_group
        if resource.is_configured(direction):
            yield from ((direction, index) for index in range(len(resource.get(direction) or [])))
    elif resource.type == "aws_security_group_rule":
        if resource.get("type") == direction:
            yield ()
    elif resource.type == f"aws_vpc_security_group_{direction}_rule":
        yield ()


def _addresses(resource: Resource, path: tuple[str | int, ...]) -> list[str]:
    found: list[str] = []
    for attribute in _ADDRESSES:
        value = resource.get(*path, attribute)
        found += value if isinstance(value, list) else [value]
    return found


def _first(resource: Resource, path: tuple[str | int, ...], *attributes: str) -> object:
    return next((value for name in attributes if (value := resource.get(*path, name)) is not None), None)


_TYPES = (*_GROUPS, "aws_security_group_rule")
RULES = (
    Rule(
        "DASH_NETWORK_INGRESS",
        "From anywhere only the web's ports 80 and 443 can be reached",
        "serve HTTPS on 443 and redirect 80 to it, or name the addresses that may come",
        _GUIDELINE,
        (*_TYPES, "aws_vpc_security_group_ingress_rule"),
        _ingress,
    ),
    Rule(
        "DASH_NETWORK_EGRESS",
        "To anywhere only HTTPS leaves: what breaks in can load and send less",
        "name the security group, prefix list or addresses that have to be reached, or allow tcp 443 only",
        _GUIDELINE,
        (*_TYPES, "aws_vpc_security_group_egress_rule"),
        _egress,
    ),
)
