"""Order, concurrency and failures of stacks, with a terraform that replays events."""

import io
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from config import Settings
from ops.deployment import Deployment, StackPlan
from ops.errors import OpsError
from ops.plan import Plan, ResourceChange
from ops.remote_state import RemoteState

pytestmark = pytest.mark.unit

REFERENCE = {
    "state": [],
    "ecr": [],
    "bucket": [],
    "vpc": [],
    "cluster": ["vpc"],
    "alb": ["vpc"],
    "service": ["ecr", "vpc", "cluster", "alb", "bucket"],
}

Calls = Callable[[], list[dict[str, Any]]]
MakeStacks = Callable[..., Deployment]


def event(kind: str, address: str, action: str) -> str:
    return json.dumps({"type": kind, "hook": {"resource": {"addr": address}, "action": action}}) + "\n"


def failure(summary: str, detail: str = "", address: str = "") -> str:
    diagnostic = {"severity": "error", "summary": summary, "detail": detail, "address": address}
    return json.dumps({"type": "diagnostic", "diagnostic": diagnostic}) + "\n"


def stacks_called(calls: Calls, settings: Settings, command: str) -> list[str]:
    prefix = settings.stack_id("")
    return [call["stack"].removeprefix(prefix) for call in calls() if call["arguments"][0] == command]


def test_state_comes_first_and_consumers_after_their_producers(make_stacks: MakeStacks) -> None:
    names = make_stacks(REFERENCE).names

    assert names[0] == "state"
    assert all(names.index(needed) < names.index(name) for name, needs in REFERENCE.items() for needed in needs)


def test_apply_and_destroy_follow_the_dependencies(
    make_stacks: MakeStacks, replayed_calls: Calls, settings: Settings
) -> None:
    deployment = make_stacks(REFERENCE)
    names = [name for name in REFERENCE if name != "state"]

    deployment.apply(*reversed(names))
    deployment.destroy(*names)

    applied = stacks_called(replayed_calls, settings, "apply")
    destroyed = stacks_called(replayed_calls, settings, "destroy")
    assert sorted(applied) == sorted(destroyed) == sorted(names)
    for name in names:
        for needed in REFERENCE[name]:
            assert applied.index(needed) < applied.index(name)
            assert destroyed.index(needed) > destroyed.index(name)


def test_independent_stacks_are_applied_at_the_same_time(
    make_stacks: MakeStacks, replayed_calls: Calls, tmp_path: Path
) -> None:
    deployment = make_stacks({"a": [], "b": []})
    # Each ends only once the other has an `apply.wait` of its own that is met: both must be running.
    for name, other in (("a", "b"), ("b", "a")):
        folder = deployment.folder(name)
        (folder / "apply.wait").write_text(str(deployment.folder(other) / "running"))
    binary = Path(tmp_path / "terraform")
    binary.write_text(binary.read_text().replace("exec ", '[ "$1" = apply ] && touch running\nexec '))

    deployment.apply("a", "b")

    assert len(replayed_calls()) == 4


def test_a_failure_names_stack_and_resource_and_later_stacks_do_not_start(
    make_stacks: MakeStacks, replayed_calls: Calls, settings: Settings, output: io.StringIO
) -> None:
    deployment = make_stacks({"vpc": [], "ecr": [], "alb": ["vpc"]})
    folder = deployment.folder("vpc")
    (folder / "apply.jsonl").write_text(
        event("apply_start", "aws_eip.a", "create")
        + event("apply_errored", "aws_eip.a", "create")
        + failure("creating EC2 EIP", "AddressLimitExceeded:\nthe limit is 5", "aws_eip.a")
    )
    (folder / "apply.code").write_text("1")

    with pytest.raises(OpsError) as error:
        deployment.apply("vpc", "ecr", "alb")

    assert str(error.value) == (
        f"{settings.stack_id('vpc')}: aws_eip.a: creating EC2 EIP AddressLimitExceeded: the limit is 5"
    )
    assert sorted(stacks_called(replayed_calls, settings, "apply")) == ["ecr", "vpc"]
    assert "aws_eip.a not created: failed" in output.getvalue()
    assert "ecr: no changes" in output.getvalue()


def test_each_resource_is_shown_as_it_is_done(
    make_stacks: MakeStacks, replayed_calls: Calls, output: io.StringIO
) -> None:
    deployment = make_stacks({"vpc": []})
    summary = {"type": "change_summary", "changes": {"add": 1, "change": 0, "remove": 1, "operation": "apply"}}
    (deployment.folder("vpc") / "apply.jsonl").write_text(
        event("apply_start", "aws_vpc.vpc", "create")
        + event("apply_complete", "aws_vpc.vpc", "create")
        + event("apply_complete", "data.aws_region.here", "read")
        + event("apply_complete", "aws_eip.old", "delete")
        + json.dumps(summary)
    )

    deployment.apply("vpc")

    lines = [line.partition(" s  ")[2] for line in output.getvalue().splitlines()]
    assert lines == ["vpc: …", "vpc: aws_vpc.vpc created", "vpc: aws_eip.old destroyed", "vpc: 1 created, 1 destroyed"]
    assert "\x1b" not in output.getvalue()


def test_a_stack_gets_only_the_variables_that_it_declares(
    make_stacks: MakeStacks, replayed_calls: Calls, settings: Settings
) -> None:
    deployment = make_stacks({"vpc": [], "service": []})
    configuration = {"variable": {"dashboard_version": {}}, "resource": {"terraform_data": {"made": {}}}}
    (deployment.folder("service") / "cdk.tf.json").write_text(json.dumps(configuration))

    deployment.apply("vpc", "service", variables={"dashboard_version": "1.0.0"})

    given = {call["stack"]: call["variables"] for call in replayed_calls() if call["arguments"][0] == "apply"}
    assert given[settings.stack_id("vpc")] == {}
    assert given[settings.stack_id("service")] == {"TF_VAR_dashboard_version": "1.0.0"}


def test_terraform_that_dies_without_a_diagnostic_is_quoted(
    make_stacks: MakeStacks, replayed_calls: Calls, settings: Settings
) -> None:
    deployment = make_stacks({"vpc": []})
    (deployment.folder("vpc") / "apply.jsonl").write_text("panic: no\n")
    (deployment.folder("vpc") / "apply.code").write_text("2")

    with pytest.raises(OpsError, match=f"{settings.stack_id('vpc')}: panic: no"):
        deployment.apply("vpc")


def test_a_missing_terraform_is_an_error_that_says_how_to_get_it(
    make_stacks: MakeStacks, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TERRAFORM_BINARY_NAME", "/nowhere/terraform")

    with pytest.raises(OpsError, match="/nowhere/terraform cannot be run"):
        make_stacks({"vpc": []}).apply("vpc")


def test_an_unknown_stack_is_refused_with_the_known_ones(make_stacks: MakeStacks) -> None:
    with pytest.raises(OpsError, match="there is no stack 'vcp': the stacks are vpc"):
        make_stacks({"vpc": []}).apply("vcp")


def test_missing_output_says_to_synthesize(make_stacks: MakeStacks) -> None:
    deployment = make_stacks({"vpc": []})
    (deployment.output_folder / "manifest.json").unlink()

    with pytest.raises(OpsError, match=r"run \./dashctl synth"):
        deployment.apply("vpc")


def test_settings_errors_of_synth_are_shown_as_they_are(
    make_stacks: MakeStacks, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DASH__TASK__CPU", "3")

    with pytest.raises(OpsError, match=r"^the settings of environment 'local' have 1 error:\n.*task\.cpu"):
        make_stacks({}).synth()


def test_a_stack_whose_producer_is_not_deployed_is_explained(
    make_stacks: MakeStacks, replayed_calls: Calls, monkeypatch: pytest.MonkeyPatch, settings: Settings
) -> None:
    reference = "${data.terraform_remote_state.cross-stack-reference-input-" + settings.stack_id("vpc") + ".outputs.id}"
    deployment = make_stacks({"vpc": [], "alb": ["vpc"]}, {"output": {"x": {"value": reference}}})
    monkeypatch.setattr(deployment, "outputs", lambda _name: {})

    planned = deployment.plan("alb")["alb"]

    assert planned.plan is None
    assert planned.obstacle == "needs vpc, not deployed yet: ./dashctl deploy vpc"
    assert replayed_calls() == []


@pytest.mark.parametrize(
    ("resources", "called"),
    [
        ([], []),
        ([{"mode": "managed", "type": "aws_kms_key", "instances": [{}]}], ["logs"]),
    ],
    ids=["never on", "switched off"],
)
def test_a_stack_without_resources_is_applied_only_to_remove_those_that_it_had(
    resources: list[dict[str, Any]],
    called: list[str],
    make_stacks: MakeStacks,
    replayed_calls: Calls,
    settings: Settings,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    deployment = make_stacks({"logs": []}, {})
    monkeypatch.setattr(deployment, "state", lambda _: RemoteState(etag="", outputs={}, resources=resources))

    assert deployment.plan("logs")["logs"].plan == Plan()
    deployment.apply("logs")

    assert stacks_called(replayed_calls, settings, "apply") == called
    assert stacks_called(replayed_calls, settings, "plan") == called


@pytest.mark.parametrize(("changed_before", "as_planned"), [((), True), (("ecr",), True), (("vpc",), False)])
def test_a_plan_is_applied_unless_what_it_was_made_from_has_changed(
    make_stacks: MakeStacks, replayed_calls: Calls, changed_before: tuple[str, ...], as_planned: bool
) -> None:
    deployment = make_stacks({"vpc": [], "ecr": [], "alb": ["vpc"]})
    plans = {"alb": StackPlan(Plan((ResourceChange("create", "aws_lb.load_balancer"),)))}

    assert deployment.apply("alb", plans=plans, changed_before=changed_before) == {"alb"}

    (applied,) = [call["arguments"] for call in replayed_calls() if call["arguments"][0] == "apply"]
    assert (applied[-1] == str(deployment.folder("alb") / "tfplan")) is as_planned


def test_what_a_stack_needs_is_deployed_with_it_unless_it_is_there(
    make_stacks: MakeStacks, monkeypatch: pytest.MonkeyPatch
) -> None:
    needs = {"state": [], "encryption": [], "logs": [], "ecr": ["encryption"], "bucket": ["encryption", "logs"]}
    deployment = make_stacks(needs | {"vpc": ["logs"]})
    there = RemoteState(etag="", outputs={}, resources=[])
    monkeypatch.setattr(deployment, "state", lambda name: there if name == "logs" else None)

    assert deployment.with_missing_producers(["ecr"]) == ["encryption", "ecr"]
    assert deployment.with_missing_producers(["vpc"]) == ["vpc"]
    assert set(deployment.with_missing_producers(["bucket", "ecr"])) == {"encryption", "ecr", "bucket"}
    assert deployment.with_missing_producers(["logs"]) == ["logs"]


def test_a_stack_that_lacks_an_output_is_deployed_again_with_the_one_that_reads_it(
    make_stacks: MakeStacks, monkeypatch: pytest.MonkeyPatch, settings: Settings
) -> None:
    """As one that was switched off has: its state is there, and empty."""
    reference = (
        "${data.terraform_remote_state.cross-stack-reference-input-" + settings.stack_id("logs") + ".outputs.id}"
    )
    deployment = make_stacks({"logs": [], "vpc": ["logs"]}, {"output": {"x": {"value": reference}}})
    monkeypatch.setattr(deployment, "state", lambda _: RemoteState(etag="", outputs={}, resources=[]))

    assert deployment.with_missing_producers(["vpc"]) == ["logs", "vpc"]


@pytest.mark.parametrize(
    ("diagnostic", "said"),
    [
        (failure('Failed: S3 bucket "b" does not exist. NoSuchBucket: '), r"does not exist: run \./dashctl deploy"),
        (failure("Unable to find remote state", "", "data.x.cross-stack-reference-input-p-vpc"), "p-vpc is not dep"),
        (failure("dial tcp 127.0.0.1:1: connect: connection refused"), r"\./dashctl up starts it"),
        (failure("ExpiredToken: gone"), "sign in again"),
        (failure("reading ECR Images", "", "data.aws_ecr_image.dashboard"), "push its image first"),
        (
            failure(
                "Error acquiring the state lock",
                "Lock Info:\n  ID:        12-ab\n  Operation: OperationTypeApply\n  Who:       me@there\n"
                "  Created:   2026-11-23 21:04:26.884817219 +0000 UTC\n",
            ),
            r"locked by me@there since 2026-11-23 21:04:26 UTC, .* ago \(apply\): wait .* force-unlock 12-ab",
        ),
    ],
)
def test_known_faults_say_what_to_do(
    make_stacks: MakeStacks, replayed_calls: Calls, diagnostic: str, said: str
) -> None:
    deployment = make_stacks({"vpc": []})
    (deployment.folder("vpc") / "apply.jsonl").write_text(diagnostic)
    (deployment.folder("vpc") / "apply.code").write_text("1")

    with pytest.raises(OpsError, match=said) as error:
        deployment.apply("vpc")

    assert "\n" not in str(error.value)
