"""The network."""

from collections.abc import Iterator
from ipaddress import IPv4Network
from typing import Annotated, Literal

from pydantic import Field

from config import limits
from config.sections.section import Section, all_different

SubnetId = Annotated[str, Field(pattern=r"^subnet-[0-9a-f]{8,17}$")]


class Vpc(Section):
    """The network: a new one, cut into two subnets for each zone, or an existing one that is named by its ids."""

    name: Annotated[str, Field(min_length=1, max_length=256)]
    cidr: IPv4Network
    subnet_prefix: Annotated[int, Field(ge=16, le=28)]
    public_subnets: tuple[IPv4Network, ...] = ()
    private_subnets: tuple[IPv4Network, ...] = ()
    map_public_ip_on_launch: bool
    nat: Literal["per-zone", "single", "none"]
    interface_endpoints: bool
    flow_logs: bool
    id: Annotated[str, Field(pattern=r"^vpc-[0-9a-f]{8,17}$")] | None = None
    public_subnet_ids: Annotated[tuple[SubnetId, ...], all_different("subnet")] = ()
    private_subnet_ids: Annotated[tuple[SubnetId, ...], all_different("subnet")] = ()

    @property
    def is_new(self) -> bool:
        """Whether the network is made here."""
        return self.id is None

    def contradictions(self) -> Iterator[tuple[str, str]]:
        if self.cidr.prefixlen not in limits.VPC_PREFIX:
            yield "cidr", "a VPC's address range is between /16 and /28"
        given = [("public_subnets", net) for net in self.public_subnets]
        given += [("private_subnets", net) for net in self.private_subnets]
        for index, (key, subnet) in enumerate(given):
            if subnet.prefixlen not in limits.VPC_PREFIX:
                yield key, f"{subnet}: a subnet's address range is between /16 and /28"
            if not subnet.subnet_of(self.cidr):
                yield key, f"{subnet} lies outside the VPC's {self.cidr}"
            for _, other in given[:index]:
                if subnet.overlaps(other):
                    yield key, f"{subnet} overlaps {other}"
        yield from self._existing_contradictions()
        if self.is_new and self.nat == "none" and not self.interface_endpoints:
            yield "nat", 'without NAT the tasks start only with interface_endpoints = true; else "single" or "per-zone"'

    def _existing_contradictions(self) -> Iterator[tuple[str, str]]:
        public, private = self.public_subnet_ids, self.private_subnet_ids
        for key, ids in (("public_subnet_ids", public), ("private_subnet_ids", private)):
            if self.is_new and ids:
                yield key, "are of an existing VPC; name it with id, or leave them out"
            elif not self.is_new and len(ids) < 2:
                yield key, "name the subnets of the existing VPC, at least two, in different zones"
        if shared := set(public) & set(private):
            yield "private_subnet_ids", f"{', '.join(sorted(shared))} is among public_subnet_ids too"
        if self.is_new:
            return
        for key, switched_on in (("interface_endpoints", self.interface_endpoints), ("flow_logs", self.flow_logs)):
            if switched_on:
                yield key, "is for a VPC that is made here; an existing one is left as it is: set it to false"
