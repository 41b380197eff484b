"""Which stacks are planned against AWS, which are not and why, with a terraform that replays events."""

import json
from collections.abc import Callable
from typing import Any

import pytest

from ops.deployment import Deployment
from ops.remote_state import RemoteState
from ops.review import stacks
from ops.review.offline import OfflinePlans
from ops.review.outcome import StackReview
from ops.review.stacks import PlannedStacks, plan_stacks
from tests.ops.review.shown import shown

pytestmark = pytest.mark.unit

RESOURCE: dict[str, Any] = {"mode": "managed", "type": "t", "name": "n", "instances": [{"attributes": {}}]}
HERE = RemoteState("etag", {}, [RESOURCE])
CREATED: dict[str, Any] = {
    "resource_changes": [
        {
            "address": "aws_vpc.vpc",
            "mode": "managed",
            "type": "aws_vpc",
            "change": {"actions": ["create"], "before": None, "after": {}, "after_unknown": {}},
        }
    ]
}

Calls = Callable[[], list[dict[str, Any]]]


class World:
    """Stacks of which each is deployed, planned and shown as a test says."""

    def __init__(self, deployment: Deployment, monkeypatch: pytest.MonkeyPatch) -> None:
        self.deployment = deployment
        self.states: dict[str, RemoteState] = {}
        self.offline = OfflinePlans()
        self.bucket = True
        monkeypatch.setattr(stacks, "bucket_exists", lambda _: self.bucket)
        monkeypatch.setattr(deployment, "state", self.states.get)

    def plans(self, name: str, plan: dict[str, Any]) -> None:
        """Have a stack's plan succeed, and be shown as this."""
        folder = self.deployment.folder(name)
        (folder / "plan.code").write_text("2")
        (folder / "plan.jsonl").write_text(
            json.dumps({"type": "planned_change", "change": {"resource": {"addr": "a"}, "action": "create"}}) + "\n"
        )
        (folder / "show.jsonl").write_text(json.dumps(plan))

    def fails(self, name: str, summary: str) -> None:
        """Have a stack's plan fail."""
        folder = self.deployment.folder(name)
        (folder / "plan.code").write_text("1")
        diagnostic = {"severity": "error", "summary": summary}
        (folder / "plan.jsonl").write_text(json.dumps({"type": "diagnostic", "diagnostic": diagnostic}) + "\n")

    def needs(self, name: str, producer: str) -> None:
        """Have a stack read an output of another one."""
        stack_id = self.deployment.settings.stack_id(producer)
        value = f"${{data.terraform_remote_state.cross-stack-reference-input-{stack_id}.outputs.id}}"
        content = {"resource": {"terraform_data": {"made": {"input": value}}}}
        (self.deployment.folder(name) / "cdk.tf.json").write_text(json.dumps(content))

    def planned(self, *names: str, version: str | None = None) -> PlannedStacks:
        variables = {"dashboard_version": version} if version else {}
        return plan_stacks(self.deployment, names, variables, self.offline)

    def reviews(self, *names: str, version: str | None = None) -> dict[str, StackReview]:
        return {review.name: review for review in self.planned(*names, version=version).reviews}


@pytest.fixture
def world(make_stacks: Callable[..., Deployment], replayed_calls: Calls, monkeypatch: pytest.MonkeyPatch) -> World:
    return World(make_stacks({"state": [], "vpc": [], "alb": ["vpc"], "service": ["alb"]}), monkeypatch)


def test_a_plan_is_read_and_a_failed_one_is_beside_it(world: World) -> None:
    world.plans("vpc", shown("changes"))
    world.fails("state", "ExpiredToken: gone")
    reviews = world.reviews("state", "vpc")
    assert "the AWS credentials have expired" in reviews["state"].failure
    assert [change.action for change in reviews["vpc"].changes][:2] == ["destroy", "replace"]
    assert reviews["vpc"].outputs == ("group", "vpc_id")
    assert any(danger.address == "aws_iam_role_policy.task" for danger in reviews["vpc"].dangers)
    assert world.planned("vpc").shown.keys() == {"vpc"}


def test_drift_is_read_with_what_was_added_by_hand(world: World) -> None:
    world.plans("vpc", shown("by_hand"))
    world.states["alb"] = RemoteState("", {}, shown("by_hand")["state"]["resources"])
    addresses = [drift.address for drift in world.reviews("vpc")["vpc"].drift]
    assert addresses == [
        "aws_cloudwatch_log_group.gone",
        "aws_cloudwatch_log_group.tasks",
        "aws_s3_bucket_versioning.data",
        "aws_sns_topic.alarms",
        "aws_iam_role.task",
        "aws_security_group.front",
    ]


def test_a_plan_that_cannot_be_shown_is_a_failure(world: World) -> None:
    world.plans("vpc", {})
    (world.deployment.folder("vpc") / "show.jsonl").write_text("no plan")
    assert "terraform show printed no plan" in world.reviews("vpc")["vpc"].failure


def test_no_plan_is_left_on_disk(world: World) -> None:
    for name in ("vpc", "state"):
        (world.deployment.folder(name) / "tfplan").write_text("secret")
    world.plans("vpc", CREATED)
    world.fails("state", "no")
    world.reviews("vpc", "state")
    assert not list(world.deployment.output_folder.rglob("tfplan"))


def test_no_plan_is_left_on_disk_after_an_interrupt(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(*names: str, **_: object) -> None:
        (world.deployment.folder("vpc") / "tfplan").write_text("secret")
        raise KeyboardInterrupt

    monkeypatch.setattr(world.deployment, "plan", interrupted)
    with pytest.raises(KeyboardInterrupt):
        world.reviews("vpc")
    assert not list(world.deployment.output_folder.rglob("tfplan"))


def test_where_nothing_is_deployed_everything_is_told_without_aws(world: World, replayed_calls: Calls) -> None:
    world.bucket = False
    world.offline = OfflinePlans({"vpc": CREATED, "alb": CREATED})
    reviews = world.reviews("vpc", "alb")
    assert replayed_calls() == []
    for review in reviews.values():
        assert review.note == (
            "Not planned against AWS: nothing is deployed yet. This is what it would create, told without AWS."
        )
        assert [change.address for change in review.changes] == ["aws_vpc.vpc"]
        assert not review.against_aws


def test_what_needs_a_stack_that_is_not_deployed_is_told_without_aws(world: World) -> None:
    world.plans("vpc", CREATED)
    world.needs("alb", "vpc")
    world.offline = OfflinePlans({"vpc": {}, "alb": CREATED, "state": CREATED})
    planned = world.planned("vpc", "alb")
    vpc, alb = planned.reviews
    assert (vpc.note, vpc.against_aws, alb.against_aws) == ("", True, False)
    assert alb.note.startswith("Not planned against AWS: it needs vpc, not deployed yet: ./dashctl deploy vpc. This ")
    assert len(alb.changes) == 1
    assert planned.shown.keys() == {"vpc", "alb"}


def test_a_deployed_stack_is_not_told_to_be_created(world: World) -> None:
    """As one that reads an output which its producer has in the code, and not yet in its state."""
    world.needs("alb", "vpc")
    world.states["alb"] = HERE
    world.offline = OfflinePlans({"alb": CREATED})
    review = world.reviews("alb")["alb"]
    assert (review.pending, review.against_aws, review.changes) == (True, False, ())
    assert review.note.startswith("Not planned: it needs vpc, not deployed yet")


def test_without_a_version_the_service_is_told_without_aws(world: World, replayed_calls: Calls) -> None:
    world.offline = OfflinePlans({"service": CREATED})
    assert "none is named with --version" in world.reviews("service")["service"].note
    assert replayed_calls() == []
    world.plans("service", CREATED)
    assert world.reviews("service", version="1.4.0")["service"].note == ""
    assert {call["arguments"][0] for call in replayed_calls()} == {"init", "plan", "show"}


def test_what_cannot_be_told_without_aws_either_is_a_failure(world: World) -> None:
    world.bucket = False
    world.offline = OfflinePlans(failure="no Terraform")
    review = world.reviews("vpc")["vpc"]
    assert (review.note, review.failure) == ("Not planned: nothing is deployed yet.", "no Terraform")


def test_a_feature_that_is_switched_off_changes_nothing(world: World, replayed_calls: Calls) -> None:
    (world.deployment.folder("vpc") / "cdk.tf.json").write_text("{}")
    assert world.reviews("vpc") == {"vpc": StackReview("vpc")}
    assert replayed_calls() == []
