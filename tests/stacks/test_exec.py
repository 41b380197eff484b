"""A shell in a running task: who may open it, and what is kept of it."""

import pytest

from tests.stacks.conftest import Variant
from tests.stacks.synthesized import Stack

pytestmark = pytest.mark.unit


@pytest.fixture
def stacks(variant: Variant) -> dict[str, Stack]:
    return variant("prod", exec__enabled="true", task__read_only_root="false")


def test_is_off_unless_it_is_switched_on(prod: dict[str, Stack]) -> None:
    assert prod["service"].one("aws_ecs_service")["enable_execute_command"] is False
    assert "configuration" not in prod["cluster"].one("aws_ecs_cluster")
    assert "ssmmessages" not in str(prod["service"].policy("task_permissions"))


def test_is_encrypted_and_logged(stacks: dict[str, Stack]) -> None:
    assert stacks["service"].one("aws_ecs_service")["enable_execute_command"] is True
    shell = stacks["cluster"].one("aws_ecs_cluster")["configuration"]["execute_command_configuration"]
    assert "plotly-dash-prod-encryption" in shell["kms_key_id"]
    assert shell["logging"] == "OVERRIDE"
    assert shell["log_configuration"]["cloud_watch_encryption_enabled"] is True
    assert shell["log_configuration"]["cloud_watch_log_group_name"] == "${aws_cloudwatch_log_group.shell_log.name}"
    log = stacks["cluster"].one("aws_cloudwatch_log_group")
    assert log["name"] == "/ecs/plotly_dash_app/exec"
    assert log["retention_in_days"] == 90
    assert log["kms_key_id"] == shell["kms_key_id"]


def test_lets_the_task_do_what_a_shell_needs_and_no_more(stacks: dict[str, Stack]) -> None:
    statements = {item["sid"]: item for item in stacks["service"].policy("task_permissions")}
    assert statements["OpenShellChannel"]["actions"] == [
        "ssmmessages:CreateControlChannel",
        "ssmmessages:CreateDataChannel",
        "ssmmessages:OpenControlChannel",
        "ssmmessages:OpenDataChannel",
    ]
    (log,) = statements["WriteShellLog"]["resources"]
    assert "plotly-dash-prod-cluster" in log
    assert log.endswith(":*")
    assert statements["FindShellLog"]["actions"] == ["logs:DescribeLogGroups"]
    (key,) = statements["DecryptShell"]["resources"]
    assert "plotly-dash-prod-encryption" in key
