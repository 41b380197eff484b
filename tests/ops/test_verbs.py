"""`diff`, `deploy` and `destroy`, from nothing to nothing, on the emulator."""

import os
import subprocess
import sys
import uuid
from pathlib import Path

import pytest

from ops.deployment import ROOT

pytestmark = [pytest.mark.emulator, pytest.mark.xdist_group("ops_emulator")]


@pytest.fixture
def environment(emulator_port: int, tmp_path: Path) -> dict[str, str]:
    """Names, state and output folder of the test's own."""
    mark = uuid.uuid4().hex[:8]
    return {
        **os.environ,
        "DASH_ENV": "local",
        "DASH__PROJECT__NAME": f"p{mark}",
        "DASH__ECR__REPOSITORY": f"dashboard-{mark}",
        "DASH__LOCAL__PORT": str(emulator_port),
        "CDKTF_OUTDIR": str(tmp_path / "out"),
    }


def run(environment: dict[str, str], *arguments: str, answer: str = "") -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "ops", *arguments],
        cwd=ROOT,
        env=environment,
        input=answer,
        capture_output=True,
        text=True,
        timeout=400,
    )


def test_a_deployment_from_nothing_to_nothing(environment: dict[str, str]) -> None:
    nothing = run(environment, "diff")
    assert nothing.returncode == 1
    assert "nothing is deployed yet" in nothing.stderr
    assert "nothing is deployed in environment 'local'" in run(environment, "destroy").stdout
    assert "no version is deployed yet: name the one to deploy with --version" in run(environment, "deploy").stderr
    assert "./dashctl deploy ecr bucket" in run(environment, "deploy", "service", "--version", "1.0.0").stderr

    deployed = run(environment, "deploy", "ecr")
    assert deployed.returncode == 0, deployed.stderr
    assert "ecr: 2 created" in deployed.stdout
    assert "service: " not in deployed.stdout

    same = run(environment, "diff", "ecr")
    assert same.returncode == 0, same.stderr
    assert same.stdout.splitlines()[-1] == "ecr: no changes"

    changed = run({**environment, "DASH__PROJECT__TEAM": "others"}, "diff", "ecr", "alb", "service")
    assert changed.returncode == 2, changed.stderr
    assert "ecr: 1 to update\n    ~ aws_ecr_repository.dashboard: tags" in changed.stdout
    assert "alb: not planned: needs vpc, not deployed yet: ./dashctl deploy vpc\n" in changed.stdout
    assert "service: not deployed yet; name a version with --version" in changed.stdout

    unpushed = run(environment, "deploy", "service", "--version", "1.0.0")
    assert unpushed.returncode == 1
    assert "version 1.0.0 is not in the registry" in unpushed.stderr

    unasked = run(environment, "destroy", answer="local\n")
    assert unasked.returncode == 1
    assert "there is no terminal to ask on: give --yes" in unasked.stderr

    destroyed = run(environment, "destroy", "--yes")
    assert destroyed.returncode == 0, destroyed.stderr
    assert "to be destroyed in environment 'local': ecr (2): 2 resources" in destroyed.stdout
    assert "kept: the bucket of the Terraform state" in destroyed.stdout

    again = run(environment, "destroy", "--yes")
    assert again.returncode == 0
    assert "nothing is deployed" in again.stdout
