"""What the container may do to the machine that it is on. What it may do in AWS: test_task_roles.py."""

import re

import pytest

from tests.stacks.conftest import Variant
from tests.stacks.synthesized import ROOT, Stack

pytestmark = pytest.mark.unit

SECRETS = (
    '{DATABASE_PASSWORD = "arn:aws:secretsmanager:us-east-1:123456789012:secret:dashboard/db-AbCdEf:password::", '
    'API_KEY = "arn:aws:ssm:us-east-1:123456789012:parameter/dashboard/api-key"}'
)


def container(stacks: dict[str, Stack]) -> str:
    text: str = stacks["service"].one("aws_ecs_task_definition")["container_definitions"]
    return text


def test_it_does_not_run_as_root_but_as_the_user_of_the_image(prod: dict[str, Stack]) -> None:
    (user,) = re.findall(r'"user" = "([^"]*)"', container(prod))
    assert user.split(":")[0] not in {"", "0", "root"}
    assert f"USER {user}\n" in (ROOT / "dashboard" / "Dockerfile").read_text()


def test_it_has_none_of_roots_powers(prod: dict[str, Stack]) -> None:
    assert '"capabilities" = {"add" = [], "drop" = ["ALL"]}' in container(prod)
    assert "privileged" not in container(prod)


def test_it_can_write_to_tmp_alone(prod: dict[str, Stack], variant: Variant) -> None:
    assert '"readonlyRootFilesystem" = true' in container(prod)
    mounts = re.findall(r'"containerPath" = "([^"]*)", "size" = (\d+), "mountOptions" = \[([^]]*)]', container(prod))
    assert mounts == [("/tmp", "64", '"noexec", "nosuid", "nodev"')]
    assert "volume" not in prod["service"].one("aws_ecs_task_definition")
    assert "mountPoints" not in container(prod)
    writable = variant("prod", task__read_only_root="false")
    assert '"readonlyRootFilesystem" = false' in container(writable)


def test_something_reaps_processes_that_end(prod: dict[str, Stack]) -> None:
    assert '"initProcessEnabled" = true' in container(prod)


def test_ecs_asks_it_whether_it_is_well(prod: dict[str, Stack]) -> None:
    assert '"command" = ["CMD", "python", "-m", "dashboard.healthcheck"]' in container(prod)


def test_its_log_goes_to_the_log_group(prod: dict[str, Stack]) -> None:
    assert '"logDriver" = "awslogs"' in container(prod)
    assert '"awslogs-group" = aws_cloudwatch_log_group.log.name' in container(prod)


def test_secrets_come_by_reference_and_are_no_part_of_it(variant: Variant) -> None:
    stacks = variant("prod", task__secrets=SECRETS)
    (secrets,) = re.findall(r'"secrets" = (\[.*?\])', container(stacks))
    assert secrets == (
        '[{"name" = "API_KEY", "valueFrom" = "arn:aws:ssm:us-east-1:123456789012:parameter/dashboard/api-key"}, '
        '{"name" = "DATABASE_PASSWORD", "valueFrom" = '
        '"arn:aws:secretsmanager:us-east-1:123456789012:secret:dashboard/db-AbCdEf:password::"}]'
    )
    (environment,) = re.findall(r'"environment" = (\[.*?\]), "', container(stacks))
    assert "DATABASE_PASSWORD" not in environment


def test_ecs_may_read_these_secrets_and_no_others(variant: Variant, prod: dict[str, Stack]) -> None:
    key = "arn:aws:kms:us-east-1:123456789012:key/0a1b"
    stacks = variant("prod", task__secrets=SECRETS, task__secrets_key_arns=f'["{key}"]')
    statements = {item["sid"]: item for item in stacks["service"].policy("execution_permissions")}
    assert statements["ReadSecrets"]["actions"] == ["secretsmanager:GetSecretValue"]
    assert statements["ReadSecrets"]["resources"] == [
        "arn:aws:secretsmanager:us-east-1:123456789012:secret:dashboard/db-AbCdEf"
    ]
    assert statements["ReadParameters"]["actions"] == ["ssm:GetParameters"]
    assert statements["ReadParameters"]["resources"] == [
        "arn:aws:ssm:us-east-1:123456789012:parameter/dashboard/api-key"
    ]
    assert statements["DecryptSecrets"]["resources"] == [key]
    without = {item["sid"] for item in prod["service"].policy("execution_permissions")}
    assert without == {"LogInToRegistry", "PullImage", "WriteLog"}
