"""Every stack of an environment, wired together and applied by `terraform test` with a mocked provider.

The stacks become modules of one root: what a stack reads from another's remote state it is given as that module's
outputs. So an output that is missing or of another shape fails here, for environments that no emulator runs.

The `state` stack stands apart: nothing reads it, and it refuses the destroy that ends a test.
"""

import json
import re
from pathlib import Path
from typing import Any

import pytest

from tests.stacks.conftest import Variant
from tests.stacks.synthesized import STACKS, Stack
from tests.stacks.terraform import succeed
from tests.stacks.variants import VARIANTS

pytestmark = pytest.mark.terraform

REMOTE = re.compile(r"data\.terraform_remote_state\.cross-stack-reference-input-[\w-]+-(\w+)\.outputs\.([\w-]+)")

ARN = "arn:aws:{service}:us-east-1:123456789012:{resource}"

# What the provider checks the form of, or what a stack takes apart.
MOCKED: dict[str, dict[str, Any]] = {
    "aws_acm_certificate": {
        "arn": ARN.format(service="acm", resource="certificate/0a1b2c3d"),
        "domain_validation_options": [
            {
                "domain_name": "dashboard.example.com",
                "resource_record_name": "_0a.dashboard.example.com.",
                "resource_record_type": "CNAME",
                "resource_record_value": "_1b.acm-validations.aws.",
            }
        ],
    },
    "aws_acm_certificate_validation": {"certificate_arn": ARN.format(service="acm", resource="certificate/0a1b2c3d")},
    "aws_cloudformation_stack": {"outputs": {"ClientId": "0a1b2c3d4e"}},
    "aws_cloudwatch_log_group": {"arn": ARN.format(service="logs", resource="log-group:name")},
    "aws_cognito_user_pool": {
        "arn": ARN.format(service="cognito-idp", resource="userpool/us-east-1_Aa0Bb1"),
        "endpoint": "cognito-idp.us-east-1.amazonaws.com/us-east-1_Aa0Bb1",
    },
    "aws_ecs_cluster": {"arn": ARN.format(service="ecs", resource="cluster/name")},
    "aws_iam_openid_connect_provider": {"arn": "arn:aws:iam::123456789012:oidc-provider/example.com"},
    "aws_iam_policy": {"arn": "arn:aws:iam::123456789012:policy/name"},
    "aws_iam_role": {"arn": "arn:aws:iam::123456789012:role/name"},
    "aws_kms_key": {"arn": ARN.format(service="kms", resource="key/0a1b2c3d")},
    "aws_lb": {
        "arn": ARN.format(service="elasticloadbalancing", resource="loadbalancer/app/name/0123456789abcdef"),
        "arn_suffix": "app/name/0123456789abcdef",
        "dns_name": "name.us-east-1.elb.amazonaws.com",
        "zone_id": "Z35SXDOTRQ7X7K",
    },
    "aws_lb_listener": {
        "arn": ARN.format(
            service="elasticloadbalancing", resource="listener/app/name/0123456789abcdef/0123456789abcdef"
        )
    },
    "aws_lb_target_group": {
        "arn": ARN.format(service="elasticloadbalancing", resource="targetgroup/name/0123456789abcdef"),
        "arn_suffix": "targetgroup/name/0123456789abcdef",
    },
    "aws_s3_bucket": {"arn": "arn:aws:s3:::name"},
    "aws_sns_topic": {"arn": ARN.format(service="sns", resource="name")},
    "aws_wafv2_web_acl": {"arn": ARN.format(service="wafv2", resource="regional/webacl/name/0a1b2c3d")},
}

TEST = """
mock_provider "aws" {
MOCKED
  mock_data "aws_iam_policy_document" {
    defaults = { json = "{}" }
  }
  mock_data "aws_ecr_lifecycle_policy_document" {
    defaults = { json = "{}" }
  }
}

run "apply" {
  command = apply
  assert {
    condition     = module.service.dashboard_url == "URL"
    error_message = "the address is not as expected: ${module.service.dashboard_url}"
  }
  assert {
    condition     = length(module.vpc.public_subnet_ids) == ZONES && length(module.vpc.private_subnet_ids) == ZONES
    error_message = "not a public and a private subnet for each zone"
  }
  assert {
    condition     = module.service.image_digest != ""
    error_message = "the service does not say which image it runs"
  }
}
"""


def terraform_test(url: str, zones: int) -> str:
    """Return the test in Terraform's own language, whose values are JSON."""
    mocked = "".join(
        f'  mock_resource "{type_}" {{\n    defaults = {json.dumps(values)}\n  }}\n' for type_, values in MOCKED.items()
    )
    return TEST.replace("MOCKED", mocked).replace("URL", url).replace("ZONES", str(zones))


def as_module(stack: Stack) -> dict[str, Any]:
    """Return a stack without provider, backend and remote states, which it gets as the variable `producers`."""
    text = REMOTE.sub(lambda match: f"var.producers.{match[1]}.{match[2]}", json.dumps(stack.json))
    module: dict[str, Any] = json.loads(text)
    del module["provider"], module["terraform"]["backend"]
    if module.get("data", {}).pop("terraform_remote_state", None) and not module["data"]:
        del module["data"]
    module.setdefault("variable", {})["producers"] = {"type": "any"}
    return module


HTTPS_URL = "https://dashboard.example.com/"
HTTP_URL = "http://name.us-east-1.elb.amazonaws.com:8050/"


@pytest.mark.parametrize(
    ("environment", "url", "zones"),
    [
        ("prod", HTTPS_URL, 2),
        ("dev", HTTP_URL, 2),
        ("isolated, in four zones", HTTPS_URL, 4),
        ("an existing network, a provider of one's own", HTTPS_URL, 2),
    ],
)
def test_the_whole_graph_applies(environment: str, url: str, zones: int, variant: Variant, tmp_path: Path) -> None:
    base, settings = VARIANTS[environment]
    stacks = variant(base, **settings)
    root = tmp_path / "root"
    modules: dict[str, Any] = {}
    for name in (name for name in STACKS if name != "state"):
        (root / name).mkdir(parents=True)
        (root / name / "main.tf.json").write_text(json.dumps(as_module(stacks[name])))
        producers = sorted({match[0] for match in REMOTE.findall(json.dumps(stacks[name].json))})
        modules[name] = {
            "source": f"./{name}",
            "producers": {producer: f"${{module.{producer}}}" for producer in producers},
        }
    modules["service"]["dashboard_version"] = "1.0.0"
    provider = {"source": "hashicorp/aws", "version": "5.100.0"}
    (root / "main.tf.json").write_text(
        json.dumps({"terraform": {"required_providers": {"aws": provider}}, "module": modules})
    )
    (root / "graph.tftest.hcl").write_text(terraform_test(url, zones))
    succeed(root, "init", "-input=false")
    assert "1 passed, 0 failed" in succeed(root, "test")
