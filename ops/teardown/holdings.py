"""What a deployment has that cannot be made again, and what protects it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from ops.aws import Aws
from ops.table import size_in_words
from ops.teardown.absent import unless_gone
from ops.teardown.contents import bucket_contents, repository_contents
from ops.teardown.managed import States, managed


@dataclass(frozen=True)
class Protection:
    """What keeps AWS or Terraform from a deletion: a key of the settings, and the value that switches it off."""

    key: str
    off: bool


@dataclass(frozen=True)
class Holding:
    """What goes with a stack for good, in words; `protection` is in force now, whatever the settings say."""

    stack: str
    description: str
    protection: Protection | None = None


_ALB = Protection("alb.deletion_protection", off=False)
_REPOSITORY = Protection("ecr.force_delete", off=True)
_BUCKETS = {
    "bucket": ("the data bucket", Protection("bucket.force_destroy", off=True)),
    "logs": ("the bucket of access logs", Protection("access_logs.force_destroy", off=True)),
}


def read_holdings(aws: Aws, states: States) -> list[Holding]:
    """Return what would be lost with these stacks, but for what is gone already or holds nothing."""
    return [
        holding
        for stack, state in states.items()
        for kind, read in _READERS.items()
        for attributes in managed(state, kind)
        for holding in read(aws, stack, attributes)
    ]


# The provider acts on `force_destroy` and `force_delete` as they are in the state: changed in the settings only, they
# have no effect. https://registry.terraform.io/providers/hashicorp/aws/5.100.0/docs/resources/s3_bucket#force_destroy
def _bucket(aws: Aws, stack: str, attributes: dict[str, Any]) -> Iterator[Holding]:
    contents = bucket_contents(aws, attributes["bucket"])
    if contents and contents.count:
        what, protection = _BUCKETS.get(stack, ("the bucket", None))
        yield Holding(
            stack,
            f"{what} {attributes['bucket']}: {contents}",
            None if attributes["force_destroy"] else protection,
        )


def _repository(aws: Aws, stack: str, attributes: dict[str, Any]) -> Iterator[Holding]:
    contents = repository_contents(aws, attributes["name"])
    if contents and contents.count:
        yield Holding(
            stack,
            f"the repository {attributes['name']}: {contents}",
            None if attributes["force_delete"] else _REPOSITORY,
        )


def _load_balancer(aws: Aws, stack: str, attributes: dict[str, Any]) -> Iterator[Holding]:
    found = unless_gone(aws, lambda: aws.elbv2.describe_load_balancer_attributes(LoadBalancerArn=attributes["arn"]))
    if found:
        protected = {"Key": "deletion_protection.enabled", "Value": "true"} in found["Attributes"]
        yield Holding(
            stack,
            f"the address {attributes['dns_name']} of the load balancer {attributes['name']}: a new one gets another",
            _ALB if protected else None,
        )


def _user_pool(aws: Aws, stack: str, attributes: dict[str, Any]) -> Iterator[Holding]:
    found = unless_gone(aws, lambda: aws.cognito.describe_user_pool(UserPoolId=attributes["id"]))
    if found:
        pool = found["UserPool"]
        yield Holding(
            stack,
            f"the user pool {attributes['name']}: about {pool.get('EstimatedNumberOfUsers', 0):,} readers",
            _ALB if pool.get("DeletionProtection") == "ACTIVE" else None,
        )


def _key(_aws: Aws, stack: str, attributes: dict[str, Any]) -> Iterator[Holding]:
    yield Holding(
        stack,
        f"the key {attributes['key_id']}: nothing can be decrypted from then on, and AWS deletes it after "
        f"{attributes['deletion_window_in_days']} days, in which `aws kms cancel-key-deletion` brings it back",
    )


def _log_group(aws: Aws, stack: str, attributes: dict[str, Any]) -> Iterator[Holding]:
    with aws.errors():
        groups = aws.logs.describe_log_groups(logGroupNamePrefix=attributes["name"])["logGroups"]
    for group in groups:
        if group["logGroupName"] == attributes["name"]:
            yield Holding(stack, f"the log {attributes['name']}: {size_in_words(group.get('storedBytes', 0))}")


_READERS: dict[str, Callable[[Aws, str, dict[str, Any]], Iterator[Holding]]] = {
    "aws_s3_bucket": _bucket,
    "aws_ecr_repository": _repository,
    "aws_lb": _load_balancer,
    "aws_cognito_user_pool": _user_pool,
    "aws_kms_key": _key,
    "aws_cloudwatch_log_group": _log_group,
}
