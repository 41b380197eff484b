"""A version that ECS has given up is tried again, when it is deployed again."""

import io
from typing import Any

import pytest
from rich.console import Console

from ops.progress import Progress
from ops.rollout.observed import Observed, Rollout
from ops.rollout.retry import retry_given_up
from ops.rollout.verdict import Wanted
from tests.settings import settings_of

pytestmark = pytest.mark.unit

WANTED = Wanted(task_definition="family:2", version="1.4.0", digest="sha256:1")


class Calls:
    """AWS that notes how services are updated."""

    def __init__(self) -> None:
        self.settings = settings_of({"DASH_ENV": "prod", "DASH__AWS__ACCOUNT_ID": "123456789012"})
        self.updates: list[dict[str, Any]] = []
        self.ecs = self

    def update_service(self, **options: Any) -> None:  # noqa: ANN401
        self.updates.append(options)

    def errors(self) -> "Calls":
        return self

    def __enter__(self) -> None:
        pass

    def __exit__(self, *_: object) -> None:
        pass


def retried(state: str, task_definition: str) -> list[dict[str, Any]]:
    """Return how the service is updated where its newest rollout was in this state."""
    rollout = Rollout(id="ecs-svc/1", task_definition=task_definition, primary=True, state=state)
    aws = Calls()
    with Progress(Console(file=io.StringIO())) as progress, progress.step("rollout") as step:
        retry_given_up(aws, WANTED, Observed(rollouts=(rollout,)), step)  # type: ignore[arg-type]
    return aws.updates


def test_what_was_given_up_is_tried_again() -> None:
    expected = {"cluster": "ClusterPlotlyDash", "service": "PlotlyDashService", "forceNewDeployment": True}
    assert retried("FAILED", "family:2") == [expected]


@pytest.mark.parametrize(
    ("state", "task_definition"), [("COMPLETED", "family:2"), ("IN_PROGRESS", "family:2"), ("FAILED", "family:1")]
)
def test_nothing_else_is(state: str, task_definition: str) -> None:
    assert retried(state, task_definition) == []
