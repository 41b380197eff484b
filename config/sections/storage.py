"""What is stored: images, data, state, logs of access, and the key that encrypts them."""

from typing import Annotated

from pydantic import Field

from config.sections.section import BucketName, RepositoryName, Section

Days = Annotated[int, Field(ge=1, le=3650)]


class Encryption(Section):
    """Whether images, data, logs and notifications are encrypted with a key of the environment's own, or by AWS's."""

    customer_key: bool


class Ecr(Section):
    """The registry of the dashboard's images. Untagged images are deleted after so many days, versions never.

    With `require_clean_tree` an image is only built from what is committed.
    """

    repository: RepositoryName
    require_clean_tree: bool
    force_delete: bool
    scan_on_push: bool
    untagged_days: Days


class Bucket(Section):
    """The S3 bucket that holds the dashboard's data. Without `name` it is built from project, environment, account.

    With 0 `noncurrent_days` old versions of the data are kept for ever.
    """

    name: BucketName | None = None
    object_key: Annotated[str, Field(min_length=1, max_length=1024)]
    force_destroy: bool
    noncurrent_days: Annotated[int, Field(ge=0, le=3650)]


class State(Section):
    """The S3 bucket of the Terraform state. Without `bucket` it is built from project, environment, account.

    With 0 `noncurrent_days` old versions of the state are kept for ever.
    """

    bucket: BucketName | None = None
    noncurrent_days: Annotated[int, Field(ge=0, le=3650)]


class AccessLogs(Section):
    """Who came: logs of the load balancer, of the data bucket and of the network, in a bucket of their own."""

    enabled: bool
    bucket: BucketName | None = None
    retention_days: Days
    force_destroy: bool
