"""An emulator and a service for each test, on ports and in folders of their own."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from config import Settings
from ops.local.emulator import Emulator
from tests.ops.local.fake_service import FakeService, isolated_settings
from tests.settings import settings_of


@pytest.fixture
def environ(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    """The variables of a local deployment of its own, also set for the processes that the test starts."""
    variables = isolated_settings(tmp_path / "local")
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    return variables


@pytest.fixture
def settings(environ: dict[str, str]) -> Settings:
    return settings_of(environ)


@pytest.fixture
def emulator(settings: Settings) -> Iterator[Emulator]:
    """A running emulator with nothing in it."""
    emulator = Emulator(settings)
    emulator.folder.create()
    try:
        emulator.start()
        yield emulator
    finally:
        emulator.stop()


@pytest.fixture
def service(emulator: Emulator, environ: dict[str, str], tmp_path: Path) -> Iterator[FakeService]:
    """A service of two tasks; the test starts its agent."""
    service = FakeService(environ, tmp_path)
    try:
        yield service
    finally:
        service.stop_everything()
