"""Who may reach which ports, in every form in which the provider writes rules of security groups."""

import ipaddress
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Literal

from ops.policy.planned import Resource, UnknownValueError

Direction = Literal["ingress", "egress"]

GROUPS = ("aws_security_group", "aws_default_security_group")
OLD_RULE = "aws_security_group_rule"
RULES_BY_DIRECTION: dict[str, Direction] = {
    "aws_vpc_security_group_ingress_rule": "ingress",
    "aws_vpc_security_group_egress_rule": "egress",
}

# https://www.iana.org/assignments/protocol-numbers
_PROTOCOLS = {"1": "icmp", "6": "tcp", "17": "udp", "58": "icmpv6", "all": "-1"}
EVERY_PROTOCOL = "-1"
_FIRST, _LAST = 0, 65535
_CIDRS = ("cidr_ipv4", "cidr_ipv6", "cidr_blocks", "ipv6_cidr_blocks")
_OTHERS = (
    "prefix_list_id",
    "prefix_list_ids",
    "referenced_security_group_id",
    "security_groups",
    "source_security_group_id",
    "self",
)
UNKNOWN = "a security group or list that is not known yet"

Network = ipaddress.IPv4Network | ipaddress.IPv6Network


@dataclass(frozen=True)
class Grant:
    """A protocol and ports that a source (or in the other direction a destination) may use, in a security group.

    `group` is its id, None where it is not made yet; `source` a network, or the id of a group or list of prefixes.
    """

    address: str
    group: str | None
    protocol: str
    first: int
    last: int
    source: Network | str

    @property
    def ports(self) -> str:
        """The ports in words."""
        if self.protocol == EVERY_PROTOCOL:
            return "every port"
        if (self.first, self.last) == (_FIRST, _LAST):
            return f"every {self.protocol} port"
        return f"{self.protocol} {self.first}" + (f" to {self.last}" if self.last != self.first else "")

    @property
    def is_for_everyone(self) -> bool:
        """Whether it is for every address of the internet."""
        return not isinstance(self.source, str) and self.source.prefixlen == 0

    def is_covered_by(self, others: Iterable["Grant"]) -> bool:
        """Tell whether others, together, let in all that this one does. They are of the same group or the same rule."""
        wide = [other for other in others if self._is_beside(other) and self._ports_are_in(other)]
        if isinstance(self.source, str):
            return any(self.source == other.source for other in wide)
        if self.source.version == 4:
            networks = [other.source for other in wide if isinstance(other.source, ipaddress.IPv4Network)]
            return any(self.source.subnet_of(joined) for joined in ipaddress.collapse_addresses(networks))
        networks6 = [other.source for other in wide if isinstance(other.source, ipaddress.IPv6Network)]
        return any(self.source.subnet_of(joined) for joined in ipaddress.collapse_addresses(networks6))

    def _is_beside(self, other: "Grant") -> bool:
        return self.address == other.address or (self.group is not None and self.group == other.group)

    def _ports_are_in(self, other: "Grant") -> bool:
        if other.protocol == EVERY_PROTOCOL:
            return True
        return self.protocol == other.protocol and other.first <= self.first and self.last <= other.last


def grants_of(resource: Resource, direction: Direction) -> Iterator[Grant]:
    """Yield what a resource grants in a direction.

    Raises UnknownValueError where ports or networks are known only after the apply.
    """
    if resource.type in GROUPS:
        try:
            count = len(resource.get(direction) or [])
        except UnknownValueError:
            # A group without rules of its own in the code has those of other resources, which are judged by themselves.
            if resource.is_configured(direction):
                raise
            return
        for index in range(count):
            yield from _grants(resource, _known(resource, "id"), direction, index)
    elif resource.type == OLD_RULE:
        if resource.get("type") == direction:
            yield from _grants(resource, _known(resource, "security_group_id"))
    elif RULES_BY_DIRECTION.get(resource.type) == direction:
        yield from _grants(resource, _known(resource, "security_group_id"))


def _grants(resource: Resource, group: str | None, *path: str | int) -> Iterator[Grant]:
    named = str(resource.get(*path, "ip_protocol") or resource.get(*path, "protocol"))
    protocol = _PROTOCOLS.get(named, named)
    first, last = resource.get(*path, "from_port"), resource.get(*path, "to_port")
    if protocol == EVERY_PROTOCOL or first in (None, -1):  # of ICMP: all types
        first, last = _FIRST, _LAST
    for source in _sources(resource, *path):
        yield Grant(resource.address, group, protocol, first, last, source)


def _sources(resource: Resource, *path: str | int) -> Iterator[Network | str]:
    for attribute in _CIDRS:
        yield from (ipaddress.ip_network(str(cidr), strict=False) for cidr in _listed(resource.get(*path, attribute)))
    for attribute in _OTHERS:
        try:
            named = _listed(resource.get(*path, attribute))
        except UnknownValueError:
            named = [UNKNOWN]
        yield from ("itself" if name is True else str(name) for name in named)


def _listed(value: object) -> list[object]:
    return value if isinstance(value, list) else [value] if value else []


def _known(resource: Resource, attribute: str) -> str | None:
    group: str | None = resource.value(attribute)
    return group
