"""How long a deployment may take, by the settings."""

import pytest

from ops.rollout.duration import longest_minutes
from tests.settings import settings_of

pytestmark = pytest.mark.unit


def minutes(**keys: str) -> float:
    variables = {f"DASH__{key.upper()}": value for key, value in keys.items()}
    return longest_minutes(settings_of({"DASH_ENV": "prod", "DASH__AWS__ACCOUNT_ID": "123456789012"} | variables))


def test_it_is_at_least_ten_minutes() -> None:
    assert minutes(service__alarm_rollback="false") == 10


def test_a_longer_grace_period_takes_longer() -> None:
    assert minutes(service__health_check_grace_period_seconds="1200") > 20


def test_the_alarms_are_looked_at_afterwards() -> None:
    grace = {"service__health_check_grace_period_seconds": "1200"}
    assert minutes(**grace, service__alarm_rollback="true") == minutes(**grace, service__alarm_rollback="false") + 5


def test_tasks_that_are_replaced_one_by_one_take_as_much_longer() -> None:
    one = {"service__minimum_healthy_percent": "100", "service__maximum_percent": "110", "scaling__enabled": "false"}
    assert minutes(**one, service__desired_count="10") > 3 * minutes(service__maximum_percent="200")


def test_on_this_machine_it_is_short() -> None:
    assert longest_minutes(settings_of({"DASH_ENV": "local"})) == 3
