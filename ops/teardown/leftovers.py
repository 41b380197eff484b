"""What a destroy has left at AWS, found by the tags that every resource of a deployment carries."""

from __future__ import annotations

import time
from collections.abc import Iterator

from ops.aws import Aws
from ops.errors import OpsError
from ops.state_bucket import STACK
from ops.teardown.arn import Arn
from ops.teardown.existence import can_be_seen, is_there

_PATIENCE_SECONDS = 60
_PAUSE_SECONDS = 5


def find_leftovers(aws: Aws, *, patience: float = _PATIENCE_SECONDS) -> list[Arn]:
    """Return what is left once nothing is deployed; look again for `patience` seconds at what only the list tells of.

    Kept on purpose, and so not among it: the bucket of the state, a key that AWS is to delete, and task definitions
    that are inactive. The list knows this region only, and no IAM roles:
    https://docs.aws.amazon.com/resourcegroupstagging/latest/APIReference/supported-services.html

    Raises OpsError where it cannot be told: AWS refuses, or another deployment in the account has the same tags.
    """
    began = time.monotonic()
    while True:
        left = [arn for arn in (*_tagged(aws), *_container_insights(aws)) if is_there(aws, arn)]
        if all(can_be_seen(arn) for arn in left) or time.monotonic() - began > patience:
            return left
        time.sleep(_PAUSE_SECONDS)


def tags_in_words(aws: Aws) -> str:
    """Return the tags that leftovers are found by, in words."""
    return " and ".join(f"{key}={value}" for key, value in _tags(aws).items())


def _tags(aws: Aws) -> dict[str, str]:
    return {"environment": aws.settings.environment, "project": aws.settings.project.name}


def _tagged(aws: Aws) -> Iterator[Arn]:
    """Yield what has the tags of this deployment, which include `stack`, whatever its value."""
    filters = [{"Key": key, "Values": [value]} for key, value in _tags(aws).items()]
    with aws.errors():
        pages = aws.tagging.get_paginator("get_resources").paginate(TagFilters=[*filters, {"Key": "stack"}])  # type: ignore[list-item]
        found = [resource for page in pages for resource in page["ResourceTagMappingList"]]
    for resource in found:
        arn = Arn.of(resource["ResourceARN"])
        if {"Key": "stack", "Value": STACK} not in resource["Tags"]:
            yield arn
        elif arn.id != aws.settings.state_bucket_name and is_there(aws, arn):
            raise OpsError(
                f"the deployment whose state is in the bucket {arn.id} has the same tags, {tags_in_words(aws)}: give "
                "each deployment of an account its own environment or project.name"
            )


def _container_insights(aws: Aws) -> Iterator[Arn]:
    """Yield the log group that AWS makes for a cluster, without tags, and keeps.

    https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/Container-Insights-reference-performance-logs-ECS.html
    """
    prefix = f"/aws/ecs/containerinsights/{aws.settings.cluster_name}/"
    with aws.errors():
        groups = aws.logs.describe_log_groups(logGroupNamePrefix=prefix)["logGroups"]
    yield from (Arn.of(group["arn"]) for group in groups)
