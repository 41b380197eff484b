"""Removes the stacks of a deployment: first what uses the others, last what holds something of value."""

from __future__ import annotations

from contextlib import suppress

from ops.deployment import VERSION_VARIABLE, Deployment
from ops.errors import OpsError
from ops.teardown.buckets import empty_bucket
from ops.teardown.managed import States, deployed_states, listed, managed

# After all others, in this order. So data and images are there until nothing uses them any more, and the bucket of
# access logs is emptied once nothing is left that logs. What AWS delivers even then (a load balancer's log of its last
# five minutes), Terraform deletes with the bucket.
# https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-access-logs.html
LAST = (("bucket", "ecr"), ("logs", "encryption"))


def remove(deployment: Deployment, states: States) -> None:
    """Destroy these stacks, and what is in their buckets; says what is left where it does not come to the end.

    Only buckets of the states are emptied, and of those only the ones that Terraform may destroy with what is in them.
    A repository need not be: ECR deletes it with its images at once.
    https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_DeleteRepository.html

    Raises OpsError and KeyboardInterrupt; called again with the states of then, it goes on.
    """
    others = tuple(name for name in states if not any(name in names for names in LAST))
    # Terraform wants a value even where it destroys.
    variables = {VERSION_VARIABLE: deployment.deployed_version() or "none"}
    try:
        for names in (others, *LAST):
            present = [name for name in names if name in states]
            for name in present:
                _empty_buckets(deployment, states, name)
            deployment.destroy(*present, variables=variables)
    except (OpsError, KeyboardInterrupt):
        _say_what_is_left(deployment)
        raise


def _empty_buckets(deployment: Deployment, states: States, name: str) -> None:
    for attributes in managed(states[name], "aws_s3_bucket"):
        if attributes["force_destroy"]:
            with deployment.progress.step(f"{name}: empty {attributes['bucket']}") as step:
                empty_bucket(deployment.aws, attributes["bucket"], step)


def _say_what_is_left(deployment: Deployment) -> None:
    with suppress(OpsError):  # it must not hide why the destroy ended
        left = deployed_states(deployment)
        environment = deployment.settings.environment
        deployment.progress.say(
            f"still deployed in environment '{environment}': {listed(left) or 'nothing'}: "
            f"./dashctl destroy --env {environment} goes on"
        )
