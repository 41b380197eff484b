"""What the tasks call of AWS from within the VPC, by the settings."""

import pytest

from stacks.parts.endpoint_actions import needed_actions
from tests.settings import settings_of
from tests.stacks.networks import EXEC, PARAMETER, SECRET, WITHOUT_NAT
from tests.stacks.synthesized import ENVIRONMENTS

pytestmark = pytest.mark.unit


@pytest.mark.parametrize(
    ("settings", "more"),
    [
        ({}, set()),
        ({"task__secrets": f"{{PASSWORD = {SECRET}}}"}, {"secretsmanager"}),
        ({"task__secrets": f"{{TOKEN = {PARAMETER}}}"}, {"ssm"}),
        ({"task__secrets": f"{{TOKEN = {PARAMETER}, PASSWORD = {SECRET}}}"}, {"secretsmanager", "ssm"}),
        (EXEC, {"kms", "ssmmessages"}),
        ({"encryption__customer_key": "true"}, set()),
    ],
    ids=["plain", "secret", "parameter", "both", "exec", "customer key"],
)
def test_the_settings_say_which_services_the_tasks_call(settings: dict[str, str], more: set[str]) -> None:
    variables = {f"DASH__{key.upper()}": value for key, value in (WITHOUT_NAT | settings).items()}
    assert needed_actions(settings_of(ENVIRONMENTS["dev"] | variables)).keys() == {"ecr.api", "ecr.dkr", "logs"} | more
