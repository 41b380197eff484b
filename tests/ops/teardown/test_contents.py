"""How much is in a bucket or a repository: counted, but never for long."""

from collections.abc import Iterator
from typing import Any

import pytest
from botocore.stub import Stubber

from ops.aws import Aws
from ops.errors import OpsError
from ops.teardown.contents import Contents, bucket_contents, repository_contents

pytestmark = pytest.mark.unit

BUCKET = {"Bucket": "data", "ExpectedBucketOwner": "111111111111"}


def page(versions: int, markers: int, following: str = "") -> dict[str, Any]:
    answer: dict[str, Any] = {
        "Versions": [{"Key": str(number), "VersionId": "v", "Size": 1024} for number in range(versions)],
        "DeleteMarkers": [{"Key": str(number), "VersionId": "m"} for number in range(markers)],
        "IsTruncated": bool(following),
    }
    return answer | ({"NextKeyMarker": following, "NextVersionIdMarker": "v"} if following else {})


@pytest.fixture
def s3(aws: Aws) -> Iterator[Stubber]:
    with Stubber(aws.s3) as stub:
        yield stub
        stub.assert_no_pending_responses()


def test_versions_and_delete_markers_of_all_pages_are_counted(aws: Aws, s3: Stubber) -> None:
    asked = {**BUCKET, "MaxKeys": 1000}
    s3.add_response("list_object_versions", page(2, 1, following="k"), asked)
    s3.add_response("list_object_versions", page(1, 0), asked | {"KeyMarker": "k", "VersionIdMarker": "v"})

    contents = bucket_contents(aws, "data")

    assert contents == Contents(4, 3072, complete=True, kind="object version")
    assert str(contents) == "4 object versions, 3 KiB"


def test_a_large_bucket_is_not_counted_to_its_end(aws: Aws, s3: Stubber) -> None:
    for number in range(5):
        s3.add_response("list_object_versions", page(1000, 0, following=f"k{number}"))

    assert str(bucket_contents(aws, "data")) == "at least 5,000 object versions, at least 5 MiB"


def test_a_bucket_that_is_gone_holds_nothing(aws: Aws, s3: Stubber) -> None:
    s3.add_client_error("list_object_versions", "NoSuchBucket")

    assert bucket_contents(aws, "data") is None


def test_a_bucket_of_another_account_is_an_error(aws: Aws, s3: Stubber) -> None:
    s3.add_client_error("list_object_versions", "AccessDenied")

    with pytest.raises(OpsError, match="AWS refuses ListObjectVersions"):
        bucket_contents(aws, "data")


def test_images_are_counted(aws: Aws) -> None:
    with Stubber(aws.ecr) as ecr:
        images = [{"imageDigest": "sha256:a", "imageSizeInBytes": 3 * 1024**3}]
        ecr.add_response("describe_images", {"imageDetails": images}, {"repositoryName": "app", "maxResults": 1000})
        ecr.add_client_error("describe_images", "RepositoryNotFoundException")

        assert str(repository_contents(aws, "app")) == "1 image, 3.0 GiB"
        assert repository_contents(aws, "app") is None
