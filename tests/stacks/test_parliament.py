"""Parliament finds nothing wrong with the policies of roles: actions, resources or conditions that do not exist."""

import json
import re
import subprocess
from pathlib import Path
from typing import Any

import pytest

from ops.policy.checkov import installed_checkov
from tests.stacks.conftest import Variant
from tests.stacks.permissions import as_policy
from tests.stacks.synthesized import Stack
from tests.stacks.variants import VARIANTS

pytestmark = pytest.mark.policy

RUN = Path(__file__).with_name("parliament_run.py")

# What stands for what AWS chooses, by what the token names.
_ARNS = {
    "aws_cloudwatch_log_group": "arn:aws:logs:us-east-1:123456789012:log-group:a-group",
    "aws_ecr_repository": "arn:aws:ecr:us-east-1:123456789012:repository/a-repository",
    "aws_iam_policy": "arn:aws:iam::123456789012:policy/a-policy",
    "aws_kms_key": "arn:aws:kms:us-east-1:123456789012:key/0a1b2c3d",
    "aws_partition": "aws",
    "aws_s3_bucket": "arn:aws:s3:::a-bucket",
}
_TOKEN = re.compile(r"\$\{[^}]*?(" + "|".join(_ARNS) + r")[^}]*\}")

# Where parliament's table is wrong, or asks for what AWS has not:
_WRONG = (
    # It takes the listeners of all kinds of load balancers for needed at once.
    re.compile(
        r"RESOURCE_MISMATCH: \[(\{'action': 'elasticloadbalancing:\w+', 'required_format': '[^']*/net/[^']*'\}(, )?)+\]"
    ),
    # An existing network is all that this statement adds; the group itself has one of its own, with its tags.
    re.compile(
        r"RESOURCE_MISMATCH: \[\{'action': 'ec2:CreateSecurityGroup', 'required_format': '[^']*:security-group/\*'\}\]"
    ),
    # https://docs.aws.amazon.com/kms/latest/developerguide/conditions-kms.html#conditions-kms-resource-aliases
    re.compile(r"UNKNOWN_CONDITION_FOR_ACTION: Unknown condition kms:ResourceAliases for action kms:\w+"),
    # The list has no smaller part: stacks/parts/pipeline/resources.py.
    re.compile(r"RESOURCE_STAR: \['cloudwatch:DescribeAlarms'\]"),
    # For Fargate there is no container instance; a condition names the cluster: stacks/parts/pipeline/delivery.py.
    re.compile(r"RESOURCE_STAR: \['ecs:ListTasks'\]"),
)


def identity_policies(stacks: dict[str, Stack]) -> dict[str, dict[str, Any]]:
    """Return the policies of roles in all stacks, by stack and document; those of resources have principals."""
    return {
        f"{name}: {document}": _without_tokens(as_policy(content["statement"]))
        for name, stack in stacks.items()
        for document, content in stack.json.get("data", {}).get("aws_iam_policy_document", {}).items()
        if not any("principals" in statement for statement in content["statement"])
    }


def _without_tokens(policy: dict[str, Any]) -> dict[str, Any]:
    text = _TOKEN.sub(lambda match: _ARNS[match[1]], json.dumps(policy))
    assert "${" not in text, f"nothing stands for a token in {text}"
    found: dict[str, Any] = json.loads(text)
    return found


def analyzed(policies: dict[str, dict[str, Any]]) -> dict[str, list[str]]:
    ended = subprocess.run(
        [str(installed_checkov()), "-W", "ignore", str(RUN)],
        input=json.dumps(policies),
        capture_output=True,
        text=True,
        timeout=300,
    )
    assert ended.returncode == 0, ended.stderr
    findings: dict[str, list[str]] = json.loads(ended.stdout)
    assert findings.keys() == policies.keys()
    right = {name: [one for one in found if not _is_wrong(one)] for name, found in findings.items()}
    return {name: found for name, found in right.items() if found}


def _is_wrong(finding: str) -> bool:
    return any(pattern.match(finding) for pattern in _WRONG)


@pytest.mark.parametrize("name", VARIANTS)
def test_finds_nothing(name: str, variant: Variant) -> None:
    environment, settings = VARIANTS[name]
    policies = identity_policies(variant(environment, **settings))
    assert len(policies) >= 2
    assert analyzed(policies) == {}


def test_would_find_an_action_that_does_not_exist_and_a_condition_that_does_not_apply() -> None:
    statement = {"actions": ["ec2:CreateNetwork"], "resources": ["*"]}
    wrong_key = {"test": "StringEquals", "variable": "ec2:CreateActions", "values": ["CreateVpc"]}
    found = analyzed(
        {
            "action": as_policy([statement]),
            "condition": as_policy([statement | {"actions": ["ec2:CreateTags"], "condition": [wrong_key]}]),
        }
    )
    assert found.keys() == {"action", "condition"}
