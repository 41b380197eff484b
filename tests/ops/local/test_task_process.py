"""Tasks as processes: what they are told."""

from types import SimpleNamespace

import psutil
import pytest

from ops.local.addresses import TaskAddress
from ops.local.service import Container
from ops.local.task_process import container_environment

pytestmark = pytest.mark.unit

ADDRESS = TaskAddress("127.0.0.2", 8051, "127.0.0.2")


def environment_of(**variables: str) -> dict[str, str]:
    container = Container(
        task_definition="arn:aws:ecs:us-east-1:000000000000:task-definition/app:1",
        command=("python", "-m", "dashboard"),
        environment=variables,
        image="registry/plotly-dash@sha256:abc",
        stop_timeout_seconds=5,
        sources="sha256:def",
    )
    return container_environment(container, ADDRESS)


def test_a_task_gets_what_the_task_definition_says_and_its_own_address() -> None:
    environment = environment_of(BUCKET_NAME="data", PORT="8050")
    assert environment["BUCKET_NAME"] == "data"
    assert (environment["HOST"], environment["PORT"]) == ("127.0.0.2", "8051")
    assert "MEMORY_MIB" not in environment


@pytest.mark.parametrize(("machine_gib", "told"), [(8, "2048"), (64, "4096")])
def test_a_task_is_told_of_no_more_memory_than_its_share_of_the_machine(
    machine_gib: int, told: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(psutil, "virtual_memory", lambda: SimpleNamespace(total=machine_gib * 1024**3))
    assert environment_of(MEMORY_MIB="4096")["MEMORY_MIB"] == told
