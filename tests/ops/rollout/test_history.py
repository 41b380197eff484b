"""Which task definitions were deployed in vain, as ECS and the agent of this machine tell it."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from botocore.stub import Stubber

from ops.aws import Aws
from ops.errors import OpsError
from ops.local.agent_control import AgentControl
from ops.local.agent_record import AgentRecord
from ops.local.processes import ProcessRecord
from ops.rollout.history import never_steady
from tests.settings import settings_of

pytestmark = pytest.mark.unit

FAMILY = "arn:aws:ecs:us-east-1:123456789012:task-definition/family"
REVISION = "arn:aws:ecs:us-east-1:123456789012:service-revision/c/s"
SERVICE = {"cluster": "ClusterPlotlyDash", "service": "PlotlyDashService"}


@pytest.fixture
def ecs(unreached: Aws) -> Iterator[Stubber]:
    with Stubber(unreached.ecs) as stubber:
        yield stubber
        stubber.assert_no_pending_responses()


def deployed(ecs: Stubber, *deployments: tuple[int, str]) -> None:
    """Have ECS tell of deployments: the service's revision, and how it ended."""
    briefs = [
        {"targetServiceRevisionArn": f"{REVISION}/{number}", "status": status, "createdAt": datetime.now(UTC)}
        for number, status in deployments
    ]
    ecs.add_response("list_service_deployments", {"serviceDeployments": briefs}, SERVICE | {"maxResults": 100})


def described(ecs: Stubber, **definitions: int) -> None:
    revisions = [
        {"serviceRevisionArn": f"{REVISION}/{number.lstrip('_')}", "taskDefinition": f"{FAMILY}:{definition}"}
        for number, definition in definitions.items()
    ]
    ecs.add_response("describe_service_revisions", {"serviceRevisions": revisions})


def test_what_failed_or_was_cut_off_was_never_steady(unreached: Aws, ecs: Stubber) -> None:
    deployed(ecs, (4, "STOPPED"), (3, "ROLLBACK_SUCCESSFUL"), (2, "SUCCESSFUL"))
    described(ecs, _2=12, _3=13, _4=14)
    assert never_steady(unreached) == {f"{FAMILY}:13", f"{FAMILY}:14"}


def test_one_success_is_enough_whichever_way_it_is_told(unreached: Aws, ecs: Stubber) -> None:
    deployed(ecs, (3, "ROLLBACK_FAILED"), (2, "STOPPED"), (2, "SUCCESSFUL"), (1, "SUCCESSFUL"))
    described(ecs, _1=13, _2=12, _3=13)
    assert never_steady(unreached) == set()


def test_many_are_asked_for_in_turn(unreached: Aws, ecs: Stubber) -> None:
    deployed(ecs, *((number, "STOPPED") for number in range(25)))
    described(ecs, **{f"_{number}": number for number in range(20)})
    described(ecs, **{f"_{number}": number for number in range(20, 25)})
    assert len(never_steady(unreached)) == 25


def test_who_may_not_ask_knows_of_none(unreached: Aws, ecs: Stubber) -> None:
    ecs.add_client_error("list_service_deployments", "AccessDeniedException")
    assert never_steady(unreached) == set()


def test_another_fault_is_told(unreached: Aws, ecs: Stubber) -> None:
    ecs.add_client_error("list_service_deployments", "ServerException", "try later")
    with pytest.raises(OpsError, match="try later"):
        never_steady(unreached)


def test_on_this_machine_the_agent_tells(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    here = Aws(settings_of({"DASH_ENV": "local", "DASH__LOCAL__FOLDER": str(tmp_path)}))
    record = AgentRecord(
        process=ProcessRecord(pid=1, started=0), endpoint="", was_steady={"family:1": True, "family:2": False}
    )
    monkeypatch.setattr(AgentControl, "record", lambda _: record)
    assert never_steady(here) == {"family:2"}
    monkeypatch.setattr(AgentControl, "record", lambda _: None)
    assert never_steady(here) == set()
