"""What a review is made of, and that what goes wrong on the way is in it."""

from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from config import Settings
from ops.costs.price_table import STAND_IN_REGION
from ops.deployment import Deployment
from ops.errors import OpsError
from ops.policy.allowed import Sorted
from ops.policy.scan import Outcome
from ops.review import gather
from ops.review.changes import Change
from ops.review.offline import OfflinePlans
from ops.review.outcome import Review, StackReview
from ops.review.stacks import PlannedStacks
from tests.ops.review.reviews import FINDING
from tests.settings import settings_of
from tests.stacks.synthesized import ENVIRONMENTS

pytestmark = pytest.mark.unit

VPC = StackReview("vpc", (Change("create", "aws_nat_gateway.one"),))
FAILED = StackReview("alb", failure="no")


def resources(**values: Any) -> dict[str, Any]:  # noqa: ANN401 - any JSON
    nat = {"address": "aws_nat_gateway.one", "mode": "managed", "type": "aws_nat_gateway", "values": values}
    return {"root_module": {"resources": [nat]}}


class World:
    """A deployment whose plans and scan are as a test says."""

    def __init__(self, deployment: Deployment, monkeypatch: pytest.MonkeyPatch) -> None:
        self.deployment = deployment
        self.planned: PlannedStacks | OpsError = PlannedStacks((VPC,), {"vpc": {"planned_values": resources()}})
        self.refused: tuple[Any, ...] | OpsError = ()
        self.offline = OfflinePlans({"vpc": {"resource_changes": []}})
        self.asked: list[tuple[Any, ...]] = []
        monkeypatch.delenv("TF_VAR_dashboard_version", raising=False)
        monkeypatch.setattr(deployment, "synth", lambda: None)
        monkeypatch.setattr(deployment, "deployed_version", lambda: "1.3.0")
        monkeypatch.setattr(deployment.aws, "require_account", lambda: None)
        monkeypatch.setattr(gather, "plan_stacks", self._plan)
        monkeypatch.setattr(gather, "offline_plans", self._plan_offline)
        monkeypatch.setattr(gather, "judge", self._judge)

    def review(self, *names: str, version: str | None = None) -> Review:
        return gather.review(self.deployment, names, version)

    def _plan_offline(self, _: Deployment, names: list[str]) -> OfflinePlans:
        self.asked.append((names,))
        return self.offline

    def _plan(self, _: Deployment, names: list[str], variables: dict[str, str], offline: OfflinePlans) -> PlannedStacks:
        assert offline is self.offline
        self.asked.append((names, variables))
        if isinstance(self.planned, OpsError):
            raise self.planned
        return self.planned

    def _judge(self, _: Deployment, names: list[str], plans: object, __: object) -> Outcome:
        assert plans is self.offline.shown
        if isinstance(self.refused, OpsError):
            raise self.refused
        return Outcome("local", Sorted(self.refused, (), ()), 1, 1, tuple(names))


@pytest.fixture
def world(make_stacks: Callable[..., Deployment], monkeypatch: pytest.MonkeyPatch) -> World:
    return World(make_stacks({"vpc": [], "alb": ["vpc"]}), monkeypatch)


def test_all_stacks_or_those_named_at_the_version_that_is_asked_for(world: World) -> None:
    review = world.review()
    assert (review.version_now, review.version_asked) == ("1.3.0", "1.3.0")
    assert review.exit_code == 2
    review = world.review("alb", version="1.4.0")
    assert (review.version_now, review.version_asked) == ("1.3.0", "1.4.0")
    # Without AWS once, for what is not deployed yet and for the policy.
    assert world.asked == [
        (["vpc", "alb"],),
        (["vpc", "alb"], {"dashboard_version": "1.3.0"}),
        (["alb"],),
        (["alb"], {"dashboard_version": "1.4.0"}),
    ]


def test_a_stack_that_is_not_there_is_refused(world: World) -> None:
    with pytest.raises(OpsError, match="there is no stack 'vcp'"):
        world.review("vcp")


def test_what_ends_the_planning_is_in_the_review(world: World) -> None:
    world.planned = OpsError("there are no AWS credentials")
    world.refused = (FINDING,)
    review = world.review()
    assert (review.exit_code, review.failure) == (1, "there are no AWS credentials")
    assert review.policy is not None
    assert review.policy.refused == (FINDING,)


def test_a_scan_that_fails_fails_the_review_beside_what_was_planned(world: World) -> None:
    world.refused = OpsError("Checkov is not installed")
    review = world.review()
    assert (review.exit_code, review.policy, review.policy_failure) == (1, None, "Checkov is not installed")
    assert review.stacks == (VPC,)


def test_what_cannot_be_planned_without_aws_cannot_be_scanned(world: World) -> None:
    world.offline = OfflinePlans(failure="no Terraform")
    review = world.review()
    assert (review.exit_code, review.policy, review.policy_failure) == (1, None, "no Terraform")
    assert review.stacks == (VPC,)


def test_stacks_that_cannot_be_synthesized_are_told_in_the_review(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail() -> None:
        raise OpsError("the stacks cannot be synthesized: main.py, line 3")

    monkeypatch.setattr(world.deployment, "synth", fail)
    review = world.review()
    assert (review.exit_code, review.verdict) == (1, "The review failed: it could not be finished.")
    assert review.failure == "the stacks cannot be synthesized: main.py, line 3"
    assert world.asked == []


def test_a_finding_needs_approval(world: World) -> None:
    world.refused = (FINDING,)
    assert world.review().exit_code == 3


def test_a_local_aws_costs_nothing(world: World) -> None:
    assert world.review().costs.change is None
    assert world.review().costs.notes == ("A local AWS costs nothing.",)
    assert world.review().warnings == ()


@pytest.fixture
def prod() -> Settings:
    return settings_of(ENVIRONMENTS["prod"] | {"DASH__AWS__REGION": STAND_IN_REGION})


def test_what_it_costs_at_aws_before_and_after(world: World, prod: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    from ops.costs.price_table import read_price_table
    from ops.costs.prices import Prices

    table = read_price_table()
    prices = Prices(table.stand_ins | table.known(STAND_IN_REGION), "table", notes=("no price was asked for.",))
    monkeypatch.setattr(gather, "load_prices", lambda _: prices)
    monkeypatch.setattr(world.deployment, "settings", prod)
    before, after = resources(), resources()
    after["root_module"]["resources"].append(
        {"address": "aws_kms_key.key", "mode": "managed", "type": "aws_kms_key", "values": {}}
    )
    shown = {"vpc": {"prior_state": {"values": before}, "planned_values": after}}
    world.planned = PlannedStacks((replace(VPC), FAILED), shown)
    costs = world.review().costs
    assert costs.change is not None
    assert costs.change.before > Decimal(30)
    assert [line.address for line in costs.change.lines] == ["aws_kms_key.key"]
    assert costs.change.difference == Decimal(1)
    assert {line.address for line in costs.lines} == {"aws_nat_gateway.one", "aws_kms_key.key"}
    assert (costs.source, costs.notes) == ("table", ("Without alb.", "no price was asked for."))

    after["root_module"]["resources"].append(
        {"address": "aws_db_instance.db", "mode": "managed", "type": "aws_db_instance", "values": {}}
    )
    costs = world.review().costs
    assert costs.notes[1] == "Without what no price is known of: vpc: aws_db_instance.db."


def test_plain_http_is_warned_of(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    plain = settings_of(ENVIRONMENTS["dev"])
    assert not plain.https.enabled
    monkeypatch.setattr(world.deployment, "settings", plain)
    world.planned = OpsError("no")
    (warning,) = world.review().warnings
    assert warning.startswith("plain HTTP: ")
