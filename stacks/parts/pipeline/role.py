"""The role of a pipeline."""

from collections.abc import Mapping, Sequence

from cdktf_cdktf_provider_aws.data_aws_iam_policy_document import DataAwsIamPolicyDocument
from cdktf_cdktf_provider_aws.iam_policy import IamPolicy
from cdktf_cdktf_provider_aws.iam_role import IamRole
from cdktf_cdktf_provider_aws.iam_role_policy_attachment import IamRolePolicyAttachment
from constructs import Construct

from stacks.parts.pipeline.statements import Statement

# The shortest that AWS allows: https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreateRole.html
_SESSION_SECONDS = 3600


class PipelineRole(Construct):
    """A role that a pipeline takes for an hour at most, with managed policies, of at most 6,144 characters each.

    `permissions` are the statements of each policy, by the last part of its name.
    Typed attributes: `arn`.
    """

    def __init__(
        self,
        scope: Construct,
        id: str,
        *,
        name: str,
        description: str,
        trust: Statement,
        permissions: Mapping[str, Sequence[Statement]],
    ) -> None:
        super().__init__(scope, id)
        role = IamRole(
            self,
            "role",
            name=name,
            description=description,
            assume_role_policy=DataAwsIamPolicyDocument(self, "trust", statement=[trust]).json,
            max_session_duration=_SESSION_SECONDS,
        )
        for part, statements in permissions.items():
            document = DataAwsIamPolicyDocument(self, f"{part}_permissions", statement=list(statements))
            policy = IamPolicy(self, f"{part}_policy", name=f"{name}-{part}", policy=document.json)
            IamRolePolicyAttachment(self, f"{part}_attachment", role=role.name, policy_arn=policy.arn)
        self.arn = role.arn
