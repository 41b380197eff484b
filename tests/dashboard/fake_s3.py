"""A stand-in for S3 with one bucket and one key."""

import hashlib
from dataclasses import dataclass, field
from datetime import UTC, datetime
from io import BytesIO
from typing import TYPE_CHECKING, Any, cast

from botocore.exceptions import ClientError
from botocore.response import StreamingBody

if TYPE_CHECKING:
    from types_boto3_s3 import S3Client

BUCKET = "plotly-data"
KEY = "gapminder_unfiltered.csv"


def client_error(code: str, status: int) -> ClientError:
    return ClientError({"Error": {"Code": code}, "ResponseMetadata": {"HTTPStatusCode": status}}, "GetObject")  # type: ignore[typeddict-item]


@dataclass
class FakeS3:
    """Answers ``get_object`` as S3 does: content with an ETag, 304 for a known one, or the error that is set."""

    content: bytes | None = None
    error: Exception | None = None
    version_id: str | None = None
    reads: list[str] = field(default_factory=list)
    clients: int = 0

    def create_client(self) -> "S3Client":
        self.clients += 1
        return cast("S3Client", self)

    def get_object(self, **request: str) -> dict[str, Any]:
        assert (request["Bucket"], request["Key"]) == (BUCKET, KEY)
        if self.error:
            raise self.error
        if self.content is None:
            raise client_error("NoSuchKey", 404)
        etag = f'"{hashlib.sha256(self.content).hexdigest()}"'
        if request.get("IfNoneMatch") == etag:
            self.reads.append("not modified")
            raise client_error("304", 304)
        if request.get("IfMatch", etag) != etag:
            raise client_error("PreconditionFailed", 412)
        self.reads.append("again" if "IfMatch" in request else "whole")
        return {
            "Body": StreamingBody(BytesIO(self.content), len(self.content)),
            "ContentLength": len(self.content),
            "ETag": etag,
            "LastModified": datetime(2026, 11, 23, 20, 41, tzinfo=UTC),
        } | ({"VersionId": self.version_id} if self.version_id else {})
