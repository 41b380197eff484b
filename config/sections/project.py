"""Who owns the deployment, where it is, what it is tagged with."""

from collections.abc import Iterator
from typing import Annotated

from pydantic import AfterValidator, Field

from config.sections.section import Section, all_different


def _two_to_four(zones: tuple[str, ...]) -> tuple[str, ...]:
    if not 2 <= len(zones) <= 4:
        raise ValueError("name 2 to 4 availability zones; a load balancer needs at least two")
    return zones


class Project(Section):
    """Who owns the deployment and what it is called."""

    name: Annotated[str, Field(pattern=r"^[a-z][a-z0-9-]{1,28}[a-z0-9]$")]
    name_suffix: Annotated[str, Field(pattern=r"^(-[a-z0-9]+)?$")]
    team: Annotated[str, Field(min_length=1, max_length=256)]


class Aws(Section):
    """The account, region and zones that are deployed to."""

    account_id: Annotated[str, Field(pattern=r"^\d{12}$")]
    region: Annotated[str, Field(pattern=r"^[a-z]{2}(-[a-z]+)+-\d$")]
    availability_zones: Annotated[tuple[str, ...], all_different("zone"), AfterValidator(_two_to_four)]

    def contradictions(self) -> Iterator[tuple[str, str]]:
        strangers = [zone for zone in self.availability_zones if not _is_zone_of(zone, self.region)]
        if strangers:
            yield "availability_zones", f"{', '.join(strangers)} is not in region {self.region}; name its zones"


def _is_zone_of(zone: str, region: str) -> bool:
    return zone[:-1] == region and zone[-1:].islower()


class Tags(Section):
    """The cost tags: of the infrastructure stacks and of the service."""

    infrastructure_cost: Annotated[str, Field(min_length=1, max_length=256)]
    service_cost: Annotated[str, Field(min_length=1, max_length=256)]


class Local(Section):
    """The AWS emulator on this machine. Only an environment that has this table is local.

    `ignore_changes` names, by Terraform's resource types, the attributes that the emulator does not keep.
    """

    port: Annotated[int, Field(ge=1024, le=65535)]
    folder: Annotated[str, Field(min_length=1)]
    ignore_changes: dict[str, tuple[str, ...]] = Field(default={})
