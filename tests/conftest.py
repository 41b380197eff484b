"""Options and fixtures of all tests."""

import os
import signal
from collections.abc import Iterator

import pytest

from tests import settings
from tests.deployment import LocalDeployment, local_deployment

# For this process and those that tests start: what a team sets in config/ is not for the tests to judge.
os.environ["DASH_CONFIG_FOLDER"] = str(settings.FOLDER)

# A shell starts background jobs with Ctrl-C ignored, and what tests start and interrupt would inherit that:
# https://pubs.opengroup.org/onlinepubs/9799919799/utilities/V3_chap02.html#tag_19_11
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)


# Each xdist group, in the order in which they begin: they take minutes, and what begins last is waited for alone.
_GROUPS = ("everything_on", "deployment", "successor", "ops_emulator")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--update-golden", action="store_true", help="write the golden files of the emitted Terraform anew"
    )


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with the groups, so that the many short tests fill the time in which these wait."""
    items.sort(key=_turn)


def _turn(item: pytest.Item) -> int:
    marker = item.get_closest_marker("xdist_group")
    return _GROUPS.index(marker.args[0]) if marker else len(_GROUPS)


@pytest.fixture(scope="session")
def deployment(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalDeployment]:
    """A local deployment that is up; tests that use it run in the xdist group "deployment"."""
    with local_deployment(tmp_path_factory.mktemp("deployment")) as up:
        yield up
