"""What every stack has: the AWS provider with its tags, remote state with locking, and described outputs."""

from typing import Any, ClassVar

from cdktf import S3Backend, S3BackendEndpointConfig, TerraformOutput, TerraformStack
from cdktf_cdktf_provider_aws.provider import AwsProvider, AwsProviderDefaultTags, AwsProviderEndpoints
from constructs import Construct

from config import Settings

# The services that the stacks and their provider call; an emulator serves them all at one address.
_SERVICES = (
    "acm",
    "applicationautoscaling",
    "cloudformation",
    "cloudwatch",
    "cloudwatchlogs",
    "cognitoidp",
    "ec2",
    "ecr",
    "ecs",
    "elbv2",
    "iam",
    "kms",
    "route53",
    "s3",
    "sns",
    "sts",
    "wafv2",
)


class BaseStack(TerraformStack):
    """A stack of the project.

    Guarantees: state in the S3 bucket of the `state` stack, locked by S3 itself; only the account of the settings is
    deployed to; every resource that can be tagged carries `cost`, `team`, `stack`, and `project` and `environment`,
    which tell it from those of every other deployment in the account.
    """

    #: What the stack is called in settings, stack ids and state keys.
    NAME: ClassVar[str]

    def __init__(self, scope: Construct, settings: Settings, *, cost: str) -> None:
        super().__init__(scope, settings.stack_id(self.NAME))
        self.settings = settings
        self._add_provider(cost)
        self._add_backend()
        # S3-native locking is generally available since 1.11:
        # https://github.com/hashicorp/terraform/releases/tag/v1.11.0
        self.add_override("terraform.required_version", ">= 1.11.0")

    def output(self, name: str, value: str | list[str], description: str) -> None:
        """Declare an output of the stack under exactly this name."""
        TerraformOutput(self, name, value=value, description=description).override_logical_id(name)

    def _add_provider(self, cost: str) -> None:
        settings = self.settings
        AwsProvider(
            self,
            "aws",
            region=settings.aws.region,
            allowed_account_ids=[settings.aws.account_id],
            default_tags=[
                AwsProviderDefaultTags(
                    tags={
                        "cost": cost,
                        "environment": settings.environment,
                        "project": settings.project.name,
                        "stack": self.NAME,
                        "team": settings.project.team,
                    }
                )
            ],
            **(_emulated_provider(settings.endpoint_url) if settings.endpoint_url else {}),
        )

    def _add_backend(self) -> None:
        settings = self.settings
        S3Backend(
            self,
            bucket=settings.state_bucket_name,
            key=settings.state_key(self.NAME),
            region=settings.aws.region,
            encrypt=True,
            **(_emulated_backend(settings.endpoint_url) if settings.endpoint_url else {}),
        )
        # S3Backend of cdktf 0.21.0 has no argument for it: https://developer.hashicorp.com/terraform/language/backend/s3
        self.add_override("terraform.backend.s3.use_lockfile", True)


# The emulator takes any keys, and AWS refuses these.
_EMULATOR_KEYS = {"access_key": "test", "secret_key": "test"}


def _emulated_provider(endpoint: str) -> dict[str, Any]:
    return {
        **_EMULATOR_KEYS,
        "s3_use_path_style": True,
        "skip_credentials_validation": True,
        "skip_metadata_api_check": "true",
        "skip_region_validation": True,
        "max_retries": 3,
        "endpoints": [AwsProviderEndpoints(**dict.fromkeys(_SERVICES, endpoint))],
    }


def _emulated_backend(endpoint: str) -> dict[str, Any]:
    return {
        **_EMULATOR_KEYS,
        "use_path_style": True,
        "skip_credentials_validation": True,
        "skip_metadata_api_check": True,
        "skip_region_validation": True,
        "skip_requesting_account_id": True,
        "endpoints": S3BackendEndpointConfig(s3=endpoint, sts=endpoint, iam=endpoint),
    }
