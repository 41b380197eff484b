"""A line of an estimate, and what it is worked out from."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from config import Settings
from ops.costs.price_table import STAND_IN_REGION
from ops.costs.prices import Prices

# As AWS's own calculator has it: 365 days of 24 hours, by 12.
HOURS_A_MONTH = 730
WEEKS_A_YEAR = 52


@dataclass(frozen=True)
class Resource:
    """A resource as Terraform's state has it, or as a plan would make it.

    `values` are its attributes as `terraform show -json` prints them, without those that are not known yet:
    https://developer.hashicorp.com/terraform/internals/json-format#values-representation
    """

    stack: str
    type: str
    address: str
    values: Mapping[str, Any]


@dataclass(frozen=True)
class CostLine:
    """What one thing of a resource costs in a month, in US dollars, and what that assumes."""

    stack: str
    address: str
    what: str
    usd_month: Decimal
    assumption: str


@dataclass(frozen=True)
class Basis:
    """What lines are worked out from; `stack` are the resources of the one that the line is for."""

    settings: Settings
    prices: Prices
    stack: Sequence[Resource]

    def of_type(self, type_: str) -> Iterator[Resource]:
        """Yield the resources of a type in this stack."""
        return (resource for resource in self.stack if resource.type == type_)

    def line(self, resource: Resource, what: str, quantities: Mapping[str, Decimal | int], assumption: str) -> CostLine:
        """Return the line of what a resource uses: quantities by the name of their price."""
        usd = sum((self.prices[name] * quantity for name, quantity in quantities.items()), Decimal(0))
        if strange := sorted(self.prices.stand_ins.intersection(quantities)):
            assumption += f"; by {STAND_IN_REGION}'s price of {', '.join(strange)}"
        return CostLine(resource.stack, resource.address, what, usd, assumption)
