"""In which order a deployment goes, what is emptied, and what is said where it does not come to the end."""

import io
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from config import Settings
from ops.deployment import REMOTE_OUTPUT, Deployment
from ops.errors import OpsError
from ops.remote_state import RemoteState
from ops.teardown import removal
from ops.teardown.managed import deployed_states, managed
from ops.teardown.removal import LAST, remove
from tests.ops.teardown.states import state_of

pytestmark = pytest.mark.unit

MakeStacks = Callable[..., Deployment]
Calls = Callable[[], list[dict[str, Any]]]

GOLDEN = Path(__file__).parents[2] / "stacks" / "golden"
NEEDS: dict[str, list[str]] = {
    "state": [],
    "encryption": [],
    "logs": [],
    "bucket": ["encryption", "logs"],
    "ecr": ["encryption"],
    "alb": ["logs"],
    "service": ["alb", "bucket", "ecr"],
}


@pytest.fixture
def states() -> dict[str, RemoteState]:
    """Every stack with a resource; the data bucket may be destroyed with what is in it, that of the logs not."""
    return {name: state_of(terraform_data={}) for name in NEEDS} | {
        "bucket": state_of(aws_s3_bucket={"bucket": "data", "force_destroy": True}),
        "logs": state_of(aws_s3_bucket={"bucket": "logs", "force_destroy": False}),
    }


@pytest.fixture
def emptied(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The buckets that would be emptied."""
    buckets: list[str] = []
    monkeypatch.setattr(removal, "empty_bucket", lambda _aws, bucket, _step: buckets.append(bucket))
    return buckets


@pytest.fixture
def deployment(
    make_stacks: MakeStacks, states: dict[str, RemoteState], emptied: list[str], monkeypatch: pytest.MonkeyPatch
) -> Deployment:
    made = make_stacks(NEEDS)
    monkeypatch.setattr(made, "state", states.get)
    return made


def destroyed(calls: Calls, settings: Settings) -> list[str]:
    stacks = [call["stack"] for call in calls() if call["arguments"][0] == "destroy"]
    return [stack.removeprefix(settings.stack_id("")) for stack in stacks]


def test_consumers_go_before_their_producers_and_the_state_bucket_stays(
    deployment: Deployment, replayed_calls: Calls, settings: Settings
) -> None:
    remove(deployment, deployed_states(deployment))

    order = destroyed(replayed_calls, settings)
    assert sorted(order) == sorted(set(NEEDS) - {"state"})
    assert all(order.index(name) < order.index(needed) for name in order for needed in NEEDS[name])


def test_only_a_bucket_that_may_be_destroyed_is_emptied(
    deployment: Deployment, replayed_calls: Calls, emptied: list[str]
) -> None:
    remove(deployment, deployed_states(deployment))

    assert emptied == ["data"]


def test_a_bucket_is_emptied_once_what_uses_it_is_gone(
    deployment: Deployment, replayed_calls: Calls, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    before: list[str] = []
    monkeypatch.setattr(removal, "empty_bucket", lambda *_: before.extend(destroyed(replayed_calls, settings)))

    remove(deployment, deployed_states(deployment))

    assert sorted(before) == ["alb", "service"]


def test_what_is_gone_already_is_passed_over(
    deployment: Deployment, states: dict[str, RemoteState], replayed_calls: Calls, settings: Settings
) -> None:
    del states["service"], states["alb"], states["ecr"]

    remove(deployment, deployed_states(deployment))

    assert destroyed(replayed_calls, settings)[0] == "bucket"
    assert sorted(destroyed(replayed_calls, settings)) == ["bucket", "encryption", "logs"]


def test_after_a_failure_what_is_left_is_said(
    deployment: Deployment,
    states: dict[str, RemoteState],
    replayed_calls: Calls,
    emptied: list[str],
    output: io.StringIO,
) -> None:
    (deployment.folder("alb") / "destroy.code").write_text("1")
    left = deployed_states(deployment)
    del states["service"]

    with pytest.raises(OpsError):
        remove(deployment, left)

    assert emptied == []
    last = output.getvalue().splitlines()[-1]
    assert last.startswith("still deployed in environment 'local': ")
    assert "alb (1)" in last
    assert "service" not in last
    assert last.endswith(": ./dashctl destroy --env local goes on")


def test_after_an_interrupt_what_is_left_is_said(
    deployment: Deployment, replayed_calls: Calls, output: io.StringIO, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupt(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(removal, "empty_bucket", interrupt)

    with pytest.raises(KeyboardInterrupt):
        remove(deployment, deployed_states(deployment))

    lines = output.getvalue().splitlines()
    assert "still deployed in environment 'local': " in lines[-1]
    assert any("empty data: interrupted" in line for line in lines)


def test_why_it_ended_is_told_although_aws_cannot_be_asked_any_more(
    deployment: Deployment, replayed_calls: Calls, monkeypatch: pytest.MonkeyPatch
) -> None:
    left = deployed_states(deployment)

    def refuse(*_: object) -> None:
        monkeypatch.setattr(deployment, "state", unreachable)
        raise OpsError("S3 keeps some")

    def unreachable(_name: str) -> None:
        raise OpsError("AWS cannot be reached")

    monkeypatch.setattr(removal, "empty_bucket", refuse)

    with pytest.raises(OpsError, match=r"^S3 keeps some$"):
        remove(deployment, left)


def test_terraform_gets_the_version_that_it_wants(
    make_stacks: MakeStacks, replayed_calls: Calls, emptied: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    made = make_stacks({"service": []}, {"variable": {"dashboard_version": {}}, "resource": {"a": {"b": {}}}})
    monkeypatch.setattr(made, "state", {"service": state_of(terraform_data={})}.get)

    remove(made, deployed_states(made))

    assert [call["variables"] for call in replayed_calls() if call["arguments"][0] == "destroy"] == [
        {"TF_VAR_dashboard_version": "none"}
    ]


def test_attributes_of_data_sources_are_not_those_of_resources() -> None:
    state = state_of(aws_s3_bucket={"bucket": "ours"})
    state.resources.append(
        {"mode": "data", "type": "aws_s3_bucket", "instances": [{"attributes": {"bucket": "somebody's"}}]}
    )

    assert list(managed(state, "aws_s3_bucket")) == [{"bucket": "ours"}]


def test_no_stack_goes_before_one_that_reads_it() -> None:
    reads = {
        file.name.partition(".")[0]: {stack.rpartition("-")[2] for stack, _ in REMOTE_OUTPUT.findall(file.read_text())}
        for file in GOLDEN.glob("*.tf.json")
    }
    rounds = [set(reads) - {name for names in LAST for name in names}, *map(set, LAST)]
    assert reads["bucket"] == {"encryption", "logs"}
    for number, gone in enumerate(rounds):
        for later in rounds[number + 1 :]:
            assert not [(name, reads[name] & gone) for name in later if reads[name] & gone]
