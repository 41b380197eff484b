"""The sums in docs/costs.md and docs/scale.md are right, and are those of the settings that are shipped."""

import re
import tomllib
from decimal import ROUND_HALF_UP, Decimal
from math import ceil
from pathlib import Path

import pytest

from config import Settings
from config.load import load_settings
from tests.formulas import Names, evaluate, faults, number, read_rows

pytestmark = pytest.mark.unit

DOCS = Path(__file__).parents[1] / "docs"
COSTS, SCALE = read_rows(DOCS / "costs.md"), read_rows(DOCS / "scale.md")
PRICES = [row for row in COSTS if row.heading == "Prices"]
VIEWERS = ("10", "1,000", "100,000")
# GB of the first tier: https://aws.amazon.com/ec2/pricing/on-demand/ and https://aws.amazon.com/cloudwatch/pricing/
TIER = 10_240


def prices() -> Names:
    return {row.name: number(row.cells["USD"]) for row in PRICES}


def shipped(environment: str) -> Settings:
    return load_settings({"DASH_ENV": environment, "DASH__AWS__ACCOUNT_ID": "123456789012"})


def dollars(amount: Decimal) -> Decimal:
    return amount.quantize(Decimal(1), ROUND_HALF_UP)


@pytest.mark.parametrize(
    ("how", "value"),
    [("price * 2 / 4 + 1,000 * price", "1500.75"), ("price - 2 * price", "-1.5"), ("price * -2", "-3")],
)
def test_a_formula_is_worked_out_from_left_to_right(how: str, value: str) -> None:
    assert evaluate(how, {"price": Decimal("1.5")}) == Decimal(value)


def test_what_a_formula_does_not_know_is_named() -> None:
    with pytest.raises(ValueError, match="'prise' in a formula is neither"):
        evaluate("2 * prise", {"price": Decimal(1)})


@pytest.mark.parametrize(
    ("cell", "total", "fault"),
    [
        ("3.00", "3.00", None),
        ("3.10", "3.10", "bill: coffee, USD: 3.10 is shown, and 3.00 is right"),
        ("3.00", "4.00", "bill: total, USD: 4.00 is shown, and 3.00 is right"),
    ],
)
def test_a_wrong_number_is_told(tmp_path: Path, cell: str, total: str, fault: str | None) -> None:
    document = tmp_path / "bill.md"
    rows = f"| coffee | `price * 2` | {cell} |\n| **total** | | **{total}** |"
    document.write_text(f"# bill\n\n| what | how | USD |\n|---|---|---|\n{rows}\n")
    assert faults(read_rows(document), {"price": Decimal("1.5")}) == ([fault] if fault else [])


def test_every_sum_is_right() -> None:
    assert len([row for row in (*COSTS, *SCALE) if row.how]) > 120
    names = prices()
    assert faults(COSTS, names) == []
    assert {"dev", "prod"} <= names.keys()
    assert faults(SCALE, names) == []


def test_the_short_answers_are_those_of_the_sums() -> None:
    names = prices()
    faults(COSTS, names)
    short = {row.name: number(row.cells["USD a month"]) for row in COSTS if row.heading == "In short"}
    assert {"local", "dev", "prod"} <= short.keys()
    assert short == {profile: dollars(({"local": Decimal(0)} | names)[profile]) for profile in short}
    rows = {(row.heading, row.name): row.cells for row in SCALE}
    for viewers in VIEWERS:
        told, total = rows["In short", viewers], rows["What it costs in prod", "total"][viewers]
        assert number(told["USD a month in prod"]) == dollars(number(total))
        assert told["tasks"] == rows["All viewers", "tasks"][viewers]


def test_every_price_has_a_source_and_is_used() -> None:
    factors = {factor for row in (*COSTS, *SCALE) for factor in re.split(r" [-+*/] ", row.how)}
    for price in PRICES:
        assert price.cells["source"].startswith("<https://"), price.name
        assert price.cells["seen in"], price.name
        assert price.name in factors


def test_the_prices_are_those_that_a_review_counts_with() -> None:
    kept = tomllib.loads((DOCS.parent / "ops/costs/prices.toml").read_text(), parse_float=str)["us-east-1"]
    shown = {
        row.name: {
            "usd": row.cells["USD"],
            "for": row.cells["for a"],
            "source": row.cells["source"].strip("<>"),
            "seen": row.cells["seen in"],
        }
        for row in PRICES
    }
    assert shown == kept


@pytest.mark.parametrize(
    ("environment", "tasks", "hours"), [("dev", "a task on Spot", "260"), ("prod", "two tasks", "2 * 730")]
)
def test_a_profile_is_that_of_its_settings(environment: str, tasks: str, hours: str) -> None:
    settings = shipped(environment)
    how = {re.split("[,:]", row.name)[0]: row.how for row in COSTS if row.heading == environment}
    price = "spot" if settings.service.spot_share else "fargate"
    vcpus, gb = f"{settings.task.cpu / 1024:g}", f"{settings.task.memory / 1024:g}"
    assert how[tasks] == f"{price}-vcpu * {vcpus} * {hours} + {price}-gb * {gb} * {hours}"
    zones = len(settings.aws.availability_zones)
    assert how["its public addresses"] == f"ipv4-hour * {zones} * 730"
    gateways = {"per-zone": f"{zones} * 730", "single": "730"}[settings.vpc.nat]
    assert f"nat-hour * {gateways} + ipv4-hour * {gateways}" in how.values()
    if settings.waf.enabled:
        assert how["WAF"] == f"waf-acl * 1 + waf-rule * {1 + len(settings.waf.managed_rule_groups)}"
    for row, is_on in {
        "WAF": settings.waf.enabled,
        "key": settings.encryption.customer_key,
        "page of graphs": settings.alarms.enabled,
        "Container Insights": settings.cluster.container_insights,
        "flow logs": settings.vpc.flow_logs,
    }.items():
        assert (row in how) == is_on, row


def test_the_tasks_that_are_paid_for_are_those_that_run() -> None:
    dev, prod = shipped("dev").scaling, shipped("prod").scaling
    assert (dev.minimum, dev.off_hours_tasks, dev.work_begins, dev.work_ends) == (1, 0, "07:00", "19:00")
    assert dev.work_days == "MON-FRI"
    assert (prod.minimum, prod.off_hours_tasks) == (2, None)


def test_scale_follows_from_the_shipped_settings() -> None:
    settings = shipped("prod")
    rows = {row.name: row for row in SCALE}
    assert rows["load"].how == f"viewers * requests / {settings.scaling.requests_per_minute:,}"
    assert rows["by-requests"].how == f"{settings.scaling.requests_per_minute:,} / requests"
    assert rows["ticks"].how == f"60 / {settings.dashboard.poll_seconds}"
    for viewers in VIEWERS:
        cell = {
            name: number(row.cells[viewers])
            for name, row in rows.items()
            if row.heading.startswith("All viewers") and viewers in row.cells
        }
        assert cell["tasks"] == max(settings.scaling.minimum, ceil(cell["load"]))
        assert cell["out-first"] == min(cell["out"], TIER)
        assert cell["out-first"] + cell["out-next"] == cell["out"]
        assert cell["waf-log"] < TIER
