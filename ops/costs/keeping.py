"""What it costs to keep data, images, logs and keys."""

from collections.abc import Iterator

from ops.costs.lines import Basis, CostLine, Resource

_DATA_GB, _LOGS_GB, _IMAGES_GB = 1, 4, 2  # docs/costs.md
_LOG_FILES_THOUSAND = 42  # of the load balancer, the data bucket and the network


def bucket(resource: Resource, basis: Basis) -> Iterator[CostLine]:
    """Yield what is kept in one of the deployment's buckets."""
    settings, name = basis.settings, resource.values.get("bucket")
    if name == settings.data_bucket_name:
        yield basis.line(resource, "data", {"s3-gb": _DATA_GB}, f"{_DATA_GB} GB with old versions")
    elif name == settings.access_logs_bucket_name:
        quantities = {"s3-gb": _LOGS_GB, "s3-put-thousand": _LOG_FILES_THOUSAND}
        yield basis.line(
            resource, "access logs", quantities, f"{_LOGS_GB} GB in {_LOG_FILES_THOUSAND},000 files a month"
        )
    elif name == settings.state_bucket_name:
        yield basis.line(resource, "Terraform's state", {}, "a few cents at most")
    else:
        yield basis.line(resource, "bucket", {}, "what it will hold is not known")


def repository(resource: Resource, basis: Basis) -> Iterator[CostLine]:
    """Yield the images in a repository."""
    yield basis.line(resource, "images", {"ecr-gb": _IMAGES_GB}, f"{_IMAGES_GB} GB: ten versions")


def key(resource: Resource, basis: Basis) -> Iterator[CostLine]:
    """Yield a KMS key."""
    yield basis.line(
        resource, "key", {"kms-key": 1}, "one more after each of the first two yearly rotations; without requests"
    )
