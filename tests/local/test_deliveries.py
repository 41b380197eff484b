"""Versions deployed to this machine: forth, back, one that crashes, and what review and drift say in between."""

import re
import signal
import subprocess
import sys
from pathlib import Path
from subprocess import PIPE, STDOUT

import boto3
import pytest

from ops.aws import Aws
from ops.images.publish import publish
from tests.deployment import ROOT, LocalDeployment
from tests.local.bad_versions import CRASH, SILENT
from tests.settings import settings_of

pytestmark = [pytest.mark.emulator, pytest.mark.xdist_group("deployment")]


def test_a_version_is_deployed_and_taken_back(deployment: LocalDeployment) -> None:
    before = deployment.ready_version()

    printed = deployment.succeed("deploy", "--version", "2.0.0")
    assert "image: version 2.0.0" in printed
    assert "rollout: 2 of 2 tasks healthy" in printed
    assert "dashboard: version 2.0.0 answers, with data" in printed
    assert deployment.ready_version() == "2.0.0"
    assert deployment.versions()["2.0.0"]["running_tasks"] == 2
    assert "version      2.0.0 deployed; running 2.0.0 (2)" in deployment.succeed("status")
    assert deployment.succeed("exec", "--", "printenv", "DASHBOARD_VERSION").strip() == "2.0.0"

    printed = deployment.succeed("rollback")
    assert f"back to version {before}, from 2.0.0" in printed
    assert deployment.ready_version() == before
    versions = deployment.versions()
    assert [version for version, found in versions.items() if found["serving"]] == [before]
    assert versions["2.0.0"]["running_tasks"] == 0
    assert versions["2.0.0"]["deployed_at"]


def publish_program(deployment: LocalDeployment, folder: Path, program: str) -> str:
    """Put a dashboard that is nothing but a program into the registry; return its version."""
    sources = folder / "dashboard"
    sources.mkdir()
    (sources / "__init__.py").touch()
    (sources / "__main__.py").write_text(program)
    return publish(Aws(settings_of(deployment.environ)), build=False, sources=sources).version


def test_a_version_that_crashes_is_told_with_its_last_words_while_the_old_one_serves(
    deployment: LocalDeployment, tmp_path: Path
) -> None:
    before = deployment.ready_version()
    crashing = publish_program(deployment, tmp_path, CRASH)

    failed = deployment.ops("deploy", "--version", crashing)
    assert failed.returncode == 1
    assert f"version {crashing} does not run: task " in failed.stderr
    assert "code 3" in failed.stderr
    assert "no such table: gapminder" in failed.stderr
    assert "what to do: look in its log" in failed.stderr
    assert deployment.ready_version() == before

    deployment.succeed("rollback")
    assert deployment.ready_version() == before
    assert deployment.ops("status").returncode == 0
    assert [version for version, found in deployment.versions().items() if found["failed"]] == [crashing]
    assert re.search(rf"{crashing} .*was deployed in vain", deployment.succeed("versions"))


def test_a_deployment_that_is_interrupted_goes_on_and_can_be_watched_again(
    deployment: LocalDeployment, tmp_path: Path
) -> None:
    before = deployment.ready_version()
    silent = publish_program(deployment, tmp_path, SILENT)
    command = [sys.executable, "-m", "ops", "deploy", "--version", silent]
    with subprocess.Popen(command, cwd=ROOT, env=deployment.environ, stdout=PIPE, stderr=STDOUT, text=True) as running:
        assert running.stdout
        assert any("rollout: …" in line for line in running.stdout)
        running.send_signal(signal.SIGINT)
        printed = running.stdout.read()
    assert running.returncode == 130, printed
    assert "ECS goes on with the deployment by itself: ./dashctl status tells how it went" in printed
    assert deployment.ready_version() == before

    failed = deployment.ops("deploy", "--version", silent)
    assert failed.returncode == 1
    assert "it failed the load balancer's health check" in failed.stderr
    assert "waiting for a lock" in failed.stderr
    assert f"back to version {before}, from {silent}" in deployment.succeed("rollback")
    assert deployment.ready_version() == before


def test_a_version_that_is_nowhere_is_refused_before_anything_is_done(deployment: LocalDeployment) -> None:
    for arguments in (["deploy", "--version", "latest"], ["rollback", "--to", "9.9.9"]):
        refused = deployment.ops(*arguments)
        assert refused.returncode == 1
        assert "Traceback" not in refused.stderr
    assert "version 9.9.9 is not in the registry" in refused.stderr


def test_a_review_tells_dangers_and_asks_for_approval(deployment: LocalDeployment, tmp_path: Path) -> None:
    weaker = LocalDeployment(deployment.environ | {"DASH__BUCKET__NONCURRENT_DAYS": "7"}, deployment.folder)
    markdown, html = tmp_path / "review.md", tmp_path / "review.html"
    reviewed = weaker.ops("review", "bucket", "--markdown", str(markdown), "--html", str(html))
    assert reviewed.returncode == 3, reviewed.stdout + reviewed.stderr
    report = markdown.read_text()
    dangers = report.partition("## Dangerous changes")[2].partition("\n## ")[0]
    assert "aws_s3_bucket_lifecycle_configuration" in dangers
    assert "A person has to approve this: 1 dangerous change" in reviewed.stdout
    assert html.read_text().startswith("<!DOCTYPE html>")


def test_what_somebody_changed_by_hand_is_drift(deployment: LocalDeployment) -> None:
    settings = settings_of(deployment.environ)
    assert deployment.ops("drift", "ecr").returncode == 0
    ecr = boto3.client(
        "ecr",
        endpoint_url=settings.endpoint_url,
        region_name="us-east-1",
        aws_access_key_id="test",
        aws_secret_access_key="test",
    )
    ecr.delete_lifecycle_policy(repositoryName=settings.repository_name)
    found = deployment.ops("drift", "ecr")
    assert found.returncode == 2, found.stdout + found.stderr
    assert "aws_ecr_lifecycle_policy" in found.stdout
    deployment.succeed("deploy", "ecr")
    assert deployment.ops("drift", "ecr").returncode == 0
