"""Resources that may be gone already."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from botocore.exceptions import ClientError

from ops.aws import Aws

Answer = TypeVar("Answer")

# Beside the codes that contain "NotFound": S3's, and what ECS says of a task definition that was deleted.
# https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_DescribeTaskDefinition.html
_GONE = {"404", "NoSuchBucket", "ClientException"}


def unless_gone(aws: Aws, ask: Callable[[], Answer]) -> Answer | None:
    """Return what AWS answers about a resource, None where it is gone. Raises OpsError for any other refusal."""
    with aws.errors():
        try:
            return ask()
        except ClientError as error:
            code = error.response.get("Error", {}).get("Code", "")
            if "NotFound" in code or code in _GONE:
                return None
            raise
