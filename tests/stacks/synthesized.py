"""Reads the Terraform JSON that a synth wrote, for tests to assert on."""

import json
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.settings import environ_for_children

ROOT = Path(__file__).parents[2]
STACKS = (
    "state",
    "ci",
    "encryption",
    "logs",
    "alerts",
    "ecr",
    "bucket",
    "vpc",
    "cluster",
    "alb",
    "service",
    "monitoring",
)
ENVIRONMENTS: dict[str, dict[str, str]] = {
    "local": {"DASH_ENV": "local"},
    "dev": {"DASH_ENV": "dev", "DASH__AWS__ACCOUNT_ID": "123456789012"},
    "reference": {"DASH_ENV": "reference", "DASH__AWS__ACCOUNT_ID": "123456789012"},
    "prod": {"DASH_ENV": "prod", "DASH__AWS__ACCOUNT_ID": "123456789012"},
}


@dataclass(frozen=True)
class Stack:
    """One synthesized stack: its folder and the content of its cdk.tf.json."""

    folder: Path
    json: dict[str, Any]

    def all(self, type_: str) -> dict[str, dict[str, Any]]:
        """Return the resources of a type, by name."""
        found: dict[str, dict[str, Any]] = self.json.get("resource", {}).get(type_, {})
        return found

    def one(self, type_: str) -> dict[str, Any]:
        """Return the only resource of a type."""
        (resource,) = self.all(type_).values()
        return resource

    def role(self, type_: str, role: str) -> dict[str, Any]:
        """Return the resource of a type whose construct id is `role`."""
        found = [item for item in self.all(type_).values() if item["//"]["metadata"]["path"].endswith(f"/{role}")]
        (resource,) = found
        return resource

    def policy(self, role: str) -> list[dict[str, Any]]:
        """Return the statements of the IAM policy document whose construct id is `role`."""
        documents = self.json["data"]["aws_iam_policy_document"].values()
        (document,) = [doc for doc in documents if doc["//"]["metadata"]["path"].endswith(f"/{role}")]
        statements: list[dict[str, Any]] = document["statement"]
        return statements


def synthesize(folder: Path, environ: Mapping[str, str]) -> dict[str, Stack]:
    """Run main.py as `cdktf synth` does, and return the stacks by their name in settings (`vpc`)."""
    subprocess.run(
        [sys.executable, "main.py"],
        cwd=ROOT,
        env=environ_for_children() | dict(environ) | {"CDKTF_OUTDIR": str(folder)},
        check=True,
        timeout=120,
    )
    return read_stacks(folder)


def read_stacks(folder: Path) -> dict[str, Stack]:
    """Return the stacks that were synthesized to a folder, by their name in settings (`vpc`)."""
    found = folder.glob("stacks/*/cdk.tf.json")
    return {path.parent.name.rsplit("-", 1)[-1]: Stack(path.parent, json.loads(path.read_text())) for path in found}
