"""Watching the local service, whose tasks the agent runs; and what the reader of ECS makes of the emulator."""

import io

import pytest

from ops.deployment import Deployment
from ops.errors import OpsError
from ops.progress import Progress
from ops.rollout.ecs import EcsReader
from ops.rollout.verdict import Wanted
from ops.rollout.watch import watch
from tests.ops.local import conftest as local
from tests.ops.local.fake_service import CRASH, FakeService

pytestmark = pytest.mark.emulator

environ, settings, emulator, service = local.environ, local.settings, local.emulator, local.service


def wanted_of(service: FakeService) -> Wanted:
    """Return what the service is told to run."""
    ecs, settings = service.aws.ecs, service.settings
    found = ecs.describe_services(cluster=settings.cluster_name, services=[settings.service_name])["services"][0]
    definition = ecs.describe_task_definition(taskDefinition=found["taskDefinition"])["taskDefinition"]
    digest = definition["containerDefinitions"][0]["image"].partition("@")[2]
    return Wanted(task_definition=found["taskDefinition"], version="1.4.0", digest=digest)


def watched(service: FakeService, progress: Progress, failures: int = 1) -> int:
    with progress.step("rollout") as step:
        return watch(
            Deployment(service.settings, progress), wanted_of(service), step, failures=failures, poll_seconds=0.2
        )


def test_a_local_deployment_is_watched(
    service: FakeService, progress: Progress, output: io.StringIO, monkeypatch: pytest.MonkeyPatch
) -> None:
    service.create()
    service.agent.start()
    assert watched(service, progress) == 2
    assert "2 of 2 tasks healthy" in output.getvalue()
    tasks = {task.id for task in service.record().tasks}

    service.update(taskDefinition=service.define("two"))
    assert watched(service, progress) == 2
    assert tasks.isdisjoint(task.id for task in service.record().tasks)

    service.update(taskDefinition=service.define("three", CRASH))
    with pytest.raises(OpsError, match=r"version 1\.4\.0 does not run") as told:
        watched(service, progress)
    assert "ended with exit code 3" in str(told.value)
    assert "\n  no such table\n" in str(told.value)

    with pytest.raises(OpsError, match="exit code 3"):
        watched(service, progress, failures=3)
    assert service.record().failures >= 3

    service.update(desiredCount=0, taskDefinition=service.define("four"))
    assert watched(service, progress) == 0

    service.agent.stop()
    with pytest.raises(OpsError, match="the agent that runs the tasks has ended"):
        watched(service, progress)

    service.delete()
    service.agent.start()
    wanted = Wanted(task_definition="any", version="1.4.0", digest="any")
    monkeypatch.setattr("ops.rollout.watch._SETTLED_SECONDS", 0.0)
    with pytest.raises(OpsError, match="is gone"), progress.step("rollout") as step:
        watch(Deployment(service.settings, progress), wanted, step, poll_seconds=0.2)


def test_the_emulators_ecs_is_understood(service: FakeService) -> None:
    service.create()
    wanted = wanted_of(service)
    reader = EcsReader(service.aws, wanted)
    seen = reader.look()
    assert seen.desired_count == 2
    assert seen.primary is not None
    assert seen.primary.task_definition == wanted.task_definition
    assert seen.primary.created is not None
    running = [task for task in seen.tasks if task.wanted]
    assert [(task.task_definition, task.digest, task.health) for task in running] == [
        (wanted.task_definition, wanted.digest, "")
    ] * 2
    service.update(desiredCount=0)
    assert reader.look().desired_count == 0
    service.delete()
    assert reader.look().primary is None
