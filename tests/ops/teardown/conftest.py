"""AWS of a production environment that no call reaches, and that of the emulator."""

import pytest

from config import Settings
from ops.aws import Aws
from tests.settings import settings_of


@pytest.fixture(scope="session")
def prod() -> Settings:
    return settings_of({"DASH_ENV": "prod", "DASH__AWS__ACCOUNT_ID": "111111111111"})


@pytest.fixture(scope="session")
def aws(prod: Settings) -> Aws:
    """For a Stubber of each client that is used; made once, as a client takes a while."""
    made = Aws(prod)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("AWS_ACCESS_KEY_ID", "any")
        patch.setenv("AWS_SECRET_ACCESS_KEY", "any")
        for name in ("cloudwatch", "ec2", "ecr", "ecs", "elbv2", "logs", "s3", "tagging"):
            getattr(made, name)
    return made


@pytest.fixture
def emulated(emulator_port: int) -> Aws:
    return Aws(settings_of({"DASH_ENV": "local", "DASH__LOCAL__PORT": str(emulator_port)}))
