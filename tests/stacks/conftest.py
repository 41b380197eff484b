"""The synthesized stacks of each environment, made once for each test process."""

from collections.abc import Callable, Iterator
from contextlib import closing

import pytest

from tests.stacks.synthesized import ENVIRONMENTS, Stack, synthesize
from tests.stacks.synthesizing import Synthesizer

Variant = Callable[..., dict[str, Stack]]


@pytest.fixture(scope="session")
def prod(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Stack]:
    """Everything switched on."""
    return synthesize(tmp_path_factory.mktemp("prod"), ENVIRONMENTS["prod"])


@pytest.fixture(scope="session")
def dev(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Stack]:
    return synthesize(tmp_path_factory.mktemp("dev"), ENVIRONMENTS["dev"])


@pytest.fixture(scope="session")
def reference(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Stack]:
    """What settings alone make of the published architecture that this project began with."""
    return synthesize(tmp_path_factory.mktemp("reference"), ENVIRONMENTS["reference"])


@pytest.fixture(scope="session")
def local(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Stack]:
    return synthesize(tmp_path_factory.mktemp("local"), ENVIRONMENTS["local"])


@pytest.fixture(scope="session")
def synthesizer() -> Iterator[Synthesizer]:
    with closing(Synthesizer()) as running:
        yield running


@pytest.fixture(scope="session")
def variant(synthesizer: Synthesizer, tmp_path_factory: pytest.TempPathFactory) -> Variant:
    """An environment with single keys set: `variant("prod", vpc__nat="single")`. Each is synthesized once."""
    made: dict[tuple[str, ...], dict[str, Stack]] = {}

    def make(environment: str, **settings: str) -> dict[str, Stack]:
        variables = {f"DASH__{key.upper()}": value for key, value in settings.items()}
        key = (environment, *(f"{name}={value}" for name, value in sorted(variables.items())))
        if key not in made:
            folder = tmp_path_factory.mktemp("variant")
            made[key] = synthesizer.synthesize(folder, ENVIRONMENTS[environment] | variables)
        return made[key]

    return make
