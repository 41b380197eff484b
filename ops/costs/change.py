"""What a change adds to, or takes from, the cost of a month."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from ops.costs.lines import CostLine


@dataclass(frozen=True)
class ChangedLine:
    """One thing of a resource, with what it costs before and after a change, in US dollars a month."""

    stack: str
    address: str
    what: str
    before: Decimal
    after: Decimal
    assumption: str

    @property
    def difference(self) -> Decimal:
        return self.after - self.before


@dataclass(frozen=True)
class CostChange:
    """The cost of a month before and after a change, in US dollars, and the lines that differ, the largest first."""

    before: Decimal
    after: Decimal
    lines: tuple[ChangedLine, ...]

    @property
    def difference(self) -> Decimal:
        return self.after - self.before


def cost_change(before: Iterable[CostLine], after: Iterable[CostLine]) -> CostChange:
    """Return what differs between the lines of two estimates; each line has the assumption of the later one."""
    old, new = _by_thing(before), _by_thing(after)
    changed = []
    for thing in sorted(old.keys() | new.keys()):
        was, is_now = old.get(thing), new.get(thing)
        shown = is_now or was
        line = ChangedLine(*thing, _usd(was), _usd(is_now), shown.assumption if shown else "")
        if line.difference:
            changed.append(line)
    changed.sort(key=lambda line: abs(line.difference), reverse=True)
    return CostChange(_total(old.values()), _total(new.values()), tuple(changed))


def _by_thing(lines: Iterable[CostLine]) -> dict[tuple[str, str, str], CostLine]:
    return {(line.stack, line.address, line.what): line for line in lines}


def _usd(line: CostLine | None) -> Decimal:
    return line.usd_month if line else Decimal(0)


def _total(lines: Iterable[CostLine]) -> Decimal:
    return sum((line.usd_month for line in lines), Decimal(0))
