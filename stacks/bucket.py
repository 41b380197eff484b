"""The bucket of the dashboard's data."""

from typing import ClassVar

from constructs import Construct

from config import Settings
from stacks.base import BaseStack
from stacks.parts.private_bucket import PrivateBucket


class BucketStack(BaseStack):
    """A private, versioned bucket for the CSV file that the dashboard shows.

    Deliberately without the data: `./dashctl data push` uploads it, so that new data need no deployment.
    Typed attributes: `bucket`.
    """

    NAME: ClassVar[str] = "bucket"

    def __init__(self, scope: Construct, settings: Settings) -> None:
        super().__init__(scope, settings, cost=settings.tags.infrastructure_cost)
        data = PrivateBucket(self, "data", name=settings.data_bucket_name, force_destroy=settings.bucket.force_destroy)
        self.bucket = data.bucket
        self.output("bucket_name", self.bucket.bucket, "The S3 bucket of the dashboard's data")
