"""What every verb begins with."""

import pytest

from ops.session import plain_http_warning
from tests.settings import settings_of

pytestmark = pytest.mark.unit

ACCOUNT = {"DASH__AWS__ACCOUNT_ID": "123456789012"}


def test_a_deployment_without_https_says_so() -> None:
    said = plain_http_warning(settings_of(ACCOUNT | {"DASH_ENV": "dev"}))
    assert said.startswith("plain HTTP: ")
    assert "https.domain in config/dev.toml" in said


@pytest.mark.parametrize("environment", ["prod", "local"])
def test_one_with_https_and_a_local_one_say_nothing(environment: str) -> None:
    account = {} if environment == "local" else ACCOUNT
    assert plain_http_warning(settings_of(account | {"DASH_ENV": environment})) == ""
