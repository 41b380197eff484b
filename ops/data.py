"""Checks a CSV and uploads it to the bucket that the dashboard reads."""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from botocore.exceptions import ClientError
from pydantic import BaseModel, TypeAdapter, ValidationError

from config import Settings
from ops.aws import Aws
from ops.errors import OpsError
from ops.local.folder import CHECKOUT

# Every task holds the data in memory, several times its size on disk while it reads it.
LARGEST_BYTES = 256 * 1024 * 1024

_CHECK_SECONDS = 600


class Finding(BaseModel):
    """A fault of the file. `row` is the line that an editor shows; None where it is about the file or a whole row."""

    row: int | None
    column: str | None
    message: str


class Findings(BaseModel):
    """What is wrong with a file: the first findings, and the number of all."""

    findings: list[Finding]
    total: int


class Summary(BaseModel):
    """What a good file holds. `years` are the first and the last."""

    rows: int
    countries: int
    years: tuple[int, int]


@dataclass(frozen=True)
class Upload:
    """Where a file went. `version` is S3's version id, None where the bucket keeps none."""

    bucket: str
    key: str
    version: str | None


def check(file: Path) -> Summary | Findings:
    """Have the dashboard judge a file, and return what is in it or what is wrong with it.

    Raises OpsError when there is no such file, or it cannot be read, or is larger than `LARGEST_BYTES`.
    """
    _require_readable(file)
    output = _dashboard("validate", str(file))
    try:
        return TypeAdapter[Summary | Findings](Summary | Findings).validate_json(output)
    except ValidationError:
        raise OpsError(f"{file} could not be checked: the dashboard's check said {output[-500:]!r}") from None


def write_sample(file: Path) -> None:
    """Write the sample data as a CSV. Raises OpsError when that fails."""
    _dashboard("sample", str(file))
    if not file.is_file():
        raise OpsError(f"the sample data was not written to {file}")


def upload(aws: Aws, file: Path) -> Upload:
    """Put a file where the dashboard reads it; what was there stays in the bucket as an older version.

    Raises OpsError when the bucket is missing or refuses it.
    """
    bucket, key = aws.settings.data_bucket_name, aws.settings.bucket.object_key
    try:
        with file.open("rb") as body, aws.errors(), _bucket_errors(aws.settings):
            answer = aws.s3.put_object(Bucket=bucket, Key=key, Body=body, ContentType="text/csv")
    except OSError as error:
        raise OpsError(f"{file} cannot be read: {error.strerror}") from None
    version = answer.get("VersionId")
    return Upload(bucket, key, None if version in (None, "null") else version)


def object_exists(aws: Aws) -> bool:
    """Tell whether the dashboard has data. Raises OpsError when the bucket is missing or may not be read."""
    settings = aws.settings
    with aws.errors(), _bucket_errors(settings):
        # Not head_object: its answer does not tell a missing bucket from a missing object.
        found = aws.s3.list_objects_v2(Bucket=settings.data_bucket_name, Prefix=settings.bucket.object_key, MaxKeys=1)
    return any(item["Key"] == settings.bucket.object_key for item in found.get("Contents", ()))


def _require_readable(file: Path) -> None:
    if file.is_dir():
        raise OpsError(f"{file} is a folder: name a CSV file")
    try:
        with file.open("rb"):
            size = file.stat().st_size
    except FileNotFoundError:
        raise OpsError(f"there is no file {file}") from None
    except OSError as error:
        raise OpsError(f"{file} cannot be read: {error.strerror}") from None
    if size > LARGEST_BYTES:
        raise OpsError(
            f"{file} has {size / 2**20:.0f} MiB; the dashboard holds its data in memory and takes at most "
            f"{LARGEST_BYTES // 2**20} MiB"
        )


@contextmanager
def _bucket_errors(settings: Settings) -> Iterator[None]:
    """Raise S3's answer that there is no bucket as an OpsError that says how to make it."""
    try:
        yield
    except ClientError as error:
        if error.response["Error"]["Code"] != "NoSuchBucket":
            raise
        raise OpsError(
            f"there is no bucket '{settings.data_bucket_name}' yet: "
            f"deploy the stack `bucket` of environment '{settings.environment}' first"
        ) from None


def _dashboard(module: str, *arguments: str) -> str:
    """Run a module of the dashboard, which `ops` does not import, and return what it prints."""
    try:
        done = subprocess.run(
            [sys.executable, "-m", f"dashboard.{module}", *arguments],
            cwd=CHECKOUT,
            env=os.environ,
            capture_output=True,
            text=True,
            timeout=_CHECK_SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise OpsError(f"dashboard.{module} took longer than {_CHECK_SECONDS} s") from None
    if not done.stdout and done.returncode:
        raise OpsError(f"dashboard.{module} failed: {(done.stderr.strip().splitlines() or ['no output'])[-1]}")
    return done.stdout
