"""The two roles of a Fargate task."""

from cdktf_cdktf_provider_aws.data_aws_iam_policy_document import (
    DataAwsIamPolicyDocument,
    DataAwsIamPolicyDocumentStatement,
    DataAwsIamPolicyDocumentStatementCondition,
    DataAwsIamPolicyDocumentStatementPrincipals,
)
from cdktf_cdktf_provider_aws.iam_role import IamRole
from cdktf_cdktf_provider_aws.iam_role_policy import IamRolePolicy
from constructs import Construct


class TaskRoles(Construct):
    """What the dashboard may do (`task`), and what ECS may do to start it (`execution`); neither can do the other's.

    The dashboard reads the objects of one bucket. ECS pulls images of one repository and writes one log group. Only ECS
    tasks of this account and region can take the roles:
    https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task-iam-roles.html
    """

    def __init__(
        self,
        scope: Construct,
        id: str,
        *,
        name: str,
        region: str,
        account_id: str,
        bucket_arn: str,
        repository_arn: str,
        log_group_arn: str,
    ) -> None:
        super().__init__(scope, id)
        self._trust = self._build_trust(region, account_id)
        self.task = self._build_role(
            "task",
            name=f"{name}-task",
            description="The dashboard: reads its data",
            statements=[
                DataAwsIamPolicyDocumentStatement(
                    sid="ReadData", actions=["s3:GetObject"], resources=[f"{bucket_arn}/*"]
                ),
                # Without it S3 answers 403 for an object that is missing, and the page could not say so:
                # https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetObject.html
                DataAwsIamPolicyDocumentStatement(
                    sid="TellMissingFromForbidden", actions=["s3:ListBucket"], resources=[bucket_arn]
                ),
            ],
        )
        self.execution = self._build_role(
            "execution",
            name=f"{name}-execution",
            description="ECS: pulls the dashboard's image and writes its log",
            statements=[
                # This action has no resource: https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonelasticcontainerregistry.html
                DataAwsIamPolicyDocumentStatement(
                    sid="LogInToRegistry", actions=["ecr:GetAuthorizationToken"], resources=["*"]
                ),
                DataAwsIamPolicyDocumentStatement(
                    sid="PullImage",
                    actions=[
                        "ecr:BatchCheckLayerAvailability",
                        "ecr:BatchGetImage",
                        "ecr:GetDownloadUrlForLayer",
                    ],
                    resources=[repository_arn],
                ),
                DataAwsIamPolicyDocumentStatement(
                    sid="WriteLog",
                    actions=["logs:CreateLogStream", "logs:PutLogEvents"],
                    resources=[f"{log_group_arn}:*"],
                ),
            ],
        )

    def _build_trust(self, region: str, account_id: str) -> DataAwsIamPolicyDocument:
        return DataAwsIamPolicyDocument(
            self,
            "ecs_tasks",
            statement=[
                DataAwsIamPolicyDocumentStatement(
                    actions=["sts:AssumeRole"],
                    principals=[
                        DataAwsIamPolicyDocumentStatementPrincipals(
                            type="Service", identifiers=["ecs-tasks.amazonaws.com"]
                        )
                    ],
                    condition=[
                        DataAwsIamPolicyDocumentStatementCondition(
                            test="StringEquals", variable="aws:SourceAccount", values=[account_id]
                        ),
                        DataAwsIamPolicyDocumentStatementCondition(
                            test="ArnLike",
                            variable="aws:SourceArn",
                            values=[f"arn:*:ecs:{region}:{account_id}:*"],
                        ),
                    ],
                )
            ],
        )

    def _build_role(
        self, role: str, *, name: str, description: str, statements: list[DataAwsIamPolicyDocumentStatement]
    ) -> IamRole:
        permissions = DataAwsIamPolicyDocument(self, f"{role}_permissions", statement=statements)
        iam_role = IamRole(
            self, f"{role}_role", name=name, description=description, assume_role_policy=self._trust.json
        )
        IamRolePolicy(self, f"{role}_policy", name=role, role=iam_role.id, policy=permissions.json)
        return iam_role
