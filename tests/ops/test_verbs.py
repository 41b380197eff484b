"""`diff`, `deploy` and `destroy`, from nothing to nothing, on the emulator."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from ops.deployment import ROOT
from ops.local.emulator import Emulator
from tests.ops.local import conftest as local

pytestmark = [pytest.mark.emulator, pytest.mark.xdist_group("ops_emulator")]


environ, settings, emulator = local.environ, local.settings, local.emulator


@pytest.fixture
def environment(emulator: Emulator, environ: dict[str, str], tmp_path: Path) -> dict[str, str]:
    """A local AWS and an output folder of the test's own."""
    return {**os.environ, **environ, "CDKTF_OUTDIR": str(tmp_path / "out")}


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
    assert "'latest' means another image every time" in run(environment, "deploy", "--version", "latest").stderr
    assert "version 1.0.0 is not in the registry" in run(environment, "rollback", "--to", "1.0.0").stderr

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

    assert "there are no versions in the registry" in run(environment, "versions").stdout
    pushed = run(environment, "image", "push", "--version", "1.0.0")
    assert pushed.returncode == 0, pushed.stderr
    assert "1.0.0" in run(environment, "image", "list").stdout
    assert "1.0.0" in run(environment, "versions").stdout
    assert "no task runs" in run(environment, "exec", "--", "true").stderr
    nowhere = run(environment, "rollback")
    assert nowhere.returncode == 1
    assert "no version is deployed yet, so there is none to go back to" in nowhere.stderr

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
