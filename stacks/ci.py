"""The pipelines' way into the account."""

from typing import ClassVar

from cdktf_cdktf_provider_aws.data_aws_iam_policy_document import DataAwsIamPolicyDocument
from cdktf_cdktf_provider_aws.data_aws_partition import DataAwsPartition
from cdktf_cdktf_provider_aws.iam_openid_connect_provider import IamOpenidConnectProvider
from cdktf_cdktf_provider_aws.iam_policy import IamPolicy
from constructs import Construct

from config import Settings
from stacks.base import BaseStack
from stacks.parts.pipeline.conditional import change_names, make_unnamed, read_secret_of_sign_in
from stacks.parts.pipeline.delivery import push_data, push_images, read_states, watch_tasks, write_states
from stacks.parts.pipeline.identity import change_task_roles, keep_pipelines
from stacks.parts.pipeline.network import change_network, read_network
from stacks.parts.pipeline.resources import change_resources, read_resources
from stacks.parts.pipeline.role import PipelineRole
from stacks.parts.pipeline.statements import Arns
from stacks.parts.pipeline.task_boundary import task_boundary
from stacks.parts.pipeline.trust import AUDIENCE, ISSUER, deploy_trust, review_trust


class CiStack(BaseStack):
    """The roles that GitHub's pipelines take without any key, and what the roles of tasks can do at most.

    Nothing without `ci.github_repository`, and on this machine. A person deploys it: the deploy role reads this stack,
    but cannot change it, nor get around the boundary of the roles that it makes (docs/pipelines.md).
    Typed attributes: `task_boundary_arn`, None where there are no pipelines.
    """

    NAME: ClassVar[str] = "ci"

    def __init__(self, scope: Construct, settings: Settings) -> None:
        super().__init__(scope, settings, cost=settings.tags.infrastructure_cost)
        self.task_boundary_arn: str | None = None
        if settings.ci.github_repository is None or settings.local:
            return
        partition = DataAwsPartition(self, "partition").partition
        self._arns = Arns(partition, settings.aws.region, settings.aws.account_id)
        boundary_arn = self._build_task_boundary()
        provider_arn = settings.ci.oidc_provider_arn or self._build_provider()
        deploy = self._build_deploy_role(provider_arn, boundary_arn)
        review = self._build_review_role(provider_arn)
        self.task_boundary_arn = boundary_arn
        self.output("deploy_role_arn", deploy.arn, "The role that the pipeline takes to deploy")
        self.output("review_role_arn", review.arn, "The role that the pipeline takes to review, which only reads")

    def _build_task_boundary(self) -> str:
        document = DataAwsIamPolicyDocument(self, "task_boundary", statement=task_boundary(self.settings, self._arns))
        name = self.settings.task_boundary_name
        return IamPolicy(self, "task_boundary_policy", name=name, policy=document.json).arn

    def _build_provider(self) -> str:
        """Make GitHub's identity provider; AWS knows who signs its certificate, so that no thumbprint is needed.

        https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_providers_create_oidc_verify-thumbprint.html
        """
        return IamOpenidConnectProvider(self, "github", url=f"https://{ISSUER}", client_id_list=[AUDIENCE]).arn

    def _build_deploy_role(self, provider_arn: str, boundary_arn: str) -> PipelineRole:
        settings, arns = self.settings, self._arns
        return PipelineRole(
            self,
            "deploy",
            name=settings.deploy_role_name,
            description="GitHub: deploys this environment",
            trust=deploy_trust(settings, provider_arn=provider_arn),
            permissions={
                "network": change_network(settings, arns),
                **change_resources(settings, arns),
                "delivery": [
                    *write_states(settings, arns),
                    *push_images(settings, arns),
                    *push_data(settings, arns),
                    *watch_tasks(settings, arns),
                    *make_unnamed(settings, arns),
                    *change_names(settings, arns),
                    *read_secret_of_sign_in(settings),
                ],
                "identity": [
                    *change_task_roles(settings, arns, boundary_arn=boundary_arn),
                    *keep_pipelines(settings, arns),
                ],
            },
        )

    def _build_review_role(self, provider_arn: str) -> PipelineRole:
        settings, arns = self.settings, self._arns
        return PipelineRole(
            self,
            "review",
            name=settings.review_role_name,
            description="GitHub: plans this environment, and changes nothing",
            trust=review_trust(settings, provider_arn=provider_arn),
            permissions={
                **read_resources(settings, arns),
                "states": [*read_states(settings, arns), *read_network(settings, arns)],
            },
        )
