"""Which versions were deployed, and to which one a rollback goes back."""

import io
import json
import uuid
from pathlib import Path

import pytest
from rich.console import Console

from ops import versions
from ops.aws import Aws
from ops.deployment import Deployment
from ops.errors import OpsError
from ops.progress import Progress
from ops.versions import read_versions, require_image, serving_revision, version_before
from tests.settings import settings_of

pytestmark = [pytest.mark.emulator, pytest.mark.xdist_group("ops_emulator")]


class Service:
    """An ECS service in the emulator, its images and what Terraform's state says is deployed."""

    def __init__(self, port: int, folder: Path) -> None:
        mark = uuid.uuid4().hex[:8]
        names = {"ECR__REPOSITORY": "r", "TASK__FAMILY": "f", "CLUSTER__NAME": "c", "SERVICE__NAME": "s"}
        self.settings = settings_of(
            {
                "DASH_ENV": "local",
                "DASH__LOCAL__PORT": str(port),
                "DASH__LOCAL__FOLDER": str(folder),
                **{f"DASH__{key}": f"{name}{mark}" for key, name in names.items()},
            }
        )
        self.aws = Aws(self.settings)
        self.aws.ecr.create_repository(repositoryName=self.settings.repository_name)
        self.aws.ecs.create_cluster(clusterName=self.settings.cluster_name)
        self.deployment = Deployment(self.settings, Progress(Console(file=io.StringIO())))
        self.deployed: str | None = None
        self.deployment.deployed_version = lambda: self.deployed  # type: ignore[method-assign]

    def push(self, version: str) -> str:
        """Put an image into the registry; return its digest."""
        content = {"mediaType": "application/vnd.oci.empty.v1+json", "digest": f"sha256:{'0' * 64}", "size": 2}
        manifest = {
            "schemaVersion": 2,
            "mediaType": "application/vnd.oci.image.manifest.v1+json",
            "config": content,
            "layers": [],
            "annotations": {"version": version},
        }
        put = self.aws.ecr.put_image(
            repositoryName=self.settings.repository_name, imageManifest=json.dumps(manifest), imageTag=version
        )
        return put["image"]["imageId"]["imageDigest"]

    def register(self, version: str, digest: str) -> str:
        """Register a revision as Terraform does, which deregisters the one before; return its ARN."""
        before = self.aws.ecs.list_task_definitions(familyPrefix=self.settings.task_family)["taskDefinitionArns"]
        container = {
            "name": self.settings.task.container,
            "image": f"registry.example/{self.settings.repository_name}@{digest}",
            "environment": [{"name": "DASHBOARD_VERSION", "value": version}],
        }
        made = self.aws.ecs.register_task_definition(
            family=self.settings.task_family,
            containerDefinitions=[container],  # type: ignore[list-item]
        )
        for arn in before:
            self.aws.ecs.deregister_task_definition(taskDefinition=arn)
        return made["taskDefinition"]["taskDefinitionArn"]

    def deploy(self, version: str) -> str:
        """Push a version where it is missing, deploy it, and return its digest."""
        found = self.aws.ecr.batch_get_image(
            repositoryName=self.settings.repository_name, imageIds=[{"imageTag": version}]
        )
        images = found["images"]
        digest = images[0]["imageId"]["imageDigest"] if images else self.push(version)
        self.serve(self.register(version, digest))
        self.deployed = version
        return digest

    def serve(self, task_definition: str) -> None:
        """Have the service run a revision."""
        cluster, name = self.settings.cluster_name, self.settings.service_name
        if serving_revision(self.aws):
            self.aws.ecs.update_service(cluster=cluster, service=name, taskDefinition=task_definition)
        else:
            self.aws.ecs.create_service(
                cluster=cluster, serviceName=name, taskDefinition=task_definition, desiredCount=0
            )


@pytest.fixture
def service(emulator_port: int, tmp_path: Path) -> Service:
    return Service(emulator_port, tmp_path)


def test_back_is_the_version_that_was_deployed_before(service: Service) -> None:
    for version in ("1.0.0", "1.1.0", "1.1.0", "1.2.0"):
        service.deploy(version)
    assert version_before(service.deployment) == "1.1.0"


def test_back_again_is_the_version_that_was_left(service: Service) -> None:
    for version in ("1.0.0", "1.1.0", "1.0.0"):
        service.deploy(version)
    assert version_before(service.deployment) == "1.1.0"


def test_where_ecs_went_back_by_itself_that_is_the_version(service: Service) -> None:
    service.deploy("1.0.0")
    before = serving_revision(service.aws)
    assert before is not None
    service.deploy("1.1.0")
    service.deploy("1.2.0")
    service.serve(before.arn)
    assert version_before(service.deployment) == "1.0.0"


def test_a_version_that_was_deployed_in_vain_is_passed_over(service: Service, monkeypatch: pytest.MonkeyPatch) -> None:
    service.deploy("1.0.0")
    service.deploy("1.1.0")
    sick = serving_revision(service.aws)
    assert sick is not None
    service.deploy("1.2.0")
    assert version_before(service.deployment) == "1.1.0"
    monkeypatch.setattr(versions, "never_steady", lambda _: frozenset({sick.arn}))
    assert version_before(service.deployment) == "1.0.0"
    assert {found.version: found.failed for found in read_versions(service.aws)} == {
        "1.0.0": False,
        "1.1.0": True,
        "1.2.0": False,
    }
    service.deploy("1.1.0")
    assert not any(found.failed for found in read_versions(service.aws))


def test_a_version_of_which_the_image_is_gone_is_passed_over(service: Service) -> None:
    service.deploy("1.0.0")
    service.deploy("1.1.0")
    service.deploy("1.2.0")
    service.aws.ecr.batch_delete_image(
        repositoryName=service.settings.repository_name, imageIds=[{"imageTag": "1.1.0"}]
    )
    assert version_before(service.deployment) == "1.0.0"


def test_a_version_that_names_another_image_now_is_passed_over(service: Service) -> None:
    service.deploy("1.0.0")
    service.push("1.1.0")
    service.serve(service.register("1.1.0", f"sha256:{'1' * 64}"))
    service.deploy("1.2.0")
    assert version_before(service.deployment) == "1.0.0"


def test_the_only_version_has_none_before_it(service: Service) -> None:
    service.deploy("1.0.0")
    with pytest.raises(OpsError, match=r"no other version than 1\.0\.0 was deployed.*name one with --to"):
        version_before(service.deployment)


def test_where_nothing_is_deployed_there_is_nothing_to_go_back_to(service: Service) -> None:
    with pytest.raises(OpsError, match=r"no version is deployed yet.*\./dashctl deploy --version"):
        version_before(service.deployment)


def test_the_versions_tell_what_was_deployed_and_what_serves(service: Service) -> None:
    first = service.deploy("1.0.0")
    second = service.deploy("1.1.0")
    service.push("2.0.0")
    found = {version.version: version for version in read_versions(service.aws)}
    assert set(found) == {"1.0.0", "1.1.0", "2.0.0"}
    assert [found[version].digest for version in ("1.0.0", "1.1.0")] == [first, second]
    assert [version for version, seen in found.items() if seen.serving] == ["1.1.0"]
    assert {version for version, seen in found.items() if seen.deployed_at} == {"1.0.0", "1.1.0"}
    assert all(seen.pushed_at and not seen.running_tasks for seen in found.values())


def test_of_two_versions_of_one_image_only_the_one_that_was_deployed_serves(service: Service) -> None:
    digest = service.deploy("1.0.0")
    manifest = service.aws.ecr.batch_get_image(
        repositoryName=service.settings.repository_name, imageIds=[{"imageTag": "1.0.0"}]
    )["images"][0]["imageManifest"]
    service.aws.ecr.put_image(
        repositoryName=service.settings.repository_name, imageManifest=manifest, imageTag="1.1.0", imageDigest=digest
    )
    found = {version.version: version for version in read_versions(service.aws)}
    assert found["1.0.0"].digest == found["1.1.0"].digest
    assert [version for version, seen in found.items() if seen.serving] == ["1.0.0"]
    assert [version for version, seen in found.items() if seen.deployed_at] == ["1.0.0"]


def test_without_a_service_versions_are_those_of_the_registry(service: Service) -> None:
    service.push("1.0.0")
    (found,) = read_versions(service.aws)
    assert (found.version, found.serving, found.deployed_at) == ("1.0.0", False, None)


def test_a_version_that_is_not_there_is_refused(service: Service) -> None:
    service.push("1.0.0")
    require_image(service.aws, "1.0.0")
    with pytest.raises(OpsError, match=r"version 9 is not in the registry .*\./dashctl versions lists"):
        require_image(service.aws, "9")
