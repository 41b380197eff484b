"""Signing in at the load balancer: who gets past it, and that no secret of it is in Terraform."""

import json
import re
from typing import Any

import pytest

from tests.stacks.conftest import Variant
from tests.stacks.synthesized import Stack

pytestmark = pytest.mark.unit

SECRET = "arn:aws:secretsmanager:us-east-1:123456789012:secret:dashboard/sign-in-AbCdEf"
OIDC = {
    "sign_in__method": "oidc",
    "sign_in__issuer": "https://login.example.com",
    "sign_in__authorization_endpoint": "https://login.example.com/authorize",
    "sign_in__token_endpoint": "https://login.example.com/token",
    "sign_in__user_info_endpoint": "https://login.example.com/userinfo",
    "sign_in__client_id": "dashboard",
    "sign_in__client_secret_arn": SECRET,
    "sign_in__sign_out_url": "https://login.example.com/logout",
    "sign_in__session_hours": "8",
}


def template(stack: Stack) -> str:
    """Return the body of the only CloudFormation stack, as Terraform's expression."""
    body: str = stack.one("aws_cloudformation_stack")["template_body"]
    return body


def environment(stacks: dict[str, Stack]) -> dict[str, str]:
    text = stacks["service"].one("aws_ecs_task_definition")["container_definitions"]
    return dict(re.findall(r'"name" = "([A-Z_]+)", "value" = ("[^"]*"|[^}]+)', text))


class TestNone:
    def test_everyone_is_let_in_and_the_dashboard_expects_nobody_signed_in(self, dev: dict[str, Stack]) -> None:
        actions = dev["service"].one("aws_lb_listener")["default_action"]
        assert [action["type"] for action in actions] == ["forward"]
        assert not dev["service"].all("aws_lb_listener_rule")
        assert (
            not {"LOAD_BALANCER_ARN", "SIGN_IN_CLIENT_ID", "SIGN_IN_ISSUER", "SIGN_OUT_URL"} & environment(dev).keys()
        )


class TestCognito:
    @pytest.fixture
    def listener(self, prod: dict[str, Stack]) -> dict[str, Any]:
        return prod["service"].role("aws_lb_listener", "listener")

    def test_pages_send_readers_to_sign_in(self, listener: dict[str, Any]) -> None:
        sign_in, forward = sorted(listener["default_action"], key=lambda action: action["order"])
        assert sign_in["type"] == "authenticate-cognito"
        assert sign_in["authenticate_cognito"]["on_unauthenticated_request"] == "authenticate"
        assert sign_in["authenticate_cognito"]["session_timeout"] == 12 * 3600
        assert forward["type"] == "forward"

    def test_callbacks_answer_401(self, prod: dict[str, Stack]) -> None:
        rule = prod["service"].one("aws_lb_listener_rule")
        assert rule["condition"] == [{"path_pattern": {"values": ["/_dash-*"]}}]
        sign_in, forward = sorted(rule["action"], key=lambda action: action["order"])
        assert sign_in["authenticate_cognito"]["on_unauthenticated_request"] == "deny"
        assert forward["type"] == "forward"

    def test_both_ask_the_same_pool_and_client(self, listener: dict[str, Any], prod: dict[str, Stack]) -> None:
        one = listener["default_action"][0]["authenticate_cognito"]
        (other,) = [
            action["authenticate_cognito"]
            for action in prod["service"].one("aws_lb_listener_rule")["action"]
            if action["type"] == "authenticate-cognito"
        ]
        for key in ("user_pool_arn", "user_pool_client_id", "user_pool_domain", "scope", "session_timeout"):
            assert one[key] == other[key]

    def test_nobody_can_sign_up(self, prod: dict[str, Stack]) -> None:
        pool = prod["alb"].one("aws_cognito_user_pool")
        assert pool["admin_create_user_config"] == {"allow_admin_create_user_only": True}
        assert pool["username_attributes"] == ["email"]
        assert pool["deletion_protection"] == "ACTIVE"
        assert pool["password_policy"]["minimum_length"] >= 12

    def test_no_secret_of_the_client_is_in_terraform(self, prod: dict[str, Stack]) -> None:
        assert "aws_cognito_user_pool_client" not in prod["alb"].json["resource"]
        made = template(prod["alb"])
        assert '"Type" = "AWS::Cognito::UserPoolClient"' in made
        assert '"GenerateSecret" = true' in made
        assert '"Outputs" = {"ClientId" = {"Value" = {"Ref" = "Client"}}}' in made

    def test_the_client_takes_readers_back_to_the_domain_alone(self, prod: dict[str, Stack]) -> None:
        made = template(prod["alb"])
        assert '"CallbackURLs" = ["https://dashboard.example.com/oauth2/idpresponse"]' in made
        assert '"LogoutURLs" = ["https://dashboard.example.com/"]' in made
        assert '"AllowedOAuthFlows" = ["code"]' in made

    def test_the_dashboard_is_told_what_to_verify(self, prod: dict[str, Stack]) -> None:
        told = environment(prod)
        assert "aws_lbload_balancerarn" in told["LOAD_BALANCER_ARN"]
        assert "outputsClientId" in told["SIGN_IN_CLIENT_ID"]
        assert told["SIGN_IN_ISSUER"].startswith('"https://')
        assert "/logout?client_id=" in told["SIGN_OUT_URL"]
        assert "logout_uri=https%3A%2F%2Fdashboard.example.com%2F" in told["SIGN_OUT_URL"]

    def test_its_pages_are_named_as_the_settings_say(self, variant: Variant) -> None:
        stacks = variant("prod", sign_in__cognito_domain_prefix="my-dashboard")
        assert stacks["alb"].one("aws_cognito_user_pool_domain")["domain"] == "my-dashboard"


class TestOidc:
    @pytest.fixture
    def stacks(self, variant: Variant) -> dict[str, Stack]:
        return variant("prod", **OIDC)

    def test_nobody_gets_past_the_listener_but_by_its_rules(self, stacks: dict[str, Stack]) -> None:
        listener = stacks["service"].role("aws_lb_listener", "listener")
        (action,) = listener["default_action"]
        assert action["type"] == "fixed-response"
        assert action["fixed_response"]["status_code"] == "503"
        assert not stacks["service"].all("aws_lb_listener_rule")

    def test_pages_send_readers_to_sign_in_and_callbacks_answer_401(self, stacks: dict[str, Stack]) -> None:
        rules = re.findall(
            r'"Priority" = (\d+), .*?"Values" = \["([^"]*)"].*?"OnUnauthenticatedRequest" = "(\w+)"}}, '
            r'{"Type" = "(\w+)"',
            template(stacks["service"]),
        )
        assert rules == [("1", "/_dash-*", "deny", "forward"), ("50000", "*", "authenticate", "forward")]

    def test_the_provider_is_that_of_the_settings(self, stacks: dict[str, Stack]) -> None:
        made = template(stacks["service"])
        for name, value in (
            ("Issuer", "https://login.example.com"),
            ("AuthorizationEndpoint", "https://login.example.com/authorize"),
            ("TokenEndpoint", "https://login.example.com/token"),
            ("UserInfoEndpoint", "https://login.example.com/userinfo"),
            ("ClientId", "dashboard"),
        ):
            assert made.count(f'"{name}" = "{value}"') == 2
        assert made.count('"SessionTimeout" = 28800') == 2

    def test_its_secret_is_named_and_not_read(self, stacks: dict[str, Stack], variant: Variant) -> None:
        reference = f"{{{{resolve:secretsmanager:{SECRET}:SecretString}}}}"
        assert template(stacks["service"]).count(f'"ClientSecret" = "{reference}"') == 2
        assert "client_secret" not in json.dumps(stacks["service"].json).lower()
        member = variant("prod", **OIDC, sign_in__client_secret_key="secret")
        assert f"{SECRET}:SecretString:secret}}}}" in template(member["service"])

    def test_ecs_waits_until_the_rules_use_the_target_group(self, stacks: dict[str, Stack]) -> None:
        (rules,) = stacks["service"].all("aws_cloudformation_stack")
        assert f"aws_cloudformation_stack.{rules}" in stacks["service"].one("aws_ecs_service")["depends_on"]

    def test_no_user_pool_is_made(self, stacks: dict[str, Stack]) -> None:
        assert not [type_ for type_ in stacks["alb"].json["resource"] if "cognito" in type_]

    def test_the_dashboard_is_told_what_to_verify(self, stacks: dict[str, Stack]) -> None:
        told = environment(stacks)
        assert told["SIGN_IN_CLIENT_ID"] == '"dashboard"'
        assert told["SIGN_IN_ISSUER"] == '"https://login.example.com"'
        assert told["SIGN_OUT_URL"] == '"https://login.example.com/logout"'
