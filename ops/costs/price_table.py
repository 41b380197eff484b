"""The prices that are kept with the project, for where AWS's price list cannot be read."""

import tomllib
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

STAND_IN_REGION = "us-east-1"  # it has every price
_FILE = Path(__file__).with_name("prices.toml")


@dataclass(frozen=True)
class PriceTable:
    """Prices in US dollars, by region and name (`nat-hour`), as they were on a day; prices.toml names their sources."""

    updated: date
    usd: dict[str, dict[str, Decimal]]

    def known(self, region: str) -> dict[str, Decimal]:
        """Return the prices of a region, as far as they are known."""
        return self.usd.get(region, {})

    @property
    def stand_ins(self) -> dict[str, Decimal]:
        """Every price, of the region that has all."""
        return self.usd[STAND_IN_REGION]


@cache
def read_price_table() -> PriceTable:
    """Return the prices of prices.toml."""
    # Decimals, so that sums are exact.
    content: dict[str, Any] = tomllib.loads(_FILE.read_text(encoding="utf-8"), parse_float=Decimal)
    usd = {STAND_IN_REGION: {name: entry["usd"] for name, entry in content[STAND_IN_REGION].items()}}
    for block in content["elsewhere"]:
        usd.setdefault(block["region"], {}).update(block["usd"])
    return PriceTable(content["updated"], usd)
