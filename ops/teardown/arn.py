"""The name that AWS has for a resource."""

from __future__ import annotations

import re
from dataclasses import dataclass


@dataclass(frozen=True)
class Arn:
    """An ARN: `kind` is service and type (`ec2:vpc`; `s3` where there are no types), `id` the rest.

    https://docs.aws.amazon.com/IAM/latest/UserGuide/reference-arns.html
    """

    text: str
    kind: str
    id: str

    @classmethod
    def of(cls, text: str) -> Arn:
        """Take an ARN apart that ends in `name`, `type/name` or `type:name`."""
        _, _, service, _, _, resource = text.split(":", 5)
        *kind, name = re.split("[:/]", resource, maxsplit=1)
        return cls(text, ":".join([service, *kind]), name.removesuffix(":*"))

    @property
    def parent(self) -> str:
        """What an id of two parts begins with: the cluster of a service or task."""
        return self.id.rpartition("/")[0]
