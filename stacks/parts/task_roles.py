"""The two roles of a Fargate task."""

from collections.abc import Sequence

from cdktf_cdktf_provider_aws.data_aws_iam_policy_document import (
    DataAwsIamPolicyDocument,
    DataAwsIamPolicyDocumentStatement,
    DataAwsIamPolicyDocumentStatementCondition,
    DataAwsIamPolicyDocumentStatementPrincipals,
)
from cdktf_cdktf_provider_aws.data_aws_partition import DataAwsPartition
from cdktf_cdktf_provider_aws.iam_role import IamRole
from cdktf_cdktf_provider_aws.iam_role_policy import IamRolePolicy
from constructs import Construct

from config import Settings
from stacks.parts.exec_permissions import exec_permissions
from stacks.parts.secret_permissions import secret_permissions
from stacks.parts.task_actions import LOG_IN_TO_REGISTRY, PULL_IMAGE, WRITE_LOG


class TaskRoles(Construct):
    """What the dashboard may do (`task`), and what ECS may do to start it (`execution`); neither can do the other's.

    The dashboard reads the objects of one bucket, and of those in `task.readable_buckets`; with ECS Exec it also opens
    the channel for a shell, and logs it. ECS pulls images of one repository, writes one log group, and reads the
    secrets that the settings name. Only ECS tasks of this account and region can take the roles:
    https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task-iam-roles.html
    """

    def __init__(
        self,
        scope: Construct,
        id: str,
        *,
        settings: Settings,
        bucket_arn: str,
        repository_arn: str,
        log_group_arn: str,
        exec_log_group_arn: str | None,
        key_arn: str | None,
    ) -> None:
        super().__init__(scope, id)
        self._trust = self._build_trust(settings.aws.region, settings.aws.account_id)
        self.task = self._build_role(
            "task",
            name=f"{settings.service_name}-task",
            description="The dashboard: reads its data",
            statements=[
                *_data_permissions(bucket_arn, key_arn, settings.aws.region),
                *self._other_buckets(settings.task.readable_buckets),
                *(exec_permissions(exec_log_group_arn, key_arn) if exec_log_group_arn and key_arn else ()),
            ],
        )
        self.execution = self._build_role(
            "execution",
            name=f"{settings.service_name}-execution",
            description="ECS: pulls the dashboard's image and writes its log",
            statements=[
                *_start_permissions(repository_arn, log_group_arn),
                *secret_permissions(settings.task),
            ],
        )

    def _other_buckets(self, names: Sequence[str]) -> list[DataAwsIamPolicyDocumentStatement]:
        if not names:
            return []
        partition = DataAwsPartition(self, "partition").partition
        arns = [f"arn:{partition}:s3:::{name}" for name in names]
        return [
            DataAwsIamPolicyDocumentStatement(
                sid="ReadOtherBuckets", actions=["s3:GetObject"], resources=[f"{arn}/*" for arn in arns]
            ),
            DataAwsIamPolicyDocumentStatement(sid="ListOtherBuckets", actions=["s3:ListBucket"], resources=arns),
        ]

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
        self, role: str, *, name: str, description: str, statements: Sequence[DataAwsIamPolicyDocumentStatement]
    ) -> IamRole:
        permissions = DataAwsIamPolicyDocument(self, f"{role}_permissions", statement=list(statements))
        iam_role = IamRole(
            self, f"{role}_role", name=name, description=description, assume_role_policy=self._trust.json
        )
        IamRolePolicy(self, f"{role}_policy", name=role, role=iam_role.id, policy=permissions.json)
        return iam_role


def _data_permissions(bucket_arn: str, key_arn: str | None, region: str) -> list[DataAwsIamPolicyDocumentStatement]:
    statements = [
        DataAwsIamPolicyDocumentStatement(sid="ReadData", actions=["s3:GetObject"], resources=[f"{bucket_arn}/*"]),
        # Without it S3 answers 403 for an object that is missing, and the page could not say so:
        # https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetObject.html
        DataAwsIamPolicyDocumentStatement(
            sid="TellMissingFromForbidden", actions=["s3:ListBucket"], resources=[bucket_arn]
        ),
    ]
    if key_arn:
        statements.append(
            DataAwsIamPolicyDocumentStatement(
                sid="DecryptData",
                actions=["kms:Decrypt"],
                resources=[key_arn],
                condition=[
                    DataAwsIamPolicyDocumentStatementCondition(
                        test="StringLike", variable="kms:ViaService", values=[f"s3.{region}.amazonaws.com*"]
                    ),
                    # That of the bucket, or of an object where S3 uses no key of the bucket's own:
                    # https://docs.aws.amazon.com/AmazonS3/latest/userguide/UsingKMSEncryption.html
                    DataAwsIamPolicyDocumentStatementCondition(
                        test="StringLike",
                        variable="kms:EncryptionContext:aws:s3:arn",
                        values=[bucket_arn, f"{bucket_arn}/*"],
                    ),
                ],
            )
        )
    return statements


def _start_permissions(repository_arn: str, log_group_arn: str) -> list[DataAwsIamPolicyDocumentStatement]:
    return [
        # This action has no resource: https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonelasticcontainerregistry.html
        DataAwsIamPolicyDocumentStatement(sid="LogInToRegistry", actions=LOG_IN_TO_REGISTRY, resources=["*"]),
        DataAwsIamPolicyDocumentStatement(
            sid="PullImage",
            actions=PULL_IMAGE,
            resources=[repository_arn],
        ),
        DataAwsIamPolicyDocumentStatement(
            sid="WriteLog",
            actions=WRITE_LOG,
            resources=[f"{log_group_arn}:*"],
        ),
    ]
