"""Which image runs."""

from cdktf import TerraformVariable, TerraformVariableValidationConfig
from cdktf_cdktf_provider_aws.data_aws_ecr_image import DataAwsEcrImage
from constructs import Construct

VARIABLE = "dashboard_version"

# https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_ImageIdentifier.html and the tag rule of
# https://github.com/opencontainers/distribution-spec/blob/main/spec.md#pulling-manifests
TAG_PATTERN = "^[a-zA-Z0-9_][a-zA-Z0-9._-]{0,127}$"


class DashboardImage(Construct):
    """The image of the version that the variable `dashboard_version` names, looked up in the registry at plan time.

    `uri` names it by digest, so what was planned is what runs. A version that was never pushed fails the plan, instead
    of leaving a deployment to wait for an image that does not come (https://github.com/aws/aws-cdk/issues/3646).
    Typed attributes: `digest`, `uri`, `version`.
    """

    def __init__(self, scope: Construct, id: str, *, repository_name: str, repository_url: str) -> None:
        super().__init__(scope, id)
        version = TerraformVariable(
            self,
            "version",
            type="string",
            nullable=False,
            description="The version of the dashboard's image in the registry, for example 1.0.0",
            validation=[
                TerraformVariableValidationConfig(
                    condition=f'${{var.{VARIABLE} != "latest"}}',
                    error_message="dashboard_version must name one version: 'latest' means another image every time.",
                ),
                TerraformVariableValidationConfig(
                    condition=f'${{can(regex("{TAG_PATTERN}", var.{VARIABLE}))}}',
                    error_message="dashboard_version must be an image tag: at most 128 letters, digits, '_', '.' "
                    "and '-', beginning with a letter, a digit or '_'. Example: 1.0.0",
                ),
            ],
        )
        version.override_logical_id(VARIABLE)
        image = DataAwsEcrImage(self, "image", repository_name=repository_name, image_tag=version.string_value)
        # What is missing is told by the address: this version of the provider neither lists images nor lets a failed
        # lookup be worded, and prints "Your query returned no results" or the registry's "ImageNotFoundException" over
        # it. https://registry.terraform.io/providers/hashicorp/aws/5.100.0/docs/data-sources/ecr_image
        image.override_logical_id("dashboard_version_must_be_pushed_first")
        self.version = version.string_value
        self.digest = image.image_digest
        self.uri = f"{repository_url}@{self.digest}"
