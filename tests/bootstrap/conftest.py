"""Checkouts in miniature for the tests of the bootstrap."""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.bootstrap.miniature import Checkout, make_checkout


@pytest.fixture
def checkout(tmp_path: Path) -> Checkout:
    """A checkout that was not installed yet."""
    return make_checkout(tmp_path)


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Checkout]:
    """A checkout that was installed, for tests that leave it so."""
    checkout = make_checkout(tmp_path_factory.mktemp("installed"))
    result = checkout.run("python", "-c", "")
    assert result.returncode == 0, result.stderr
    yield checkout
    shutil.rmtree(checkout.root)


@pytest.fixture(autouse=True)
def _no_settings_of_the_caller(monkeypatch: pytest.MonkeyPatch) -> None:
    """Keep what the machine sets up for Terraform out of the tests."""
    for name in [name for name in os.environ if name.startswith(("TF_", "TERRAFORM_", "DASHCTL_", "XDG_"))]:
        monkeypatch.delenv(name)
