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

from tests.stacks.synthesized import ENVIRONMENTS, STACKS, Stack, synthesize
from tests.stacks.terraform import succeed

pytestmark = pytest.mark.terraform

REMOTE = re.compile(r"data\.terraform_remote_state\.cross-stack-reference-input-[\w-]+-(\w+)\.outputs\.([\w-]+)")

TEST = """
mock_provider "aws" {
  mock_resource "aws_lb" {
    defaults = {
      arn      = "arn:aws:elasticloadbalancing:us-east-1:123456789012:loadbalancer/app/name/0123456789abcdef"
      dns_name = "name.us-east-1.elb.amazonaws.com"
    }
  }
  mock_resource "aws_lb_target_group" {
    defaults = {
      arn = "arn:aws:elasticloadbalancing:us-east-1:123456789012:targetgroup/name/0123456789abcdef"
    }
  }
  mock_resource "aws_iam_role" {
    defaults = { arn = "arn:aws:iam::123456789012:role/name" }
  }
  mock_resource "aws_ecs_cluster" {
    defaults = { arn = "arn:aws:ecs:us-east-1:123456789012:cluster/name" }
  }
  mock_data "aws_iam_policy_document" {
    defaults = { json = "{}" }
  }
}

run "apply" {
  command = apply
  assert {
    condition     = module.service.dashboard_url == "http://name.us-east-1.elb.amazonaws.com:8050/"
    error_message = "the address is not that of the load balancer: ${module.service.dashboard_url}"
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


def as_module(stack: Stack) -> dict[str, Any]:
    """Return a stack without provider, backend and remote states, which it gets as the variable `producers`."""
    text = REMOTE.sub(lambda match: f"var.producers.{match[1]}.{match[2]}", json.dumps(stack.json))
    module: dict[str, Any] = json.loads(text)
    del module["provider"], module["terraform"]["backend"]
    if module.get("data", {}).pop("terraform_remote_state", None) and not module["data"]:
        del module["data"]
    module.setdefault("variable", {})["producers"] = {"type": "any"}
    return module


@pytest.mark.parametrize(
    ("environ", "zones"),
    [
        (ENVIRONMENTS["prod"], 2),
        (
            ENVIRONMENTS["dev"]
            | {
                "DASH__AWS__AVAILABILITY_ZONES": '["us-east-1a", "us-east-1b", "us-east-1c"]',
                "DASH__VPC__SUBNET_PREFIX": "20",
            },
            3,
        ),
    ],
    ids=["prod", "dev with three zones"],
)
def test_the_whole_graph_applies(environ: dict[str, str], zones: int, tmp_path: Path) -> None:
    stacks = synthesize(tmp_path / "out", environ)
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
    (root / "graph.tftest.hcl").write_text(TEST.replace("ZONES", str(zones)))
    succeed(root, "init", "-input=false")
    assert "1 passed, 0 failed" in succeed(root, "test")
