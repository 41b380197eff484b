"""What ECS says should run: the service, its task definition and its target group, read from the emulator."""

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

from botocore.exceptions import ClientError

from config import Settings
from ops.images.stand_in import STAND_IN_TYPE
from ops.local.container_options import container_options

if TYPE_CHECKING:
    from types_boto3_ecr import ECRClient
    from types_boto3_ecs import ECSClient


@dataclass(frozen=True)
class Service:
    """What the ECS service wants. Percentages are of `desired_count`; the grace period is in seconds."""

    desired_count: int
    task_definition: str
    minimum_healthy_percent: int
    maximum_percent: int
    grace_seconds: int
    container: str
    port: int
    target_group: str

    @property
    def least_healthy(self) -> int:
        """The fewest healthy tasks during a rollout, rounded up as ECS does.

        https://docs.aws.amazon.com/AmazonECS/latest/developerguide/deployment-type-ecs.html
        """
        return -(-self.desired_count * self.minimum_healthy_percent // 100)

    @property
    def most(self) -> int:
        """The most tasks during a rollout, rounded down as ECS does."""
        return self.desired_count * self.maximum_percent // 100


@dataclass(frozen=True)
class Container:
    """What a task of one task definition runs. `sources` is the digest of a stand-in image, None for a real one.

    `options` are those of `docker run`: what the container may do.
    """

    task_definition: str
    command: tuple[str, ...]
    environment: dict[str, str]
    image: str
    stop_timeout_seconds: int
    sources: str | None
    options: tuple[str, ...] = ()


# https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_ContainerDefinition.html (stopTimeout, Fargate)
_DEFAULT_STOP_TIMEOUT_SECONDS = 30


def read_service(ecs: "ECSClient", settings: Settings) -> Service | None:
    """Return what the service wants, or None when there is no such active service (or no load balancer at it).

    Raises botocore's errors when the emulator does not answer.
    """
    try:
        found = ecs.describe_services(cluster=settings.cluster_name, services=[settings.service_name])["services"]
    except ecs.exceptions.ClusterNotFoundException:
        return None
    active = [service for service in found if service["status"] == "ACTIVE"]
    if not active or not active[0].get("loadBalancers"):
        return None
    service, target = active[0], active[0]["loadBalancers"][0]
    deployment = service.get("deploymentConfiguration", {})
    return Service(
        desired_count=service["desiredCount"],
        task_definition=service["taskDefinition"],
        minimum_healthy_percent=deployment.get("minimumHealthyPercent", 100),
        maximum_percent=deployment.get("maximumPercent", 200),
        grace_seconds=service.get("healthCheckGracePeriodSeconds", 0),
        container=target["containerName"],
        port=target["containerPort"],
        target_group=target["targetGroupArn"],
    )


def read_container(ecs: "ECSClient", ecr: "ECRClient", service: Service) -> Container:
    """Return what the service's tasks run. Raises LookupError when the task definition or its image is not there."""
    try:
        definition = ecs.describe_task_definition(taskDefinition=service.task_definition)["taskDefinition"]
    except ClientError as error:
        raise LookupError(f"task definition {service.task_definition}: {error}") from None
    containers = [found for found in definition["containerDefinitions"] if found["name"] == service.container]
    if not containers:
        raise LookupError(f"task definition {service.task_definition} has no container '{service.container}'")
    container = containers[0]
    return Container(
        task_definition=service.task_definition,
        command=tuple(container.get("command", ())),
        environment={pair["name"]: pair["value"] for pair in container.get("environment", ())},
        image=container["image"],
        stop_timeout_seconds=container.get("stopTimeout", _DEFAULT_STOP_TIMEOUT_SECONDS),
        sources=_sources_digest(ecr, container["image"]),
        options=container_options(container),
    )


def _sources_digest(ecr: "ECRClient", image: str) -> str | None:
    """Return the digest of the sources that stand for the image in the registry, or None for an image of layers."""
    name, _, digest = image.partition("@")
    repository = name.partition("/")[2]
    try:
        found = ecr.batch_get_image(repositoryName=repository, imageIds=[{"imageDigest": digest}])["images"]
    except ClientError as error:
        raise LookupError(f"image {image}: {error}") from None
    if not found:
        raise LookupError(f"image {image} is not in the registry")
    manifest = json.loads(found[0]["imageManifest"])
    if manifest.get("artifactType") != STAND_IN_TYPE:
        return None
    sources: str = manifest["config"]["digest"]
    return sources
