"""Every way a deployment can end, as AWS tells it: recorded answers, played over HTTP to real boto3 clients."""

import io
import time
from types import SimpleNamespace
from typing import Any

import pytest

from ops.deployment import Deployment
from ops.errors import OpsError
from ops.remote_state import RemoteState
from ops.rollout.watch import look, wanted_of, watch
from tests.ops.rollout.conftest import WANTED
from tests.ops.rollout.fake_aws import RECORDED, FakeAws, recorded

pytestmark = pytest.mark.unit

# What is steady in the end, and what the watch said of it.
STEADY = {
    "success": "2 of 2 tasks healthy",
    "first_deployment": "2 of 2 tasks healthy",
    "spot": "2 of 2 tasks healthy",
    "scaled_in": "2 of 2 tasks healthy",
    "no_tasks": "no task is to run (off hours, or scaled to 0)",
    "throttled": "2 of 2 tasks healthy",
    "nothing_to_do": "2 of 2 tasks healthy",
    "older_failure": "2 of 2 tasks healthy",
}

TASK = "3" * 32
GOES_ON = "ECS goes on trying, and goes back to the version before by itself if more tasks fail: ./dashctl status"

# What failed, and what the watch said of it.
FAILED = {
    "cannot_pull": [
        f"version 1.4.0 does not run: task {TASK}: its image cannot be pulled (TaskFailedToStart; CannotPullContainer",
        "what to do: look whether the registry has it (./dashctl image list)",
        GOES_ON,
    ],
    "cannot_pull_platform": [f"task {TASK}: its image is for another processor (", "task.architecture", GOES_ON],
    "secret": ["its secrets, or the key to the registry, cannot be read (", "[task.secrets]", GOES_ON],
    "log_group": ["its log cannot be reached (", "look whether the log group exists", GOES_ON],
    "crash": [
        f"task {TASK}: its container ended by itself (EssentialContainerExited; Essential container in task exited; "
        "exit code 1)",
        "\n  Traceback (most recent call last):\n  ModuleNotFoundError: No module named 'pandas'\n",
        "what to do: look in its log (./dashctl logs)",
        GOES_ON,
    ],
    "out_of_memory": ["it ran out of memory (", "exit code 137", "task.memory", GOES_ON],
    "killed_137": ["it ran out of memory (", "exit code 137", "task.memory", GOES_ON],
    "exec_format": [
        "exit code 255",
        "\n  exec /usr/local/bin/python: exec format error\nthat means: its image is for another processor\n",
        "what to do: build it for the one that task.architecture names",
    ],
    "elb_health": [
        "it failed the load balancer's health check (",
        "Health checks failed with these codes: [500]",
        "\n  GET /health 500\n",
        "service.health_check_grace_period_seconds",
        GOES_ON,
    ],
    "container_health": ["its container failed its own health check (", "\n  no data after 30 s\n", GOES_ON],
    "circuit_breaker": [
        "ECS has gone back to task definition plotly_dash_app:1 from version 1.4.0: too many of its tasks failed "
        f"(circuit breaker): task {TASK}: its container ended by itself",
        "ECS says: Service deployment rolled back because the circuit breaker threshold was exceeded.",
        "\n  ModuleNotFoundError: No module named 'pandas'\n",
    ],
    "circuit_breaker_denied": [
        "ECS has gone back to task definition plotly_dash_app:1 from version 1.4.0: too many of its tasks failed",
        "ECS says: ECS deployment circuit breaker: rolling back to deploymentId",
    ],
    "rolled_back_before": [
        "ECS has gone back to task definition plotly_dash_app:1 from version 1.4.0: too many of its tasks failed",
    ],
    "circuit_breaker_first": [
        "ECS has given up version 1.4.0, and there is none to go back to: too many of its tasks failed (",
        "ECS says: Service deployment rollback failed because no rollback candidate is available.",
    ],
    "alarm": [
        "ECS has gone back to task definition plotly_dash_app:1 from version 1.4.0: an alarm was raised "
        "(plotly-dash-dev-server-errors)",
        "docs/runbook.md",
    ],
    "no_capacity": ["Capacity is unavailable at this time", "service.spot_share", GOES_ON],
    "replaced": [
        "somebody has deployed something else meanwhile: ECS replaces it by task definition plotly_dash_app:3"
    ],
    "scaled_to_zero": ["the service was scaled to 0 tasks meanwhile", "nobody has seen version 1.4.0 run"],
    "gone": ["the ECS service, or its cluster, is gone", "what to do: deploy it again (./dashctl deploy)"],
    "cluster_gone": ["the ECS service, or its cluster, is gone"],
    "expired": ["the AWS credentials have expired: sign in again", "the deployment goes on without this"],
}


def play(fake_aws: FakeAws, case: dict[str, Any], deployment: Deployment, **options: Any) -> tuple[int, str]:  # noqa: ANN401 - of watch
    """Watch a case; return how many tasks run, and the step's outcome."""
    fake_aws.play(case)
    with deployment.progress.step("rollout") as step:
        count = watch(deployment, WANTED, step, **{"poll_seconds": 0.01, **options})
        return count, step.outcome


@pytest.fixture(autouse=True)
def no_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    """ECS shows at once what it was told, and CloudWatch what was written."""
    monkeypatch.setattr("ops.rollout.watch._SETTLED_SECONDS", 0.0)
    monkeypatch.setattr("ops.rollout.last_words._PAUSE_SECONDS", 0.01)


def test_every_recorded_case_is_played() -> None:
    assert {file.stem for file in RECORDED.glob("*.json")} == {*STEADY, *FAILED, "slow", "common"}


@pytest.mark.parametrize("name", STEADY)
def test_a_deployment_that_is_true_ends_well(
    name: str, deployment: Deployment, fake_aws: FakeAws, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ops.rollout.watch._SETTLED_SECONDS", 10.0)
    count, outcome = play(fake_aws, recorded(name), deployment)
    assert outcome.startswith(STEADY[name])
    assert count == (0 if name == "no_tasks" else 2)


@pytest.mark.parametrize("name", FAILED)
def test_a_deployment_that_fails_says_why_and_what_to_do(name: str, deployment: Deployment, fake_aws: FakeAws) -> None:
    with pytest.raises(OpsError) as told:
        play(fake_aws, recorded(name), deployment)
    for text in FAILED[name]:
        assert text in str(told.value)


def test_nothing_is_steady_before_the_end(deployment: Deployment, fake_aws: FakeAws) -> None:
    for name in ("success", "spot", "scaled_in", "no_tasks", "older_failure"):
        case = recorded(name)
        for count in range(1, len(case["frames"])):
            with pytest.raises(OpsError, match=r"does not run after 0\.001 minutes"):
                play(fake_aws, {**case, "frames": case["frames"][:count]}, deployment, timeout_minutes=0.001)


def test_it_says_what_goes_on_and_what_ecs_tells(
    deployment: Deployment, fake_aws: FakeAws, output: io.StringIO
) -> None:
    case = recorded("success")
    case["frames"][2]["service"]["events"] = case["frames"][1]["service"]["events"]
    play(fake_aws, case, deployment)
    lines = [line.partition("rollout: ")[2] for line in output.getvalue().splitlines()]
    assert lines[:6] == [
        "…",
        "0 of 2 tasks healthy, 2 starting, 2 old ones running",
        f"(service PlotlyDashService-dev) has started 2 tasks: (task {'3' * 32}) (task {'4' * 32}).",
        "1 of 2 tasks healthy, 1 starting, 2 old ones running",
        "2 of 2 tasks healthy, 2 old ones draining",
        f"(service PlotlyDashService-dev) has stopped 2 running tasks: (task {'1' * 32}) (task {'2' * 32}).",
    ]
    assert "2 of 2 tasks healthy, ECS has not completed the deployment yet" in lines
    assert "(service PlotlyDashService-dev) has reached a steady state." in lines
    assert lines.count("(service PlotlyDashService-dev) has reached a steady state.") == 1  # not that of the day before


def test_a_time_out_says_what_is_missing(deployment: Deployment, fake_aws: FakeAws) -> None:
    began = time.monotonic()
    with pytest.raises(OpsError) as told:
        play(fake_aws, recorded("slow"), deployment, timeout_minutes=0.02)
    assert time.monotonic() - began > 1.2
    assert str(told.value).splitlines()[:7] == [
        "version 1.4.0 does not run after 0.02 minutes: 1 of 2 tasks healthy, 1 starting, 2 old ones running",
        "  tasks that run: 4, 2 more than shall",
        f"  task {'1' * 32} is of task definition plotly_dash_app:1",
        f"  task {'2' * 32} is of task definition plotly_dash_app:1",
        f"  task {'4' * 32} is UNKNOWN by its container's health check",
        "  tasks that ECS still counts for task definition plotly_dash_app:1: 2",
        "  ECS calls the rollout IN_PROGRESS: ECS deployment ecs-svc/2222222222222222222 in progress.",
    ]
    assert "--timeout MINUTES" in str(told.value)


def test_it_ends_at_the_first_look_that_shows_the_event_and_looks_every_few_seconds(
    deployment: Deployment, fake_aws: FakeAws, monkeypatch: pytest.MonkeyPatch
) -> None:
    pauses: list[float] = []
    monkeypatch.setattr("ops.rollout.watch.time", SimpleNamespace(sleep=pauses.append))
    fake_aws.play(recorded("crash"))
    with pytest.raises(OpsError, match="exit code 1"), deployment.progress.step("rollout") as step:
        watch(deployment, WANTED, step)
    assert fake_aws.calls.count("DescribeServices") == 2
    assert len(pauses) == 1
    assert 0 < pauses[0] <= 5


def test_a_throttled_ecs_is_not_borne_for_ever(
    deployment: Deployment, fake_aws: FakeAws, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ops.rollout.faults._BORNE_SECONDS", 0.1)
    case = recorded("throttled")
    del case["frames"][-1]
    with pytest.raises(OpsError, match=r"ThrottlingException: Rate exceeded\nthe deployment goes on without this"):
        play(fake_aws, case, deployment)


def test_a_network_that_fails_for_a_moment_is_borne(deployment: Deployment, fake_aws: FakeAws) -> None:
    case = recorded("success")
    case["frames"][1:1] = [{"hangs_up": True}] * 4
    assert play(fake_aws, case, deployment)[0] == 2
    assert fake_aws.calls.count("DescribeServices") > 4


def test_what_had_failed_before_the_deployment_does_not_count(deployment: Deployment, fake_aws: FakeAws) -> None:
    case = recorded("crash")
    fake_aws.play({**case, "frames": case["frames"][-1:]})
    before = look(deployment, WANTED)
    assert [task.id for task in before.tasks if not task.wanted] == [TASK]
    with pytest.raises(OpsError, match="does not run after"):
        play(fake_aws, case, deployment, before=before, timeout_minutes=0.005)


def test_until_it_has_settled_ecs_may_show_what_was_before(
    deployment: Deployment, fake_aws: FakeAws, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ops.rollout.watch._SETTLED_SECONDS", 10.0)
    case = recorded("success")
    case["frames"] = [*recorded("rolled_back_before")["frames"], *case["frames"]]
    assert play(fake_aws, case, deployment)[0] == 2


def test_once_ecs_has_shown_the_deployment_it_is_missed_at_once(
    deployment: Deployment, fake_aws: FakeAws, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ops.rollout.watch._SETTLED_SECONDS", 10.0)
    case = recorded("replaced")
    del case["frames"][-1]["service"]["deployments"][1:]
    case["frames"] = [*recorded("rolled_back_before")["frames"], *case["frames"]]
    with pytest.raises(OpsError, match="somebody has deployed something else meanwhile"):
        play(fake_aws, case, deployment, timeout_minutes=0.05)


def test_several_failures_are_borne_where_the_caller_says_so(deployment: Deployment, fake_aws: FakeAws) -> None:
    case = recorded("crash")
    case["frames"].append(recorded("success")["frames"][-1])
    assert play(fake_aws, case, deployment, failures=2)[0] == 2


def test_raised_alarms_are_named_where_the_deployments_are_not_told(deployment: Deployment, fake_aws: FakeAws) -> None:
    case = recorded("alarm")
    case["frames"][-1]["error"] = {"ListServiceDeployments": {"code": "AccessDeniedException", "message": "no"}}
    with pytest.raises(OpsError, match=r"an alarm was raised \(plotly-dash-dev-slow-answers\)"):
        play(fake_aws, case, deployment)


def test_a_log_that_comes_late_is_waited_for(
    deployment: Deployment, fake_aws: FakeAws, monkeypatch: pytest.MonkeyPatch
) -> None:
    case = recorded("crash")
    del case["frames"][0]  # so that only the log is waited for
    logs = case.pop("logs")

    def write_log(_: float) -> None:
        case["logs"] = logs

    monkeypatch.setattr("ops.rollout.last_words.time.sleep", write_log)
    with pytest.raises(OpsError, match="ModuleNotFoundError"):
        play(fake_aws, case, deployment)


def test_a_task_that_never_began_has_no_log(deployment: Deployment, fake_aws: FakeAws) -> None:
    with pytest.raises(OpsError, match="cannot be pulled"):
        play(fake_aws, recorded("cannot_pull"), deployment)
    assert "GetLogEvents" not in fake_aws.calls


def test_a_first_deployment_that_fails_has_nothing_to_go_back_to(deployment: Deployment, fake_aws: FakeAws) -> None:
    case = recorded("crash")
    del case["frames"][-1]["service"]["deployments"][1:]
    with pytest.raises(OpsError) as told:
        play(fake_aws, case, deployment)
    assert "ECS goes on trying, and gives up by itself if more tasks fail: " in str(told.value)
    assert "rollback" not in str(told.value)


def test_without_the_circuit_breaker_ecs_tries_for_ever(deployment: Deployment, fake_aws: FakeAws) -> None:
    case = recorded("crash")
    case["frames"][-1]["service"]["deploymentConfiguration"]["deploymentCircuitBreaker"]["enable"] = False
    with pytest.raises(OpsError, match="ECS goes on trying, without an end: "):
        play(fake_aws, case, deployment)


def test_what_is_wanted_is_what_terraform_has_deployed(deployment: Deployment, monkeypatch: pytest.MonkeyPatch) -> None:
    outputs = {"task_definition_arn": WANTED.task_definition, "image_digest": WANTED.digest}
    image = {"mode": "data", "type": "aws_ecr_image", "instances": [{"attributes": {"image_tag": WANTED.version}}]}
    states = {"service": RemoteState(etag="", outputs=outputs, resources=[image])}
    monkeypatch.setattr(deployment, "state", states.get)
    assert wanted_of(deployment) == WANTED
    outputs.clear()
    with pytest.raises(OpsError, match="the service is not deployed: "):
        wanted_of(deployment)
    states.clear()
    with pytest.raises(OpsError, match="the service is not deployed: "):
        wanted_of(deployment)


def test_ctrl_c_passes(deployment: Deployment, fake_aws: FakeAws, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupt(_: float) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("ops.rollout.watch.time.sleep", interrupt)
    with pytest.raises(KeyboardInterrupt):
        play(fake_aws, recorded("slow"), deployment)
