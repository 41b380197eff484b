"""Reads what Terraform keeps in the state bucket, without the second that `terraform output` takes."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from ops.aws import Aws
from ops.errors import OpsError

_FORMAT = 4  # of every Terraform since 0.12


@dataclass(frozen=True)
class RemoteState:
    """The state of one stack: a mark of its content, outputs by name, and resources as Terraform writes them."""

    etag: str
    outputs: dict[str, Any]
    resources: list[dict[str, Any]]

    @property
    def resource_count(self) -> int:
        """How many resources Terraform manages there."""
        return sum(len(resource["instances"]) for resource in self.resources if resource["mode"] == "managed")

    def data_attribute(self, kind: str, attribute: str) -> Any:  # noqa: ANN401 - any JSON
        """Return an attribute of the first data source of a type, or None."""
        for resource in self.resources:
            if resource["mode"] == "data" and resource["type"] == kind and resource["instances"]:
                return resource["instances"][0]["attributes"].get(attribute)
        return None


def read_state(aws: Aws, stack: str) -> RemoteState | None:
    """Return the state of a stack, or None where it has none yet. Raises OpsError where it cannot be read."""
    from botocore.exceptions import ClientError

    settings = aws.settings
    with aws.errors():
        try:
            found = aws.s3.get_object(Bucket=settings.state_bucket_name, Key=settings.state_key(stack))
            content = found["Body"].read()
        except ClientError as error:
            if error.response.get("Error", {}).get("Code") in {"NoSuchKey", "NoSuchBucket", "404"}:
                return None
            raise
    try:
        state = json.loads(content)
        version = state["version"]
    except (ValueError, KeyError, TypeError):
        version = None
    if version != _FORMAT:
        raise OpsError(
            f"s3://{settings.state_bucket_name}/{settings.state_key(stack)} is not a Terraform state of format "
            f"{_FORMAT}: restore an earlier version of the object"
        )
    outputs = {name: output["value"] for name, output in state["outputs"].items()}
    return RemoteState(etag=found["ETag"], outputs=outputs, resources=state["resources"])
