"""The agent with a real emulator and real processes."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import psutil
import pytest

from ops.local.agent_record import AgentRecord, TaskState
from ops.local.emulator import Emulator
from tests.ops.local.fake_service import CRASH, SERVER, FakeService, listening_addresses, wait_until

FORKING_SERVER = "import os, time\nif os.fork() == 0:\n    time.sleep(600)\n" + SERVER

pytestmark = pytest.mark.emulator


@pytest.fixture
def running(service: FakeService) -> FakeService:
    service.create()
    service.agent.start()
    service.steady_tasks()
    return service


def ids(tasks: list) -> tuple[str, ...]:  # type: ignore[type-arg]
    return tuple(task.id for task in tasks)


def test_as_many_tasks_run_as_the_service_says_and_the_load_balancer_reaches_them(running: FakeService) -> None:
    tasks = running.steady_tasks()
    assert running.targets() == {(task.target_id, task.port) for task in tasks}
    assert len(running.targets()) == 2
    assert running.get() == "one HOME=None"

    running.update(desiredCount=3)
    assert set(ids(tasks)) < set(ids(running.steady_tasks(3)))

    running.update(desiredCount=1)
    running.steady_tasks(1)
    assert len(running.targets()) == 1


def test_nothing_listens_beyond_loopback(running: FakeService, emulator: Emulator) -> None:
    record = emulator.running()
    assert record is not None
    assert listening_addresses(record.process.pid) == {("127.0.0.1", emulator.port)}
    for task in running.steady_tasks():
        assert listening_addresses(task.process.pid) == {(task.host, task.port)}
        assert task.host.startswith("127.")
    assert listening_addresses(running.record().process.pid) == set()


def test_a_killed_task_is_replaced(running: FakeService) -> None:
    victim, other = running.steady_tasks()
    os.kill(victim.process.pid, signal.SIGKILL)
    tasks = running.steady_tasks(without=(victim.id,))
    assert other.id in ids(tasks)
    assert running.targets() == {(task.target_id, task.port) for task in tasks}
    failure = running.record().last_failure
    assert failure is not None
    assert (failure.task, failure.reason) == (victim.id, "was killed by SIGKILL")
    assert failure.lines == ["listening"]


def test_what_a_killed_task_had_started_is_killed_too(service: FakeService) -> None:
    service.create(desired_count=1)
    service.update(taskDefinition=service.define("parent", FORKING_SERVER), desiredCount=1)
    service.agent.start()
    task = service.steady_tasks(1)[0]
    child = psutil.Process(task.process.pid).children()[0]
    os.kill(task.process.pid, signal.SIGKILL)
    wait_until("the child is gone", lambda: not child.is_running() or child.status() == psutil.STATUS_ZOMBIE)
    service.steady_tasks(1, without=(task.id,))


def test_an_unhealthy_task_gets_no_requests_and_is_replaced_after_its_grace_period(service: FakeService) -> None:
    service.create(grace_seconds=0)
    service.agent.start()
    before = service.steady_tasks()
    service.sick.touch()
    wait_until("no targets", lambda: not service.targets())
    wait_until("the tasks are stopped", lambda: not any(task.process.is_running() for task in before))
    service.sick.unlink()
    service.steady_tasks(without=ids(before))


def test_an_unhealthy_task_is_left_alone_in_its_grace_period(service: FakeService) -> None:
    service.create(grace_seconds=600)
    service.agent.start()
    before = service.steady_tasks()
    service.sick.touch()
    wait_until("no targets", lambda: not service.targets())
    service.sick.unlink()
    assert ids(service.steady_tasks()) == ids(before)


def test_a_new_task_definition_takes_over_without_an_interruption(running: FakeService) -> None:
    before = running.steady_tasks()
    new = running.define("two")
    running.update(taskDefinition=new)
    answers = []

    def all_new() -> bool:
        answers.append(running.get().split()[0])
        return answers[-20:] == ["two"] * 20

    wait_until("twenty answers of the new tasks in a row", all_new)
    assert set(answers) == {"one", "two"}
    after = running.steady_tasks(without=ids(before))
    assert {task.task_definition for task in after} == {new}
    assert {task.process.is_running() for task in before} == {False}


def test_tasks_that_crash_leave_the_old_ones_in_service_and_their_last_words(running: FakeService) -> None:
    before = running.steady_tasks()
    broken = running.define("broken", CRASH)
    running.update(taskDefinition=broken)

    def failed() -> AgentRecord | None:
        record = running.record()
        return record if record.failures >= 4 else None

    record = wait_until("four failures", failed)
    assert record.last_failure is not None
    assert record.last_failure.reason == "ended with exit code 3"
    assert record.last_failure.lines == ["no such table"]
    assert not record.steady
    assert record.was_steady == {before[0].task_definition: True, broken: False}
    assert running.get().startswith("one")
    assert [task.id for task in record.tasks if task.state is TaskState.RUNNING][:2] == list(ids(before))


def test_all_tasks_stop_when_the_service_is_gone(running: FakeService) -> None:
    before = running.steady_tasks()
    running.delete()
    wait_until("no tasks", lambda: not running.record().tasks)
    assert {task.process.is_running() for task in before} == {False}


def test_tasks_outlive_an_absence_of_the_emulator_and_are_registered_again(
    running: FakeService, emulator: Emulator
) -> None:
    before = running.steady_tasks()
    emulator.stop()
    wait_until("the agent notices", lambda: running.record().problem)
    assert {task.process.is_running() for task in before} == {True}
    emulator.start()
    assert ids(running.steady_tasks()) == ids(before)
    assert running.get().startswith("one")


def test_targets_of_an_earlier_run_are_deregistered(service: FakeService) -> None:
    service.create()
    service.aws.elbv2.register_targets(TargetGroupArn=service._target_group, Targets=[{"Id": "127.0.0.250", "Port": 9}])
    service.agent.start()
    tasks = service.steady_tasks()
    assert service.targets() == {(task.target_id, task.port) for task in tasks}


def test_stopping_the_agent_stops_its_tasks_and_nothing_else(running: FakeService, emulator: Emulator) -> None:
    tasks = running.steady_tasks()
    with subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"]) as bystander:
        try:
            assert running.agent.stop()
            assert {task.process.is_running() for task in tasks} == {False}
            assert running.targets() == set()
            assert bystander.poll() is None
            assert emulator.running() is not None
            assert not running.agent.stop()
        finally:
            bystander.kill()


def test_a_killed_agents_tasks_are_adopted_by_the_next_one(running: FakeService) -> None:
    before = running.steady_tasks()
    os.kill(running.record().process.pid, signal.SIGKILL)
    wait_until("the agent is gone", lambda: running.agent.record() is None)
    assert running.agent.start()
    assert ids(running.steady_tasks()) == ids(before)
    # An adopted task is not the new agent's child, and its end is noticed all the same.
    os.kill(before[0].process.pid, signal.SIGKILL)
    running.steady_tasks(without=(before[0].id,))


def test_a_killed_agents_tasks_are_stopped_by_down(running: FakeService) -> None:
    tasks = running.steady_tasks()
    os.kill(running.record().process.pid, signal.SIGKILL)
    wait_until("the agent is gone", lambda: running.agent.record() is None)
    assert running.agent.stop()
    assert {task.process.is_running() for task in tasks} == {False}


def test_there_is_one_agent_for_a_deployment(running: FakeService) -> None:
    assert not running.agent.start()
    second = subprocess.run(
        [sys.executable, "-m", "ops.local.agent"], capture_output=True, text=True, timeout=30, cwd=Path.cwd()
    )
    assert second.returncode == 1
    assert "another agent" in second.stdout


def test_a_task_whose_image_is_gone_is_a_problem_that_is_told(running: FakeService) -> None:
    image = {"repositoryName": running.settings.repository_name}
    listed = running.aws.ecr.list_images(repositoryName=running.settings.repository_name)["imageIds"]
    new = running.define("two", f"{SERVER}# another program")
    both = running.aws.ecr.list_images(repositoryName=running.settings.repository_name)["imageIds"]
    running.aws.ecr.batch_delete_image(**image, imageIds=[found for found in both if found not in listed])
    running.update(taskDefinition=new)
    problem = wait_until("a problem", lambda: running.record().problem)
    assert "is not in the registry" in problem
    assert running.get().startswith("one")
