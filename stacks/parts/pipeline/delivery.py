"""What a deployment does besides Terraform: its states, the image, the first data, and watching the tasks."""

from config import Settings
from stacks.parts.pipeline.statements import Arns, Statement, allow, condition
from stacks.parts.task_actions import LOG_IN_TO_REGISTRY, PULL_IMAGE


def read_states(settings: Settings, arns: Arns) -> list[Statement]:
    """Return what reads the Terraform states of this environment; plans are made without a lock."""
    return [allow("ReadStates", ["s3:GetObject"], [_states(settings, arns)])]


def write_states(settings: Settings, arns: Arns) -> list[Statement]:
    """Return what reads, locks and writes the states: https://developer.hashicorp.com/terraform/language/backend/s3"""
    states = _states(settings, arns)
    return [
        allow("WriteStates", ["s3:GetObject", "s3:PutObject"], [states, f"{states}.tflock"]),
        allow("Unlock", ["s3:DeleteObject"], [f"{states}.tflock"]),
    ]


def push_images(settings: Settings, arns: Arns) -> list[Statement]:
    """Return what pushes a version: https://docs.aws.amazon.com/AmazonECR/latest/userguide/image-push-iam.html"""
    return [
        allow("LogInToRegistry", LOG_IN_TO_REGISTRY, ["*"]),
        allow(
            "PushImages",
            [
                *PULL_IMAGE,
                "ecr:CompleteLayerUpload",
                "ecr:InitiateLayerUpload",
                "ecr:ListImages",
                "ecr:PutImage",
                "ecr:UploadLayerPart",
            ],
            [arns.regional("ecr", f"repository/{settings.repository_name}")],
        ),
    ]


def push_data(settings: Settings, arns: Arns) -> list[Statement]:
    """Return what uploads the first data, and encrypts data, images and states with this environment's key, if any."""
    statements = [
        allow(
            "FirstData",
            ["s3:GetObject", "s3:PutObject"],
            [arns.unique("s3", f"{settings.data_bucket_name}/*")],
        )
    ]
    if settings.encryption.customer_key:
        keys = [arns.regional("kms", "key/*")]
        this_key = condition("ForAnyValue:StringEquals", "kms:ResourceAliases", f"alias/{settings.deployment_name}")
        by = f"{settings.aws.region}.amazonaws.com"
        statements += [
            allow(
                "EncryptData",
                ["kms:Decrypt", "kms:GenerateDataKey"],
                keys,
                [this_key, condition("StringEquals", "kms:ViaService", f"s3.{by}")],
            ),
            # https://docs.aws.amazon.com/AmazonECR/latest/userguide/encryption-at-rest.html
            allow(
                "EncryptImages",
                ["kms:CreateGrant"],
                keys,
                [
                    this_key,
                    condition("Bool", "kms:GrantIsForAWSResource", "true"),
                    condition("StringEquals", "kms:ViaService", f"ecr.{by}"),
                ],
            ),
        ]
    return statements


def watch_tasks(settings: Settings, arns: Arns) -> list[Statement]:
    """Return what tells how a deployment goes: its tasks, why they stopped, and the last lines of their log."""
    cluster = arns.regional("ecs", f"cluster/{settings.cluster_name}")
    log = arns.regional("logs", f"log-group:{settings.log_group_name}:*")
    return [
        # For Fargate no container instance is the resource, which leaves the condition:
        # https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonelasticcontainerservice.html
        allow("ListTasks", ["ecs:ListTasks"], ["*"], [condition("ArnEquals", "ecs:cluster", cluster)]),
        allow("SeeTasks", ["ecs:DescribeTasks"], [arns.regional("ecs", f"task/{settings.cluster_name}/*")]),
        allow("ReadLog", ["logs:FilterLogEvents", "logs:GetLogEvents"], [log]),
    ]


def _states(settings: Settings, arns: Arns) -> str:
    return arns.unique("s3", f"{settings.state_bucket_name}/{settings.state_key('*')}")
