"""Versions that do not run, deployed as real containers: each is told for what it is, and the old one serves on."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from ops.aws import Aws
from ops.images.publish import publish
from tests.deployment import LocalDeployment
from tests.local.bad_versions import CRASH, SILENT
from tests.settings import settings_of

# The first one waits for the deployment too, and for its image.
pytestmark = [pytest.mark.containers, pytest.mark.xdist_group("deployment"), pytest.mark.timeout(1500)]

# The bytecode in the image is taken for what it is, without a look at the source.
DOCKERFILE = """
FROM {image}
USER 0
RUN rm -rf /app/dashboard/__pycache__
COPY __main__.py /app/dashboard/__main__.py
USER 10001:10001
"""


class Registry:
    """The registry of a deployment, into which versions are put that do not run."""

    def __init__(self, deployment: LocalDeployment, folder: Path) -> None:
        self.aws = Aws(settings_of(deployment.environ))
        self.folder = folder
        (self.serving,) = [version for version, found in deployment.versions().items() if found["serving"]]

    def push(self, program: str) -> str:
        """Push the image that serves, with another program in it; return its version."""
        settings = self.aws.settings
        sources = self.folder / "dashboard"
        sources.mkdir()
        assert settings.local is not None
        name = f"127.0.0.1:{settings.local.port}/{settings.repository_name}:{self.serving}"
        (sources / "Dockerfile").write_text(DOCKERFILE.format(image=name))
        (sources / "__main__.py").write_text(program)
        return publish(self.aws, build=True, sources=sources).version

    def put_without_a_layer(self, version: str) -> str:
        """Put the manifest of what serves under another version, with a layer in it that is nowhere."""
        ecr, repository = self.aws.ecr, self.aws.settings.repository_name
        found = ecr.batch_get_image(repositoryName=repository, imageIds=[{"imageTag": self.serving}])["images"][0]
        manifest: dict[str, Any] = json.loads(found["imageManifest"])
        manifest["layers"].append(manifest["layers"][0] | {"digest": f"sha256:{'0' * 64}"})
        ecr.put_image(
            repositoryName=repository,
            imageManifest=json.dumps(manifest),
            imageManifestMediaType=manifest["mediaType"],
            imageTag=version,
        )
        return version


@pytest.fixture
def registry(deployment: LocalDeployment, tmp_path: Path) -> Iterator[Registry]:
    found = Registry(deployment, tmp_path)
    yield found
    # Not to a version of which no task was ever healthy.
    assert f"back to version {found.serving}, from " in deployment.succeed("rollback")
    assert deployment.ready_version() == found.serving


def refusal(deployment: LocalDeployment, version: str) -> str:
    """Deploy a version that does not run; return what is told of it."""
    failed = deployment.ops("deploy", "--version", version)
    assert failed.returncode == 1, failed.stdout + failed.stderr
    assert "Traceback" not in failed.stderr
    assert f"version {version} does not run: task " in failed.stderr
    return failed.stderr


def test_one_that_crashes(deployment: LocalDeployment, registry: Registry) -> None:
    told = refusal(deployment, registry.push(CRASH))
    assert "its container ended by itself (ended with exit code 3)" in told
    assert "\n  no such table: gapminder\n" in told
    assert "what to do: look in its log" in told
    assert deployment.ready_version() == registry.serving


def test_one_that_does_not_answer_the_health_check(deployment: LocalDeployment, registry: Registry) -> None:
    told = refusal(deployment, registry.push(SILENT))
    assert "it failed the load balancer's health check (fails its health check)" in told
    assert "\n  waiting for a lock\n" in told
    assert "target_group.health_check_path does not answer 200" in told
    assert deployment.ready_version() == registry.serving


def test_one_of_which_the_image_cannot_be_pulled(deployment: LocalDeployment, registry: Registry) -> None:
    told = refusal(deployment, registry.put_without_a_layer("9.9.9"))
    assert "its image cannot be pulled (cannot be started: CannotPullContainerError: " in told
    assert "what to do: look whether the registry has it" in told
    assert deployment.ready_version() == registry.serving


def test_one_after_the_other(deployment: LocalDeployment, registry: Registry) -> None:
    refusal(deployment, registry.put_without_a_layer("9.9.8"))
    refusal(deployment, registry.put_without_a_layer("9.9.7"))
    assert deployment.ready_version() == registry.serving
