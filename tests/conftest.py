"""Options and fixtures of all tests."""

from collections.abc import Iterator

import pytest

from tests.deployment import LocalDeployment, local_deployment


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--update-golden", action="store_true", help="write the golden files of the emitted Terraform anew"
    )


@pytest.fixture(scope="session")
def deployment(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalDeployment]:
    """A local deployment that is up; tests that use it run in the xdist group "deployment"."""
    with local_deployment(tmp_path_factory.mktemp("deployment")) as up:
        yield up
