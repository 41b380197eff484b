"""The S3 client, and its errors in words that tell what to do."""

from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import boto3
from botocore.config import Config as BotoConfig
from botocore.exceptions import (
    BotoCoreError,
    ClientError,
    ConnectionClosedError,
    ConnectTimeoutError,
    EndpointConnectionError,
    FlexibleChecksumError,
    IncompleteReadError,
    NoCredentialsError,
    PartialCredentialsError,
    ReadTimeoutError,
    ResponseStreamingError,
)

from dashboard.deadline import OverdueError

if TYPE_CHECKING:
    from types_boto3_s3 import S3Client

# botocore waits 60 s for a connection and 60 s for each read by default, and tries five times.
_TIMEOUTS = BotoConfig(
    connect_timeout=2,  # seconds
    read_timeout=5,  # seconds
    retries={"mode": "standard", "total_max_attempts": 2},
    tcp_keepalive=True,
)


def create_client() -> "S3Client":
    """An S3 client that gives up within seconds. Region, endpoint and credentials are the AWS SDK's own settings."""
    # A session of its own looks for credentials anew; boto3's default session would remember that there were none.
    return boto3.session.Session().client("s3", config=_TIMEOUTS)


def is_not_modified(error: Exception) -> bool:
    """Whether a conditional read says that the object is still the one already known."""
    return isinstance(error, ClientError) and error.response["ResponseMetadata"].get("HTTPStatusCode") == 304


def is_answer(error: Exception) -> bool:
    """Whether the error is something that S3 itself answered."""
    return isinstance(error, ClientError)


def explain(error: Exception, bucket: str, key: str) -> str:
    """One line on why an object could not be read, and what to do. The same cause gives the same line."""
    where = f"s3://{bucket}/{key}"
    match error:
        case ClientError():
            return _explain_answer(error, bucket, where)
        case NoCredentialsError() | PartialCredentialsError():
            return f"No AWS credentials were found to read {where}. Give the task a role, or set the AWS variables."
        case EndpointConnectionError() | ConnectTimeoutError() | ConnectionClosedError():
            # Not the error's own words, which differ from try to try.
            endpoint = urlsplit(error.kwargs["endpoint_url"]).netloc
            return f"S3 does not answer at {endpoint}, so {where} cannot be read. Check the network and the endpoint."
        case OverdueError() | ReadTimeoutError():
            return f"S3 does not answer in time, so {where} cannot be read. Check the network and the endpoint."
        case ResponseStreamingError() | IncompleteReadError() | FlexibleChecksumError() | EOFError():
            return f"{where} did not arrive whole: the connection broke off. It is read again."
        case BotoCoreError() | ValueError():
            return f"{where} cannot be read with these AWS settings: {_line(error)}"
        case MemoryError():
            return f"There is no memory left to read {where}. Give the task more, or upload fewer rows."
        case _:
            return f"{where} cannot be read: {type(error).__name__}: {_line(error)}"


def _explain_answer(error: ClientError, bucket: str, where: str) -> str:
    code = str(error.response["Error"].get("Code", ""))
    status = error.response["ResponseMetadata"].get("HTTPStatusCode", 0)
    if code == "NoSuchBucket":
        return f"The bucket {bucket} does not exist. Create it, or correct BUCKET_NAME."
    if code in {"NoSuchKey", "404"}:
        return f"There is no {where} yet. Upload the data: ./dashctl data push FILE."
    if code in {"AccessDenied", "403"}:
        # Without s3:ListBucket, S3 answers 403 for a missing object too:
        # https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetObject.html
        return (
            f"S3 refuses to give {where}: either it is not uploaded yet (./dashctl data push FILE), "
            "or the task's role lacks s3:GetObject on it."
        )
    if status == 412:
        return f"{where} was replaced while it was read. It is read again."
    if status >= 500 or code in {"SlowDown", "RequestTimeout"}:
        return f"S3 has a fault of its own ({code}), so {where} cannot be read. It is tried again."
    return f"S3 refuses to give {where}: {_line(error)}"


def _line(error: Exception) -> str:
    return " ".join(str(error).split())
