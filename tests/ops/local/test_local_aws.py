"""The local AWS around a command's work: what it holds is saved, however the work ends."""

import io

import pytest

from config import Settings
from ops.deployment import Deployment
from ops.errors import OpsError
from ops.local import local_aws as module
from ops.local.emulator import Started
from ops.local.local_aws import local_aws
from ops.progress import Progress

pytestmark = pytest.mark.unit


class FakeEmulator:
    """Starts at once. Counts how often it was saved, which fails where it is told why."""

    def __init__(self) -> None:
        self.started = Started.RUNNING
        self.saves = 0
        self.fails = ""

    def start(self) -> Started:
        return self.started

    def save(self) -> bool:
        self.saves += 1
        if self.fails:
            raise OpsError(self.fails)
        return True


@pytest.fixture
def emulator(monkeypatch: pytest.MonkeyPatch) -> FakeEmulator:
    made = FakeEmulator()
    monkeypatch.setattr(module, "Emulator", lambda _settings: made)
    return made


@pytest.fixture
def deployment(settings: Settings, progress: Progress) -> Deployment:
    return Deployment(settings, progress)


def test_it_is_saved_after_the_work(deployment: Deployment, emulator: FakeEmulator, output: io.StringIO) -> None:
    with local_aws(deployment):
        assert emulator.saves == 0
    assert emulator.saves == 1
    assert "the state of the local AWS is on disk" in output.getvalue()


@pytest.mark.parametrize("end", [OpsError("a task failed"), KeyboardInterrupt()])
def test_it_is_saved_after_work_that_failed(deployment: Deployment, emulator: FakeEmulator, end: BaseException) -> None:
    with pytest.raises(type(end)), local_aws(deployment):
        raise end
    assert emulator.saves == 1


def test_why_the_work_failed_is_told_although_it_cannot_be_saved(
    deployment: Deployment, emulator: FakeEmulator, output: io.StringIO
) -> None:
    emulator.fails = "no room"
    with pytest.raises(OpsError, match="a task failed"), local_aws(deployment):
        raise OpsError("a task failed")
    assert output.getvalue().splitlines()[-1] == "no room"


def test_work_that_cannot_be_saved_has_failed(deployment: Deployment, emulator: FakeEmulator) -> None:
    emulator.fails = "no room"
    with pytest.raises(OpsError, match="no room"), local_aws(deployment):
        pass


@pytest.mark.parametrize("started", Started)
def test_only_where_it_begins_with_nothing_everything_is_made_anew(
    deployment: Deployment, emulator: FakeEmulator, monkeypatch: pytest.MonkeyPatch, started: Started
) -> None:
    forgotten: list[bool] = []
    monkeypatch.setattr(deployment, "forget_applied", lambda: forgotten.append(True))
    emulator.started = started
    with local_aws(deployment):
        assert bool(forgotten) is (started is Started.EMPTY)
