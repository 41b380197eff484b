"""The prices of an environment's region: AWS's own where they can be read, else those kept with the project."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from typing import TYPE_CHECKING

from ops.costs.price_list import Answer, ask_price_list
from ops.costs.price_table import STAND_IN_REGION, PriceTable, read_price_table
from ops.costs.products import ASKED

if TYPE_CHECKING:
    from ops.aws import Aws

_PATIENCE_SECONDS = 10.0


@dataclass(frozen=True)
class Prices:
    """Prices in US dollars by name (`nat-hour`), and in words where they are from.

    `stand_ins` are those of us-east-1 for which none of the region is known. `notes` tell what could not be read.
    """

    usd: Mapping[str, Decimal]
    source: str
    stand_ins: frozenset[str] = frozenset()
    notes: tuple[str, ...] = ()

    def __getitem__(self, name: str) -> Decimal:
        return self.usd[name]


def load_prices(aws: Aws, patience: float = _PATIENCE_SECONDS) -> Prices:
    """Return the prices of an environment's region, after so many seconds at most; nothing makes it fail.

    Each price that AWS does not tell is of the table. Of a local environment nothing is asked: its emulator has no
    prices, and would cost none.
    """
    table = read_price_table()
    if aws.settings.local:
        return _priced(table, STAND_IN_REGION, Answer())
    region = aws.settings.aws.region
    return _priced(table, region, ask_price_list(aws, region, patience))


def _priced(table: PriceTable, region: str, answer: Answer) -> Prices:
    known = table.known(region) | answer.usd
    stand_ins = frozenset(table.stand_ins.keys() - known.keys())
    return Prices(
        table.stand_ins | known, _source(table, region, answer), stand_ins, tuple(_notes(region, answer, stand_ins))
    )


def _source(table: PriceTable, region: str, answer: Answer) -> str:
    of_table = f"table of {table.updated}"
    if not answer.usd:
        return f"{of_table}, for {region if table.known(region) else STAND_IN_REGION}"
    told = f"AWS Price List, {datetime.now(UTC).date()}"
    return f"{told}; {len(answer.missing)} of {len(ASKED)} prices of the {of_table}" if answer.missing else told


def _notes(region: str, answer: Answer, stand_ins: frozenset[str]) -> list[str]:
    by_reason: dict[str, list[str]] = {}
    for name, reason in sorted(answer.missing.items()):
        by_reason.setdefault(reason, []).append(name)
    notes = [
        f"not from the AWS Price List: {'all prices' if len(names) == len(ASKED) else ', '.join(names)}: {reason}"
        for reason, names in by_reason.items()
    ]
    if strangers := sorted(ASKED & stand_ins):
        notes.append(f"{region}: not known, so that {STAND_IN_REGION}'s price stands in: {', '.join(strangers)}")
    return notes
