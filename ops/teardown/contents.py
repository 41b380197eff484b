"""How much is in a bucket or a repository, by a few requests at most."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import islice

from ops.aws import Aws
from ops.table import size_in_words
from ops.teardown.absent import unless_gone

# Of 1,000 each: https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListObjectVersions.html and
# https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_DescribeImages.html
_PAGES = 5
_PAGE_SIZE = 1000


@dataclass(frozen=True)
class Contents:
    """How many things of a kind, and their bytes; not `complete` where there are more than were counted."""

    count: int
    size: int
    complete: bool
    kind: str

    def __str__(self) -> str:
        at_least = "" if self.complete else "at least "
        counted = f"{self.count:,} {self.kind}{'' if self.count == 1 else 's'}"
        return f"{at_least}{counted}, {at_least}{size_in_words(self.size)}"


def bucket_contents(aws: Aws, bucket: str) -> Contents | None:
    """Return how many object versions, delete markers among them, an own bucket holds; None where it is gone."""

    def count() -> Contents:
        pages = aws.s3.get_paginator("list_object_versions").paginate(
            Bucket=bucket, ExpectedBucketOwner=aws.settings.aws.account_id, PaginationConfig={"PageSize": _PAGE_SIZE}
        )
        found = list(islice(pages, _PAGES))
        versions = [version for page in found for version in page.get("Versions", ())]
        markers = sum(len(page.get("DeleteMarkers", ())) for page in found)
        complete = not found[-1]["IsTruncated"]
        return Contents(len(versions) + markers, sum(item["Size"] for item in versions), complete, "object version")

    return unless_gone(aws, count)


def repository_contents(aws: Aws, repository: str) -> Contents | None:
    """Return how many images a repository holds, a layer counted for each image that has it; None where it is gone."""

    def count() -> Contents:
        pages = aws.ecr.get_paginator("describe_images").paginate(
            repositoryName=repository, PaginationConfig={"PageSize": _PAGE_SIZE}
        )
        found = list(islice(pages, _PAGES))
        images = [image for page in found for image in page["imageDetails"]]
        size = sum(image.get("imageSizeInBytes", 0) for image in images)
        return Contents(len(images), size, not found[-1].get("nextToken"), "image")

    return unless_gone(aws, count)
