"""`diff` where the plan of one stack fails."""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from typer.testing import CliRunner

from ops import session, state_bucket
from ops.cli import app
from ops.deployment import Deployment
from ops.errors import OpsError

pytestmark = pytest.mark.unit


def planned(address: str) -> str:
    change = {"resource": {"addr": address}, "action": "create"}
    return json.dumps({"type": "planned_change", "change": change}) + "\n"


def failure(summary: str) -> str:
    return json.dumps({"type": "diagnostic", "diagnostic": {"severity": "error", "summary": summary}}) + "\n"


@pytest.fixture
def deployment(
    make_stacks: Callable[..., Deployment],
    replayed_calls: Callable[[], list[dict[str, Any]]],
    monkeypatch: pytest.MonkeyPatch,
) -> Deployment:
    """Stacks of which `ecr` would change, `vpc` cannot be planned and `alb` would not change."""
    made = make_stacks({"ecr": [], "vpc": [], "alb": ["vpc"]})
    (made.folder("ecr") / "plan.jsonl").write_text(planned("aws_ecr_repository.dashboard"))
    (made.folder("ecr") / "plan.code").write_text("2")
    (made.folder("vpc") / "plan.jsonl").write_text(failure("ExpiredToken: gone"))
    (made.folder("vpc") / "plan.code").write_text("1")

    @contextmanager
    def this_deployment() -> Iterator[Deployment]:
        yield made

    monkeypatch.setattr(session, "deployment", this_deployment)
    monkeypatch.setattr(state_bucket, "bucket_exists", lambda _: True)
    monkeypatch.setattr(made, "synth", lambda: None)
    monkeypatch.setattr(made.aws, "require_account", lambda: None)
    monkeypatch.setattr(made, "deployed_version", lambda: None)
    return made


def test_the_other_stacks_are_shown_and_the_failure_decides(deployment: Deployment) -> None:
    result = CliRunner().invoke(app, ["diff"])

    assert "ecr: 1 to create\n    + aws_ecr_repository.dashboard\n" in result.output
    assert "vpc: its plan failed\n" in result.output
    assert "alb: no changes\n" in result.output
    # Which the command line prints, and exits with 1: see test_cli.py.
    assert isinstance(result.exception, OpsError)
    assert str(result.exception) == (
        f"{deployment.settings.stack_id('vpc')}: the AWS credentials have expired: sign in again, then run this again"
    )


def test_without_the_failing_stack_there_is_none(deployment: Deployment) -> None:
    result = CliRunner().invoke(app, ["diff", "ecr", "alb"])

    assert result.exit_code == 2
    assert isinstance(result.exception, SystemExit)
