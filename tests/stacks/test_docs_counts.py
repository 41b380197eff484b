"""What docs/ counts and names of the stacks is what they make."""

import re
from typing import Any

import pytest

from tests.formulas import Row, read_rows
from tests.stacks.alarms import alarms_of, metrics_of
from tests.stacks.conftest import Variant
from tests.stacks.networks import EVERY_ENDPOINT, EXEC, WITHOUT_NAT
from tests.stacks.synthesized import ROOT, STACKS, Stack
from tests.stacks.test_base import NEEDED, NEEDED_WITH_EVERYTHING_ON
from tests.stacks.test_interface_endpoints import endpoints
from tests.stacks.test_sign_in import OIDC

pytestmark = pytest.mark.unit

COSTS, ARCHITECTURE = read_rows(ROOT / "docs" / "costs.md"), read_rows(ROOT / "docs" / "architecture.md")
RUNBOOK = (ROOT / "docs" / "runbook.md").read_text()
SETTINGS = "What each setting gives, and what it costs"


def row(heading: str, beginning: str) -> Row:
    """Return the only row of docs/costs.md under a heading whose first cell begins so."""
    (found,) = [row for row in COSTS if row.heading == heading and row.name.startswith(beginning)]
    return found


def number_of_metrics(alarms: dict[str, dict[str, Any]]) -> int:
    return sum(len(metrics_of(alarm)) for alarm in alarms.values())


def test_as_many_alarms_are_paid_for_as_there_are(prod: dict[str, Stack]) -> None:
    everything = alarms_of(prod["service"], prod["monitoring"])
    text = (ROOT / "docs" / "costs.md").read_text()
    assert f"they are {len(everything)} alarms of {number_of_metrics(everything)} metrics" in text
    shipped = {name: alarm for name, alarm in everything.items() if name != "data-age"}
    alarms, metrics = len(shipped), number_of_metrics(shipped)
    # Target tracking makes one for more load and one for less:
    # https://docs.aws.amazon.com/autoscaling/application/userguide/application-auto-scaling-target-tracking.html
    of_scaling = 2 * len(prod["service"].all("aws_appautoscaling_policy"))
    paid = row("prod", f"{alarms} alarms of {metrics} metrics, and the {of_scaling} that scaling makes")
    assert paid.how == f"alarm * {metrics + of_scaling}"
    assert row("dev", f"the {of_scaling} alarms").how == f"alarm * {of_scaling}"
    assert row(SETTINGS, "scaling.enabled").how == f"alarm * {of_scaling}"
    assert row(SETTINGS, "alarms.enabled").how == f"alarm * {metrics} + graph-page * 1"
    without_nat = number_of_metrics({"nat-ports": shipped["nat-ports"]})
    assert row("prod without NAT", "nor their alarm").how == f"alarm * -{without_nat}"


def test_as_many_endpoints_are_paid_for_as_there_are(variant: Variant) -> None:
    always = endpoints(variant("dev", **WITHOUT_NAT)["vpc"])
    with_exec = endpoints(variant("dev", **WITHOUT_NAT, **EXEC)["vpc"])
    with_two_secrets = endpoints(variant("dev", **EVERY_ENDPOINT)["vpc"])
    (zones,) = {len(endpoint["subnet_ids"]) for endpoint in with_two_secrets.values()}
    exec_only, of_a_secret = len(with_exec) - len(always), (len(with_two_secrets) - len(with_exec)) / 2
    assert row("prod without NAT", "endpoints").how.startswith(f"endpoint-hour * {len(always)} * {zones} * 730 ")
    assert row(SETTINGS, "vpc.interface_endpoints").how == f"endpoint-hour * {len(always)} * {zones} * 730"
    assert row(SETTINGS, "exec.enabled").how.endswith(f" endpoint-hour * {exec_only} * {zones} * 730")
    assert of_a_secret == 1
    assert row(SETTINGS, "task.secrets").how.endswith(f" endpoint-hour * {zones} * 730")


@pytest.mark.parametrize("name", STACKS)
def test_the_table_of_stacks_tells_what_each_needs(name: str) -> None:
    (told,) = [row.cells for row in ARCHITECTURE if row.heading == "Stacks" and row.name == name]
    always, more = (set(re.findall(r"`(\w+)`", told[column])) for column in ("needs always", "and, where these are on"))
    assert always == NEEDED[name]
    assert always | more == NEEDED_WITH_EVERYTHING_ON.get(name, NEEDED[name])


def test_the_rules_that_the_runbook_makes_again_have_this_address(variant: Variant) -> None:
    service = variant("prod", **OIDC)["service"]
    ((name, stack),) = service.all("aws_cloudformation_stack").items()
    assert re.findall(r"-replace=(\S+)", RUNBOOK) == [f"aws_cloudformation_stack.{name}"]
    assert f"`{stack['name']}`" in RUNBOOK


def test_outputs_that_the_runbook_reads_exist(prod: dict[str, Stack]) -> None:
    read = re.findall(r"plotly-dash-prod-(\w+) output (?:-raw )?(\w+)", RUNBOOK)
    assert ("alb", "user_pool_id") in read
    assert [(stack, name) for stack, name in read if name not in prod[stack].json["output"]] == []


def test_the_firewalls_rules_in_the_runbook_are_there(prod: dict[str, Stack]) -> None:
    rules = {rule["name"] for rule in prod["alb"].one("aws_wafv2_web_acl")["rule"]}
    section = RUNBOOK.partition("## The firewall blocks a good request\n")[2].partition("\n## ")[0]
    named = set(re.findall(r"^\| `(\w+)` \|(?! do)", section, re.MULTILINE))
    assert named
    assert named <= rules
