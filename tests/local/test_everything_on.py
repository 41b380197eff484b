"""All that the emulator has, switched on at once: applied, and planned again without changes.

What it lacks is in config/local.toml, each with the reason; tests/stacks/test_whole_graph.py applies that with mocks.
"""

from collections.abc import Iterator

import pytest

from tests.deployment import LocalDeployment, local_deployment
from tests.stacks.synthesized import STACKS

pytestmark = [pytest.mark.emulator, pytest.mark.xdist_group("everything_on")]


@pytest.fixture(scope="module")
def everything(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalDeployment]:
    settings = {
        "access_logs__enabled": "true",
        "alarms__data_age_hours": "48",
        "alarms__emails": '["team@example.com"]',
        "bucket__noncurrent_days": "30",
        "encryption__customer_key": "true",
        "exec__enabled": "true",
        "https__certificate_arn": "arn:aws:acm:us-east-1:000000000000:certificate/0a1b2c3d",
        "https__domain": "dashboard.example.com",
        "service__spot_share": "0.5",
        "state__noncurrent_days": "30",
        "task__architecture": "ARM64",
        "task__read_only_root": "false",
        "task__readable_buckets": '["team-data"]',
        "task__secrets": '{API_KEY = "arn:aws:ssm:us-east-1:000000000000:parameter/api-key"}',
        "vpc__nat": "single",
    }
    with local_deployment(tmp_path_factory.mktemp("everything"), **settings) as up:
        yield up


def test_the_dashboard_answers(everything: LocalDeployment) -> None:
    status, text = everything.request("/")
    assert status == 200
    assert "_dash-config" in text


def test_the_second_plan_of_every_stack_is_empty(everything: LocalDeployment) -> None:
    result = everything.ops("diff")
    assert result.returncode == 0, result.stdout + result.stderr
    assert [line for line in result.stdout.splitlines() if line.endswith(": no changes") and " s  " not in line] == [
        f"{name}: no changes" for name in sorted(STACKS, key=result.stdout.rindex)
    ]


def test_all_of_it_can_be_destroyed(everything: LocalDeployment) -> None:
    everything.succeed("destroy", "--yes")
