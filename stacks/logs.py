"""The bucket of access logs."""

from typing import ClassVar

from cdktf_cdktf_provider_aws.data_aws_partition import DataAwsPartition
from constructs import Construct

from config import Settings
from stacks.base import BaseStack
from stacks.parts.log_bucket import deliveries
from stacks.parts.private_bucket import PrivateBucket

# So long a log that somebody deleted can be brought back.
_DELETED_DAYS = 7


class LogsStack(BaseStack):
    """A bucket for the logs of the load balancer, the data bucket and the network; nothing without `access_logs`.

    It is encrypted by S3's own keys, the only ones with which load balancers deliver:
    https://docs.aws.amazon.com/elasticloadbalancing/latest/application/enable-access-logging.html
    Who delivers needs the bucket's policy first, which is there once this stack is: stacks that read `bucket_name` are
    deployed after it. Logs of its own it has none: each delivery would make another.
    Typed attributes: `bucket_name`, `bucket_arn`, None where there are no access logs.
    """

    NAME: ClassVar[str] = "logs"

    def __init__(self, scope: Construct, settings: Settings) -> None:
        super().__init__(scope, settings, cost=settings.tags.infrastructure_cost)
        self.bucket_name: str | None = None
        self.bucket_arn: str | None = None
        if not settings.access_logs.enabled:
            return
        partition = DataAwsPartition(self, "partition").partition
        logs = PrivateBucket(
            self,
            "logs",
            name=settings.access_logs_bucket_name,
            force_destroy=settings.access_logs.force_destroy,
            noncurrent_days=_DELETED_DAYS,
            retention_days=settings.access_logs.retention_days,
            allow=lambda bucket_arn: deliveries(
                bucket_arn,
                partition=partition,
                region=settings.aws.region,
                account_id=settings.aws.account_id,
                data_bucket_name=settings.data_bucket_name,
            ),
        )
        self.bucket_name = logs.bucket.bucket
        self.bucket_arn = logs.bucket.arn
        self.output("logs_bucket_name", logs.bucket.bucket, "The S3 bucket of the access logs")
