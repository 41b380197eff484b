"""Signing in with an OpenID Connect provider of the team's own."""

from typing import Any

from cdktf import Fn
from cdktf_cdktf_provider_aws.cloudformation_stack import CloudformationStack
from constructs import Construct

from config import Settings
from config.sections.sign_in import SignIn
from stacks.parts.sign_in_rules import CALLBACK_PATTERN, LAST_PRIORITY, SCOPE


class OidcRules(Construct):
    """The listener's rules: who is signed in reaches the tasks, others are sent to sign in, and callbacks answered 401.

    The provider's client secret is read from Secrets Manager by CloudFormation, when it makes or changes the rules:
    Terraform would keep it in its state (docs/adr/0009-secrets-of-sign-in.md).
    Typed attributes: `stack`, after which the target group is in use.
    """

    def __init__(
        self, scope: Construct, id: str, *, settings: Settings, listener_arn: str, target_group_arn: str
    ) -> None:
        super().__init__(scope, id)
        forward = {"Type": "forward", "Order": 2, "TargetGroupArn": target_group_arn}

        def rule(priority: int, pattern: str, when_signed_out: str) -> dict[str, Any]:
            authenticate = {
                "Type": "authenticate-oidc",
                "Order": 1,
                "AuthenticateOidcConfig": _provider(settings.sign_in) | {"OnUnauthenticatedRequest": when_signed_out},
            }
            return {
                "Type": "AWS::ElasticLoadBalancingV2::ListenerRule",
                "Properties": {
                    "ListenerArn": listener_arn,
                    "Priority": priority,
                    "Conditions": [{"Field": "path-pattern", "PathPatternConfig": {"Values": [pattern]}}],
                    "Actions": [authenticate, forward],
                },
            }

        template = {
            "Description": "Who reaches the dashboard: readers that are signed in",
            "Resources": {
                "Callbacks": rule(1, CALLBACK_PATTERN, "deny"),
                "Pages": rule(LAST_PRIORITY, "*", "authenticate"),
            },
        }
        self.stack = CloudformationStack(
            self,
            "rules",
            name=f"{settings.deployment_name}-sign-in-rules",
            template_body=Fn.jsonencode(template),
        )


def _provider(sign_in: SignIn) -> dict[str, Any]:
    """https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-properties-elasticloadbalancingv2-listenerrule-authenticateoidcconfig.html"""
    return {
        "Issuer": sign_in.issuer,
        "AuthorizationEndpoint": sign_in.authorization_endpoint,
        "TokenEndpoint": sign_in.token_endpoint,
        "UserInfoEndpoint": sign_in.user_info_endpoint,
        "ClientId": sign_in.client_id,
        "ClientSecret": _secret_reference(sign_in),
        "Scope": SCOPE,
        "SessionTimeout": sign_in.session_seconds,
    }


def _secret_reference(sign_in: SignIn) -> str:
    """https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/dynamic-references-secretsmanager.html"""
    member = f":{sign_in.client_secret_key}" if sign_in.client_secret_key else ""
    return f"{{{{resolve:secretsmanager:{sign_in.client_secret_arn}:SecretString{member}}}}}"
