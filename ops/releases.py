"""The releases of the data: the versions that S3 keeps of the object which the dashboard reads."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import quote, unquote

from botocore.exceptions import ClientError

from ops.aws import Aws
from ops.data import Summary
from ops.errors import OpsError

if TYPE_CHECKING:
    from types_boto3_s3.type_defs import HeadObjectOutputTypeDef

# One request puts, or copies, at most so much; more would have to go in parts:
# https://docs.aws.amazon.com/AmazonS3/latest/API/API_CopyObject.html
LARGEST_BYTES = 5 * 1024**3

# https://parquet.apache.org/docs/file-format/ and https://www.iana.org/assignments/media-types/media-types.xhtml
_PARQUET_MAGIC = b"PAR1"
_PARQUET_TYPE = "application/vnd.apache.parquet"
_CSV_TYPE = "text/csv"

_HEADS_AT_ONCE = 8


@dataclass(frozen=True)
class Facts:
    """What `push` and `rollback` write beside the data, as metadata of the object; None where they did not.

    `by` is the ARN of who made the release, `restored_from` the version that a rollback copied, `sha256` the data's
    digest in hexadecimal.
    """

    rows: int | None = None
    countries: int | None = None
    years: str | None = None
    file: str | None = None
    by: str | None = None
    restored_from: str | None = None
    sha256: str | None = None

    @classmethod
    def of(cls, metadata: dict[str, str]) -> Facts:
        """Read them from S3's metadata, which anyone may have written."""

        def number(name: str) -> int | None:
            text = metadata.get(name, "")
            return int(text) if text.isascii() and text.isdigit() else None

        file = metadata.get("file")
        return cls(
            rows=number("rows"),
            countries=number("countries"),
            years=metadata.get("years"),
            file=unquote(file) if file else None,
            by=metadata.get("by"),
            restored_from=metadata.get("restored-from"),
            sha256=metadata.get("sha256"),
        )


@dataclass(frozen=True)
class Release:
    """A version of the object: S3's id, when it was made (UTC), and its size in bytes.

    `live` is the one that the dashboard reads. One that is `deleted` is a delete marker: it holds no data, and where it
    is live the dashboard has none.
    """

    version: str
    modified_at: datetime
    live: bool
    deleted: bool = False
    size: int = 0
    etag: str = ""
    facts: Facts = field(default_factory=Facts)

    def holds_the_data_of(self, other: Release) -> bool:
        """Tell whether both hold the same data.

        E-tags do not tell: an upload in parts, a copy of it and an upload as a whole have three different ones.
        https://docs.aws.amazon.com/AmazonS3/latest/userguide/checking-object-integrity-upload.html
        """
        if self.deleted or other.deleted:
            return False
        origins = {release.facts.restored_from or release.version for release in (self, other)}
        same_digest = self.facts.sha256 is not None and self.facts.sha256 == other.facts.sha256
        return same_digest or self.etag == other.etag or len(origins) == 1


@dataclass(frozen=True)
class Upload:
    """Where a file went. `version` is S3's version id, None where the bucket keeps none.

    Not `new` where the same data were live already, so that nothing was uploaded.
    """

    bucket: str
    key: str
    version: str | None
    new: bool


@dataclass(frozen=True)
class Rollback:
    """The release that was restored, the one that it replaced, and the version id of the copy, which is live now."""

    restored: Release
    replaced: Release
    version: str


def push(aws: Aws, file: Path, summary: Summary) -> Upload:
    """Put a file, of which `summary` tells what is in it, where the dashboard reads it, unless it is there already.

    A Parquet file goes to the same key as a CSV: the dashboard tells them apart by their content, and so a rollback
    crosses formats. What was there stays in the bucket as an older version.

    Raises OpsError when the bucket is missing or refuses it.
    """
    bucket, key = aws.settings.data_bucket_name, aws.settings.bucket.object_key
    try:
        if file.stat().st_size > LARGEST_BYTES:
            raise OpsError(f"{file} has more than the {_gib(LARGEST_BYTES)} that S3 takes and copies in one request")
        with file.open("rb") as body:
            sha256 = hashlib.file_digest(body, "sha256").hexdigest()
            body.seek(0)
            md5 = hashlib.file_digest(body, lambda: hashlib.md5(usedforsecurity=False)).hexdigest()
            body.seek(0)
            is_parquet = body.read(len(_PARQUET_MAGIC)) == _PARQUET_MAGIC
            body.seek(0)
            if (live := _live(aws)) and (live.facts.sha256 == sha256 or live.etag == md5):
                return Upload(bucket, key, _version_id(live.version), new=False)
            metadata = {
                "rows": str(summary.rows),
                "countries": str(summary.countries),
                "years": f"{summary.years[0]}-{summary.years[1]}",
                # Metadata travel as HTTP headers: https://docs.aws.amazon.com/AmazonS3/latest/userguide/UsingMetadata.html
                "file": quote(file.name, safe=" "),
                "by": _caller(aws),
                "sha256": sha256,
            }
            with aws.errors(), _bucket_errors(aws):
                answer = aws.s3.put_object(
                    Bucket=bucket,
                    Key=key,
                    Body=body,
                    ContentType=_PARQUET_TYPE if is_parquet else _CSV_TYPE,
                    Metadata=metadata,
                )
    except OSError as error:
        raise OpsError(f"{file} cannot be read: {error.strerror}") from None
    return Upload(bucket, key, _version_id(answer.get("VersionId")), new=True)


def object_exists(aws: Aws) -> bool:
    """Tell whether the dashboard has data. Raises OpsError when the bucket is missing or may not be read."""
    settings = aws.settings
    with aws.errors(), _bucket_errors(aws):
        # Not head_object: its answer does not tell a missing bucket from a missing object.
        found = aws.s3.list_objects_v2(Bucket=settings.data_bucket_name, Prefix=settings.bucket.object_key, MaxKeys=1)
    return any(item["Key"] == settings.bucket.object_key for item in found.get("Contents", ()))


def read_releases(aws: Aws, last: int) -> list[Release]:
    """Return the last releases with their facts, the newest first; at most `last`.

    Raises OpsError when the bucket is missing or keeps no versions.
    """
    if _versioning(aws) is None:
        raise OpsError(_without_versions(aws))
    return _with_facts(aws, list(islice(_releases(aws), last)))


def roll_back(aws: Aws, to: str | None = None) -> Rollback:
    """Make an older release live again: the one whose version id is `to`, or the last with other data than are live.

    S3 copies that version onto the key, as a new version: nothing is lost, and a rollback can be rolled back.

    Raises OpsError when there is nothing to go back to, and when somebody made another release meanwhile.
    """
    if _versioning(aws) != "Enabled":
        raise OpsError(_without_versions(aws))
    releases = list(_releases(aws))
    if not releases:
        raise OpsError(f"there are no data at {_location(aws)} yet: ./dashctl data push FILE uploads some")
    live = _with_facts(aws, [release for release in releases if release.live])[0]
    target = _previous(aws, releases, live) if to is None else _named(aws, releases, to)
    if target.version == live.version:
        raise OpsError(f"version {target.version} is live already: nothing was changed")
    if target.holds_the_data_of(live):
        raise OpsError(f"version {target.version} holds the same data as what is live: nothing was changed")
    if target.size > LARGEST_BYTES:
        raise OpsError(
            f"version {target.version} has {_gib(target.size)}, and S3 copies at most {_gib(LARGEST_BYTES)} in one "
            "request: push its file again"
        )
    return Rollback(target, live, _copy(aws, target, live))


def _copy(aws: Aws, target: Release, live: Release) -> str:
    bucket, key = aws.settings.data_bucket_name, aws.settings.bucket.object_key
    head = _head(aws, target.version)
    metadata = head["Metadata"] | {
        "by": _caller(aws),
        "restored-from": target.facts.restored_from or target.version,
    }
    # Only over what was seen to be live. MiniStack 1.5.33 copies whatever is live:
    # https://docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-writes.html
    condition = {"IfNoneMatch": "*"} if live.deleted else {"IfMatch": f'"{live.etag}"'}
    with aws.errors():
        try:
            answer = aws.s3.copy_object(
                Bucket=bucket,
                Key=key,
                CopySource={"Bucket": bucket, "Key": key, "VersionId": target.version},
                MetadataDirective="REPLACE",
                Metadata=metadata,
                ContentType=head["ContentType"],
                **condition,  # type: ignore[arg-type]
            )
        except ClientError as error:
            match error.response.get("Error", {}).get("Code"):
                case "PreconditionFailed" | "ConditionalRequestConflict" | "NoSuchKey":
                    raise OpsError(
                        f"somebody changed {_location(aws)} meanwhile, so nothing was restored: look at "
                        "./dashctl data list, then run this again"
                    ) from None
                case "NoSuchVersion":
                    raise OpsError(_unknown_version(aws, target.version)) from None
            raise
    return answer["VersionId"]


def _previous(aws: Aws, releases: Sequence[Release], live: Release) -> Release:
    for candidate in releases:
        if candidate.live or candidate.deleted:
            continue
        (release,) = _with_facts(aws, [candidate])
        if not release.holds_the_data_of(live):
            return release
    raise OpsError(f"there is no earlier release of {_location(aws)} with other data than those that are live")


def _named(aws: Aws, releases: Sequence[Release], version: str) -> Release:
    for release in releases:
        if release.version != version:
            continue
        if release.deleted:
            raise OpsError(
                f"version {version} is a delete marker, which holds no data: ./dashctl data list names those that do"
            )
        return _with_facts(aws, [release])[0]
    raise OpsError(_unknown_version(aws, version))


def _releases(aws: Aws) -> Iterator[Release]:
    """Yield every release without its facts, the newest first."""
    bucket, key = aws.settings.data_bucket_name, aws.settings.bucket.object_key
    pages = aws.s3.get_paginator("list_object_versions").paginate(Bucket=bucket, Prefix=key)
    with aws.errors(), _bucket_errors(aws):
        for page in pages:
            versions = [
                Release(
                    version=found["VersionId"],
                    modified_at=found["LastModified"].astimezone(UTC),
                    live=found["IsLatest"],
                    size=found["Size"],
                    etag=found["ETag"].strip('"'),
                )
                for found in page.get("Versions", ())
                if found["Key"] == key
            ]
            markers = [
                Release(
                    version=found["VersionId"],
                    modified_at=found["LastModified"].astimezone(UTC),
                    live=found["IsLatest"],
                    deleted=True,
                )
                for found in page.get("DeleteMarkers", ())
                if found["Key"] == key
            ]
            yield from _merged(versions, markers)


def _merged(versions: Sequence[Release], markers: Sequence[Release]) -> Iterator[Release]:
    """Yield versions and delete markers in one order; boto3 hands them out in two lists, each the newest first."""
    waiting = list(markers)
    for version in versions:
        # The time of an upload in parts is that of its beginning, so that among versions S3's order counts.
        while waiting and (waiting[0].live or (not version.live and waiting[0].modified_at > version.modified_at)):
            yield waiting.pop(0)
        yield version
    yield from waiting


def _with_facts(aws: Aws, releases: Sequence[Release]) -> list[Release]:
    def read(release: Release) -> Release:
        if release.deleted:
            return release
        return replace(release, facts=Facts.of(_head(aws, release.version)["Metadata"]))

    with ThreadPoolExecutor(_HEADS_AT_ONCE) as pool:
        return list(pool.map(read, releases))


def _head(aws: Aws, version: str) -> HeadObjectOutputTypeDef:
    bucket, key = aws.settings.data_bucket_name, aws.settings.bucket.object_key
    with aws.errors():
        try:
            return aws.s3.head_object(Bucket=bucket, Key=key, VersionId=version)
        except ClientError as error:
            if error.response.get("Error", {}).get("Code") in {"404", "NoSuchVersion"}:
                raise OpsError(_unknown_version(aws, version)) from None
            raise


def _live(aws: Aws) -> Release | None:
    with aws.errors():
        try:
            head = aws.s3.head_object(Bucket=aws.settings.data_bucket_name, Key=aws.settings.bucket.object_key)
        except ClientError as error:
            if error.response.get("Error", {}).get("Code") == "404":
                return None
            raise
    return Release(
        version=head.get("VersionId", ""),
        modified_at=head["LastModified"].astimezone(UTC),
        live=True,
        size=head["ContentLength"],
        etag=head["ETag"].strip('"'),
        facts=Facts.of(head["Metadata"]),
    )


def _versioning(aws: Aws) -> str | None:
    """Return "Enabled" or "Suspended", None where the bucket never kept versions."""
    with aws.errors(), _bucket_errors(aws):
        return aws.s3.get_bucket_versioning(Bucket=aws.settings.data_bucket_name).get("Status")


def _caller(aws: Aws) -> str:
    with aws.errors():
        return aws.sts.get_caller_identity()["Arn"]


def _version_id(version: str | None) -> str | None:
    return None if version in (None, "", "null") else version


def _location(aws: Aws) -> str:
    return f"s3://{aws.settings.data_bucket_name}/{aws.settings.bucket.object_key}"


def _gib(size: int) -> str:
    return f"{size / 1024**3:.1f} GiB"


def _unknown_version(aws: Aws, version: str) -> str:
    return f"{_location(aws)} has no version '{version}': ./dashctl data list names those that there are"


def _without_versions(aws: Aws) -> str:
    return (
        f"the bucket {aws.settings.data_bucket_name} keeps no versions, so there is nothing to go back to: "
        "./dashctl deploy bucket switches versioning on"
    )


@contextmanager
def _bucket_errors(aws: Aws) -> Iterator[None]:
    """Raise S3's answer that there is no bucket as an OpsError that says how to make it."""
    try:
        yield
    except ClientError as error:
        if error.response["Error"]["Code"] != "NoSuchBucket":
            raise
        raise OpsError(
            f"there is no bucket '{aws.settings.data_bucket_name}' yet: "
            f"deploy the stack `bucket` of environment '{aws.settings.environment}' first"
        ) from None
