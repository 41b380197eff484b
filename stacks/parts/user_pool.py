"""Who can sign in, where no other provider knows them."""

from urllib.parse import quote

from cdktf import Fn
from cdktf_cdktf_provider_aws.cloudformation_stack import CloudformationStack
from cdktf_cdktf_provider_aws.cognito_user_pool import (
    CognitoUserPool,
    CognitoUserPoolAccountRecoverySetting,
    CognitoUserPoolAccountRecoverySettingRecoveryMechanism,
    CognitoUserPoolAdminCreateUserConfig,
    CognitoUserPoolPasswordPolicy,
    CognitoUserPoolSoftwareTokenMfaConfiguration,
    CognitoUserPoolUsernameConfiguration,
)
from cdktf_cdktf_provider_aws.cognito_user_pool_domain import CognitoUserPoolDomain
from constructs import Construct

from config import Settings

# Where the load balancer takes people back:
# https://docs.aws.amazon.com/elasticloadbalancing/latest/application/listener-authenticate-users.html
CALLBACK_PATH = "/oauth2/idpresponse"


class UserPool(Construct):
    """A Cognito user pool whose members an administrator invites by e-mail, its sign-in pages, and its client.

    The client is the load balancer, whose secret Terraform would keep in its state. So CloudFormation makes it, and
    tells its id only (docs/adr/0009-secrets-of-sign-in.md).
    Typed attributes: `id`, `arn`, `domain`, `client_id`, `issuer`, `sign_out_url`.
    """

    def __init__(self, scope: Construct, id: str, *, settings: Settings, dashboard_url: str) -> None:
        super().__init__(scope, id)
        pool = CognitoUserPool(
            self,
            "pool",
            name=settings.deployment_name,
            username_attributes=["email"],
            auto_verified_attributes=["email"],
            username_configuration=CognitoUserPoolUsernameConfiguration(case_sensitive=False),
            admin_create_user_config=CognitoUserPoolAdminCreateUserConfig(allow_admin_create_user_only=True),
            account_recovery_setting=CognitoUserPoolAccountRecoverySetting(
                recovery_mechanism=[
                    CognitoUserPoolAccountRecoverySettingRecoveryMechanism(name="verified_email", priority=1)
                ]
            ),
            # Length alone: https://pages.nist.gov/800-63-4/sp800-63b.html#passwordver
            password_policy=CognitoUserPoolPasswordPolicy(
                minimum_length=15,
                require_lowercase=False,
                require_numbers=False,
                require_symbols=False,
                require_uppercase=False,
                temporary_password_validity_days=7,
            ),
            mfa_configuration="OPTIONAL",
            software_token_mfa_configuration=CognitoUserPoolSoftwareTokenMfaConfiguration(enabled=True),
            deletion_protection="ACTIVE" if settings.alb.deletion_protection else "INACTIVE",
        )
        pages = CognitoUserPoolDomain(self, "pages", domain=settings.cognito_domain_prefix, user_pool_id=pool.id)
        client = CloudformationStack(
            self,
            "client",
            name=f"{settings.deployment_name}-sign-in-client",
            template_body=Fn.jsonencode(_client_template(pool.id, dashboard_url)),
        )
        self.id = pool.id
        self.arn = pool.arn
        self.domain = pages.domain
        self.client_id = client.outputs.lookup("ClientId")
        self.issuer = f"https://{pool.endpoint}"
        # https://docs.aws.amazon.com/cognito/latest/developerguide/logout-endpoint.html
        self.sign_out_url = (
            f"https://{pages.domain}.auth.{settings.aws.region}.amazoncognito.com/logout"
            f"?client_id={self.client_id}&logout_uri={quote(dashboard_url, safe='')}"
        )


def _client_template(pool_id: str, dashboard_url: str) -> dict[str, object]:
    """https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-cognito-userpoolclient.html"""
    return {
        "Description": "The load balancer as a client of the dashboard's user pool",
        "Resources": {
            "Client": {
                "Type": "AWS::Cognito::UserPoolClient",
                "Properties": {
                    "UserPoolId": pool_id,
                    "ClientName": "load-balancer",
                    "GenerateSecret": True,
                    "AllowedOAuthFlowsUserPoolClient": True,
                    "AllowedOAuthFlows": ["code"],
                    "AllowedOAuthScopes": ["openid", "email", "profile"],
                    "CallbackURLs": [f"{dashboard_url.rstrip('/')}{CALLBACK_PATH}"],
                    "LogoutURLs": [dashboard_url],
                    "SupportedIdentityProviders": ["COGNITO"],
                    "PreventUserExistenceErrors": "ENABLED",
                },
            }
        },
        "Outputs": {"ClientId": {"Value": {"Ref": "Client"}}},
    }
