"""The registry of the dashboard's images."""

from typing import ClassVar

from cdktf_cdktf_provider_aws.ecr_repository import EcrRepository
from constructs import Construct

from config import Settings
from stacks.base import BaseStack


class EcrStack(BaseStack):
    """A repository in which a version, once pushed, always means the same image.

    Typed attributes: `repository`.
    """

    NAME: ClassVar[str] = "ecr"

    def __init__(self, scope: Construct, settings: Settings) -> None:
        super().__init__(scope, settings, cost=settings.tags.infrastructure_cost)
        self.repository = EcrRepository(
            self,
            "dashboard",
            name=settings.repository_name,
            image_tag_mutability="IMMUTABLE",
            force_delete=settings.ecr.force_delete,
        )
        self.output("repository_name", self.repository.name, "The ECR repository of the dashboard's images")
        self.output("repository_url", self.repository.repository_url, "Where the dashboard's images are pushed to")
