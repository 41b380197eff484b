"""One object in S3: asked for only when it has changed, and received under a deadline or not at all."""

import io
import threading
from collections.abc import Callable
from contextlib import ExitStack, suppress
from datetime import UTC
from typing import TYPE_CHECKING, Any

from dashboard import s3
from dashboard.deadline import Deadlines, OverdueError, within

if TYPE_CHECKING:
    from botocore.response import StreamingBody
    from types_boto3_s3 import S3Client
    from types_boto3_s3.type_defs import GetObjectOutputTypeDef

_BUFFER_BYTES = 64 * 1024


class ObjectVersion:
    """One version of the object, as a source to read from.

    Attributes:
        name: the object's key.
        size: bytes.
        etag: with its quotes, as S3 writes it.
        version_id: None in a bucket without versions.
        modified_at: when it was written (UTC).
    """

    def __init__(self, s3_object: "S3Object", answer: "GetObjectOutputTypeDef") -> None:
        self.name = s3_object.key
        self.size = answer["ContentLength"]
        self.etag = answer["ETag"]
        version_id = answer.get("VersionId")
        # What S3 calls versions that were written before a bucket had any:
        # https://docs.aws.amazon.com/AmazonS3/latest/userguide/AddingObjectstoVersionSuspendedBuckets.html
        self.version_id = None if version_id == "null" else version_id
        self.modified_at = answer["LastModified"].astimezone(UTC)
        self._s3_object = s3_object
        self._answer: GetObjectOutputTypeDef | None = answer

    def open(self) -> io.BufferedReader:
        """The body from its beginning. Opened again, it is asked for again, and only if it is still the same."""
        answer, self._answer = self._answer, None
        if answer is None:
            answer = self._s3_object.get(IfMatch=self.etag)
        seconds = self._s3_object.deadlines.body(self.size)
        return io.BufferedReader(_Body(answer["Body"], seconds), _BUFFER_BYTES)


class S3Object:
    """The object under one key. After an error the next call makes a new client, with new credentials."""

    def __init__(self, *, bucket: str, key: str, create_client: "Callable[[], S3Client]", deadlines: Deadlines) -> None:
        self.bucket = bucket
        self.key = key
        self.deadlines = deadlines
        self._create_client = create_client
        self._client: S3Client | None = None

    def look(self, known_etag: str | None) -> ObjectVersion | None:
        """The object as it is now; None if it is still the one with this ETag.

        Raises:
            Exception: what boto3 raises, or OverdueError; ``s3.explain`` has the words for it.
        """
        try:
            return ObjectVersion(self, self.get(IfNoneMatch=known_etag) if known_etag else self.get())
        except Exception as error:
            if s3.is_not_modified(error):
                return None
            raise

    def get(self, **conditions: str) -> "GetObjectOutputTypeDef":
        """Ask for the object. The answer's body is still to be read.

        Raises:
            Exception: what boto3 raises, or OverdueError.
        """
        clients = [self._client] if self._client else []
        self._client = None

        def call() -> "GetObjectOutputTypeDef":
            if not clients:
                clients.append(self._create_client())
            return clients[0].get_object(Bucket=self.bucket, Key=self.key, **conditions)  # type: ignore[arg-type]

        try:
            answer = within(self.deadlines.answer_seconds, call, discard=lambda late: late["Body"].close())
        except Exception as error:
            if s3.is_not_modified(error):
                self._client = clients[0]
            raise
        self._client = clients[0]
        return answer


class _Body(io.RawIOBase):
    """An answer's body, which ends in time: at the deadline its connection is cut, whatever it waits for."""

    def __init__(self, body: "StreamingBody", seconds: float) -> None:
        self._body = body
        self._seconds = seconds
        self._cleanup = ExitStack()
        # urllib3's response, whose shutdown ends a read in another thread.
        self._response: Any = self._cleanup.enter_context(body)
        self._is_overdue = False
        self._timer = threading.Timer(seconds, self._cut)
        self._timer.daemon = True
        self._timer.start()

    def _cut(self) -> None:
        self._is_overdue = True
        with suppress(Exception):  # it may have ended just now
            self._response.shutdown()

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        """As many bytes as the buffer holds, fewer only at the end, whose number and checksum are verified."""
        try:
            count: int = self._body.readinto(buffer)  # type: ignore[arg-type]  # boto3's stub asks for a file
        except Exception:
            if not self._is_overdue:
                raise
        if self._is_overdue:
            raise OverdueError(f"the object did not arrive within {self._seconds:.0f} s")
        return count

    def close(self) -> None:
        self._timer.cancel()
        self._cleanup.close()
        super().close()
