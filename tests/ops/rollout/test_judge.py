"""What the judge makes of one look, where no recorded case shows it."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from ops.rollout.judge import judge
from ops.rollout.observed import Container, Event, Observed, Rollback, Rollout, Task
from ops.rollout.stopped import cause_of, has_failed
from ops.rollout.verdict import State
from tests.ops.rollout.conftest import WANTED

pytestmark = pytest.mark.unit

BEGAN = datetime(2026, 1, 1, tzinfo=UTC)
TASK = Task(
    id="aaaa",
    task_definition=WANTED.task_definition,
    started_by="ecs-svc/2",
    digest=WANTED.digest,
    desired_status="RUNNING",
    last_status="RUNNING",
    health="HEALTHY",
    target="healthy",
)
ROLLOUT = Rollout(
    id="ecs-svc/2", task_definition=WANTED.task_definition, primary=True, state="COMPLETED", created=BEGAN, task_count=1
)
STEADY = Observed(desired_count=1, rollouts=(ROLLOUT,), tasks=(TASK,))
STOPPED = replace(
    TASK, id="bbbb", desired_status="STOPPED", last_status="STOPPED", stop_code="EssentialContainerExited", target=""
)
OLD = "arn:aws:ecs:us-east-1:123456789012:task-definition/plotly_dash_app:1"


def state_of(seen: Observed, first: Observed = STEADY) -> State:
    return judge(WANTED, seen, first).state


def test_it_is_steady_when_all_is_as_wanted() -> None:
    assert state_of(STEADY) is State.STEADY
    assert state_of(replace(STEADY, tasks=(replace(TASK, health=""),))) is State.STEADY  # no health check of its own


@pytest.mark.parametrize(
    "task",
    [
        replace(TASK, last_status="PENDING"),
        replace(TASK, digest=None),
        replace(TASK, health="UNKNOWN"),
        replace(TASK, health="UNHEALTHY"),
        replace(TASK, target=""),
        replace(TASK, target="initial"),
        replace(TASK, target="unhealthy"),
        replace(TASK, target="draining"),
        replace(TASK, desired_status="STOPPED", stop_code="ServiceSchedulerInitiated"),
        replace(TASK, task_definition=OLD),
    ],
)
def test_one_task_that_is_not_ready_keeps_it_going(task: Task) -> None:
    assert state_of(replace(STEADY, tasks=(task,))) is State.GOING_ON
    assert state_of(replace(STEADY, desired_count=2, tasks=(TASK, task))) is State.GOING_ON


@pytest.mark.parametrize(
    "seen",
    [
        replace(STEADY, desired_count=2),
        replace(STEADY, tasks=()),
        replace(STEADY, tasks=(TASK, replace(TASK, id="cccc"))),
        replace(STEADY, tasks=(TASK, replace(TASK, id="cccc", task_definition=OLD, desired_status="STOPPED"))),
        replace(STEADY, rollouts=(replace(ROLLOUT, state="IN_PROGRESS"),)),
        replace(
            STEADY, rollouts=(ROLLOUT, replace(ROLLOUT, id="ecs-svc/1", task_definition=OLD, primary=False))
        ),
        replace(STEADY, problem="the emulator does not answer"),
    ],
)  # fmt: skip
def test_anything_that_is_missing_keeps_it_going(seen: Observed) -> None:
    verdict = judge(WANTED, seen, STEADY)
    assert verdict.state is State.GOING_ON
    assert verdict.missing
    assert seen.problem in verdict.line


def test_what_is_cleared_up_after_an_old_task_is_not_waited_for() -> None:
    old = replace(TASK, id="cccc", task_definition=OLD, desired_status="STOPPED", last_status="DEPROVISIONING")
    assert state_of(replace(STEADY, tasks=(TASK, old))) is State.STEADY


def test_a_task_with_another_image_fails_it() -> None:
    verdict = judge(WANTED, replace(STEADY, tasks=(replace(TASK, digest="sha256:other"),)), STEADY)
    assert (verdict.state, "runs the image sha256:other" in verdict.line) == (State.FAILED, True)


@pytest.mark.parametrize(
    ("code", "reason", "failed"),
    [
        ("TaskFailedToStart", "Unexpected EC2 error while attempting to Create Network Interface", True),
        ("EssentialContainerExited", "Essential container in task exited", True),
        ("EssentialContainerExited", "Your Spot Task was interrupted.", False),
        ("ServiceSchedulerInitiated", "Task failed ELB health checks in (target-group arn)", True),
        ("ServiceSchedulerInitiated", "Task failed container health checks", True),
        ("ServiceSchedulerInitiated", "Scaling activity initiated by (deployment ecs-svc/2)", False),
        ("SpotInterruption", "worded otherwise", False),
        ("TerminationNotice", "worded otherwise", False),
        ("UserInitiated", "Task stopped by user", False),
        ("InfrastructureHealth", "Underlying hardware has degraded", False),
        ("", "ended with exit code 3", True),
        ("", "", False),
    ],
)
def test_what_stops_a_task_tells_against_its_version_or_not(code: str, reason: str, failed: bool) -> None:
    task = replace(STOPPED, stop_code=code, stopped_reason=reason)
    assert has_failed(task) is failed
    assert not has_failed(replace(task, desired_status="RUNNING"))
    assert (state_of(replace(STEADY, tasks=(TASK, task))) is State.FAILED) is failed


def test_only_tasks_of_this_rollout_tell_against_it() -> None:
    assert state_of(replace(STEADY, tasks=(TASK, replace(STOPPED, started_by="ecs-svc/1")))) is State.STEADY
    assert state_of(replace(STEADY, tasks=(TASK, replace(STOPPED, task_definition=OLD)))) is State.STEADY
    known = judge(WANTED, replace(STEADY, tasks=(TASK, STOPPED)), STEADY, known=frozenset({"bbbb"}))
    assert known.state is State.STEADY


def test_only_events_of_this_rollout_tell_against_it() -> None:
    event = Event(id="e", message="(service s) was unable to place a task. Reason: any.", at=BEGAN)
    assert state_of(replace(STEADY, events=(event,))) is State.FAILED
    assert state_of(replace(STEADY, events=(replace(event, at=BEGAN - timedelta(seconds=1)),))) is State.STEADY
    assert judge(WANTED, replace(STEADY, events=(event,)), STEADY, known=frozenset("e")).state is State.STEADY


def test_a_new_rollout_of_the_same_task_definition_is_no_other_version() -> None:
    again = replace(STEADY, rollouts=(replace(ROLLOUT, id="ecs-svc/3"),))
    assert state_of(again) is State.STEADY


def test_a_rollback_to_the_same_task_definition_is_told() -> None:
    back = replace(ROLLOUT, id="ecs-svc/3", state="IN_PROGRESS", reason="ECS … rolling back to deploymentId ecs-svc/1.")
    assert state_of(replace(STEADY, rollouts=(back,))) is State.FAILED


def test_a_rollout_that_ecs_gives_up_is_told() -> None:
    begun = replace(STEADY, rollouts=(replace(ROLLOUT, state="IN_PROGRESS"),))
    given_up = replace(STEADY, rollouts=(replace(ROLLOUT, state="FAILED"),), tasks=())
    assert state_of(given_up, begun) is State.FAILED


def test_a_rollback_of_an_earlier_rollout_tells_nothing_of_this_one() -> None:
    failed = replace(ROLLOUT, id="ecs-svc/1", task_definition=OLD, primary=False, state="FAILED", task_count=0)
    seen = replace(STEADY, rollouts=(ROLLOUT, failed), rollback=Rollback(reason="of the deployment before"))
    assert state_of(seen) is State.STEADY


def test_several_failures_may_be_borne() -> None:
    seen = replace(STEADY, tasks=(TASK, STOPPED), failures=2)
    assert judge(WANTED, seen, STEADY, failures=3).state is State.STEADY
    assert judge(WANTED, seen, STEADY, failures=2).state is State.FAILED


@pytest.mark.parametrize(
    ("said", "cause"),
    [
        ("CannotPullImageManifestError: Error response from daemon", "its image cannot be pulled"),
        ("ECS was unable to assume the role 'arn:aws:iam::1:role/x' that was provided", "ECS may not take on"),
        ("You've reached the limit on the number of vCPUs you can run concurrently", "may not run more Fargate tasks"),
        ("Unexpected EC2 error while attempting to Create Network Interface", "it got no address"),
        ("anything else", ""),
    ],
)
def test_a_text_of_ecs_is_put_into_words(said: str, cause: str) -> None:
    assert cause in cause_of(said)
    assert bool(cause_of(said)) is bool(cause)


def test_a_container_is_told_with_its_exit_code() -> None:
    ended = replace(STOPPED, containers=(Container(name="plotlyDashApp", exit_code=3),))
    assert "exit code 3" in judge(WANTED, replace(STEADY, tasks=(TASK, ended)), STEADY).line
