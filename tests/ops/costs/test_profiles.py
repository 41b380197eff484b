"""The estimate of what the shipped settings plan is the sum that docs/costs.md shows."""

import re
from decimal import Decimal
from pathlib import Path

import pytest

from config.load import FOLDER, load_settings
from ops.costs.estimate import NOT_PRICED, monthly_costs, read_resources
from ops.costs.lines import CostLine
from ops.costs.price_table import STAND_IN_REGION, read_price_table
from ops.costs.prices import Prices
from ops.deployment import Deployment
from ops.offline.plans import plan_offline
from ops.progress import Progress
from tests.formulas import evaluate, faults, number, read_rows

pytestmark = pytest.mark.terraform

ROWS = read_rows(Path(__file__).parents[3] / "docs" / "costs.md")
PRICES = read_price_table().known(STAND_IN_REGION)
ISOLATED = {
    "DASH__VPC__NAT": "none",
    "DASH__VPC__INTERFACE_ENDPOINTS": "true",
    "DASH__SERVICE__INTERNET_ACCESS": "false",
}


@pytest.mark.parametrize(
    ("profile", "environment", "changes"),
    [("dev", "dev", {}), ("prod", "prod", {}), ("prod without NAT", "prod", ISOLATED)],
)
def test_a_profile_costs_what_its_plan_does(
    profile: str,
    environment: str,
    changes: dict[str, str],
    progress: Progress,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    variables = {"DASH_ENV": environment, "DASH__AWS__ACCOUNT_ID": "123456789012", "DASH_CONFIG_FOLDER": str(FOLDER)}
    for name, value in (variables | changes).items():
        monkeypatch.setenv(name, value)

    lines = planned_costs(progress, tmp_path)

    assert [line for line in lines if line.what == NOT_PRICED] == []
    total = sum((line.usd_month for line in lines), Decimal(0))
    # The document rounds tenths of GB, no more.
    assert abs(total - exact(profile)) < Decimal("0.001")
    # It sums what it shows: cents.
    (shown,) = [number(row.cells["USD"]) for row in ROWS if (row.heading, row.name) == (profile, "total")]
    assert abs(total - shown) < Decimal("0.02")


def planned_costs(progress: Progress, folder: Path) -> list[CostLine]:
    """Return the lines for the environment of the variables, planned from nothing by the real provider."""
    deployment = Deployment(load_settings(), progress)
    deployment.output_folder = folder / "cdktf.out"
    deployment.synth()
    plans = plan_offline(deployment, deployment.names, folder / "plans")
    resources = [found for name, plan in plans.items() for found in read_resources(name, plan["planned_values"])]
    return monthly_costs(resources, deployment.settings, Prices(PRICES, "table"))


def exact(profile: str) -> Decimal:
    """Return the sum of a profile's formulas, where the document sums rounded numbers."""
    names = dict(PRICES)
    faults(ROWS, names)
    total = Decimal(0)
    for row in ROWS:
        if row.heading == profile and row.how:
            nested = re.fullmatch(r"dev|prod", row.how)
            total += exact(row.how) if nested else evaluate(row.how, names)
    return total
