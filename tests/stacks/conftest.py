"""The synthesized stacks of each environment, made once for each test process."""

import pytest

from tests.stacks.synthesized import ENVIRONMENTS, Stack, synthesize


@pytest.fixture(scope="session")
def prod(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Stack]:
    return synthesize(tmp_path_factory.mktemp("prod"), ENVIRONMENTS["prod"])


@pytest.fixture(scope="session")
def local(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Stack]:
    return synthesize(tmp_path_factory.mktemp("local"), ENVIRONMENTS["local"])
