"""The service's tasks as containers: a real emulator and registry, and a docker command without an engine."""

import os
import sys
from pathlib import Path

import pytest

from ops.images.publish import publish
from ops.local.task_container import engine_is_usable
from tests.ops.local import fake_docker
from tests.ops.local.fake_service import SERVER, FakeService

pytestmark = pytest.mark.emulator


@pytest.fixture
def docker(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    command = tmp_path / "bin" / "docker"
    command.parent.mkdir()
    command.write_text(f'#!/bin/sh\nexec "{sys.executable}" "{fake_docker.__file__}" "$@"\n')
    command.chmod(0o755)
    monkeypatch.setenv("PATH", f"{command.parent}{os.pathsep}{os.environ['PATH']}")


def test_an_image_that_was_pushed_runs_as_containers_of_its_digest(
    docker: None, service: FakeService, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert engine_is_usable()
    service.create()
    service.agent.start()
    processes = service.steady_tasks()
    service.agent.stop()

    inside = tmp_path / "image" / "dashboard"
    inside.mkdir(parents=True)
    (inside / "__main__.py").write_text(SERVER)
    monkeypatch.setenv("FAKE_CONTAINER", str(inside.parent))
    published = publish(service.aws, build=True, sources=inside)
    assert not published.stand_in
    service.update(taskDefinition=service.register(published.version, answer="contained"))
    service.agent.start()
    containers = service.steady_tasks(without=tuple(task.id for task in processes))
    assert {task.docker_name for task in containers} == {f"dashctl-{task.id}" for task in containers}
    assert service.get().startswith("contained")
    assert not publish(service.aws, build=True, sources=inside).new
