"""The bucket of everyone's Terraform state."""

from typing import ClassVar

from constructs import Construct

from config import Settings
from stacks.base import BaseStack
from stacks.parts.private_bucket import PrivateBucket


class StateStack(BaseStack):
    """An S3 bucket for the state of every stack, this one's included; Terraform refuses to destroy it.

    The very first apply has no bucket to keep its state in: it runs with a local backend, and the state then moves into
    the bucket. `./dashctl deploy` does so; docs/runbook.md shows it step by step. For the same reason S3's own key
    encrypts it, and no other bucket logs who reads it: it is made before either. Old states are deleted
    `state.noncurrent_days` after they were replaced.
    """

    NAME: ClassVar[str] = "state"

    def __init__(self, scope: Construct, settings: Settings) -> None:
        super().__init__(scope, settings, cost=settings.tags.infrastructure_cost)
        state = PrivateBucket(
            self,
            "state",
            name=settings.state_bucket_name,
            keep=True,
            noncurrent_days=settings.state.noncurrent_days,
        )
        self.output("state_bucket_name", state.bucket.bucket, "The S3 bucket of the Terraform state of every stack")
