"""Which versions of the dashboard were deployed: the revisions of its task definition, each of which names an image."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from ops.errors import OpsError
from ops.images.registry import Image, find_image, list_images
from ops.rollout.history import never_steady

if TYPE_CHECKING:
    from types_boto3_ecs.type_defs import TaskDefinitionTypeDef

    from ops.aws import Aws
    from ops.deployment import Deployment

_VERSION = "DASHBOARD_VERSION"
# So far back a rollback looks, a call each.
_REVISIONS = 30


@dataclass(frozen=True)
class Revision:
    """A revision of the task definition: its ARN, the version and digest of its image, and when it was made (UTC).

    `version` is None where the revision was not made by this project's stacks.
    """

    arn: str
    version: str | None
    digest: str
    registered_at: datetime | None

    @property
    def number(self) -> int:
        return int(self.arn.rpartition(":")[2])

    def runs(self, image: Image) -> bool:
        """Tell whether its tasks run this version: two may name the same image."""
        return self.digest == image.digest and self.version in (None, image.version)


@dataclass(frozen=True)
class Version:
    """A version in the registry: its image's digest, when that was pushed and last deployed (UTC), and who runs it.

    `serving`: the service is at it, or on its way to it. `deployed_at` is None where no recent revision names it, and
    `failed` tells that it was deployed in vain, as far as that is known.
    """

    version: str
    digest: str
    pushed_at: datetime | None
    deployed_at: datetime | None
    serving: bool
    failed: bool
    running_tasks: int


def read_revision(aws: Aws, arn: str) -> Revision:
    """Return a revision by its ARN."""
    with aws.errors():
        found = aws.ecs.describe_task_definition(taskDefinition=arn)["taskDefinition"]
    return _revision(aws, found)


def read_revisions(aws: Aws) -> Iterator[Revision]:
    """Yield the last revisions, the newest first, with those that Terraform has replaced: ECS keeps them as INACTIVE.

    https://docs.aws.amazon.com/AmazonECS/latest/developerguide/deregister-task-definition-v2.html
    """
    arns: list[str] = []
    for status in ("ACTIVE", "INACTIVE"):
        with aws.errors():
            listed = aws.ecs.list_task_definitions(
                familyPrefix=aws.settings.task_family,
                status=status,
                sort="DESC",
                maxResults=_REVISIONS,
            )
        arns += listed["taskDefinitionArns"]
    for arn in sorted(set(arns), key=lambda arn: int(arn.rpartition(":")[2]), reverse=True)[:_REVISIONS]:
        yield read_revision(aws, arn)


def serving_revision(aws: Aws) -> Revision | None:
    """Return the revision that ECS is at, or on its way to; None where there is no service."""
    settings = aws.settings
    with aws.errors():
        try:
            found = aws.ecs.describe_services(cluster=settings.cluster_name, services=[settings.service_name])
        except aws.ecs.exceptions.ClusterNotFoundException:
            return None
    active = [service for service in found["services"] if service["status"] == "ACTIVE"]
    return read_revision(aws, active[0]["taskDefinition"]) if active else None


def version_before(deployment: Deployment) -> str:
    """Return the version to go back to: the last one that was deployed before, not in vain, and has its image still.

    Where ECS itself has gone back from the version that Terraform deployed, that is the version which ECS runs.
    Raises OpsError where there is none.
    """
    aws, deployed = deployment.aws, deployment.deployed_version()
    if deployed is None:
        raise OpsError("no version is deployed yet, so there is none to go back to: ./dashctl deploy --version …")
    serving = serving_revision(aws)
    failed = never_steady(aws) if serving else frozenset()
    for revision in read_revisions(aws):
        later = serving is not None and revision.number > serving.number
        if later or revision.version in (None, deployed) or revision.arn in failed:
            continue
        image = find_image(aws, str(revision.version))
        if image and revision.runs(image):
            return str(revision.version)
    raise OpsError(
        f"no other version than {deployed} was deployed, ran, and still has its image in the registry: name one with "
        "--to; ./dashctl versions lists them"
    )


def read_versions(aws: Aws) -> list[Version]:
    """Return the versions in the registry, the newest first."""
    revisions = list(read_revisions(aws))
    serving = serving_revision(aws)
    running = _running_revisions(aws) if serving else Counter[Revision]()
    failed = never_steady(aws) if serving else frozenset()
    found = []
    for image in list_images(aws):
        own = [revision for revision in revisions if revision.runs(image)]
        serves = serving is not None and serving.runs(image)
        found.append(
            Version(
                version=image.version,
                digest=image.digest,
                pushed_at=image.pushed_at,
                deployed_at=own[0].registered_at if own else None,
                serving=serves,
                failed=bool(own) and not serves and all(revision.arn in failed for revision in own),
                running_tasks=sum(count for revision, count in running.items() if revision.runs(image)),
            )
        )
    return found


def _running_revisions(aws: Aws) -> Counter[Revision]:
    """Return how many tasks of the service run each revision."""
    settings = aws.settings
    if settings.local:
        # The emulator has no tasks where no Docker engine runs.
        from ops.local.agent_control import AgentControl

        record = AgentControl(settings).record()
        definitions = Counter(task.task_definition for task in record.ready_tasks) if record else Counter[str]()
    else:
        definitions = Counter(_running_definitions(aws))
    return Counter({read_revision(aws, arn): count for arn, count in definitions.items()})


def _running_definitions(aws: Aws) -> Iterator[str]:
    settings = aws.settings
    with aws.errors():
        pages = aws.ecs.get_paginator("list_tasks").paginate(
            cluster=settings.cluster_name, serviceName=settings.service_name, desiredStatus="RUNNING"
        )
        for page in pages:
            if page["taskArns"]:
                described = aws.ecs.describe_tasks(cluster=settings.cluster_name, tasks=page["taskArns"])
                yield from (task["taskDefinitionArn"] for task in described["tasks"])


def require_image(aws: Aws, version: str) -> None:
    """Raise OpsError where a version is not in the registry."""
    if find_image(aws, version) is None:
        raise OpsError(
            f"version {version} is not in the registry {aws.settings.repository_name}: ./dashctl versions lists those "
            "that are"
        )


def _revision(aws: Aws, found: TaskDefinitionTypeDef) -> Revision:
    name = aws.settings.task.container
    containers = [container for container in found["containerDefinitions"] if container["name"] == name]
    container = containers[0] if containers else {}
    environment = {pair["name"]: pair["value"] for pair in container.get("environment", ())}
    registered = found.get("registeredAt")
    return Revision(
        arn=found["taskDefinitionArn"],
        version=environment.get(_VERSION),
        digest=container.get("image", "").partition("@")[2],
        registered_at=registered.astimezone(UTC) if registered else None,
    )
