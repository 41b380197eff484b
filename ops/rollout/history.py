"""Which task definitions were deployed in vain."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ops.rollout.faults import is_denied

if TYPE_CHECKING:
    from ops.aws import Aws

_LISTED = 100  # the newest, and the most at once; ECS keeps them for 90 days
_DESCRIBED_AT_ONCE = 20  # https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_DescribeServiceRevisions.html


def never_steady(aws: Aws) -> frozenset[str]:
    """Return the task definitions (ARNs) of which every known deployment failed, or was cut off, or still goes on.

    ECS knows those of the last 90 days, on this machine the agent those since it was started, and nobody is known to
    whoever may not ask: https://docs.aws.amazon.com/AmazonECS/latest/developerguide/service-deployment.html
    """
    steady = _on_this_machine(aws) if aws.settings.local else _in_ecs(aws)
    return frozenset(arn for arn, was_steady in steady.items() if not was_steady)


def _on_this_machine(aws: Aws) -> dict[str, bool]:
    from ops.local.agent_control import AgentControl

    record = AgentControl(aws.settings).record()
    return record.was_steady if record else {}


def _in_ecs(aws: Aws) -> dict[str, bool]:
    """Return for each task definition whether one of its deployments succeeded."""
    from botocore.exceptions import ClientError

    with aws.errors():
        try:
            return _read(aws)
        except ClientError as error:
            if is_denied(error):
                return {}
            raise


def _read(aws: Aws) -> dict[str, bool]:
    ecs, settings = aws.ecs, aws.settings
    listed = ecs.list_service_deployments(
        cluster=settings.cluster_name, service=settings.service_name, maxResults=_LISTED
    )["serviceDeployments"]
    succeeded = {found["targetServiceRevisionArn"] for found in listed if found["status"] == "SUCCESSFUL"}
    revisions = list({found["targetServiceRevisionArn"] for found in listed})
    steady: dict[str, bool] = {}
    for first in range(0, len(revisions), _DESCRIBED_AT_ONCE):
        described = ecs.describe_service_revisions(serviceRevisionArns=revisions[first : first + _DESCRIBED_AT_ONCE])
        for revision in described["serviceRevisions"]:
            definition = revision["taskDefinition"]
            steady[definition] = steady.get(definition, False) or revision["serviceRevisionArn"] in succeeded
    return steady
