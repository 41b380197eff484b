"""The way from the load balancer's address to the tasks."""

from cdktf import ITerraformDependable
from cdktf_cdktf_provider_aws.lb_listener import (
    LbListener,
    LbListenerDefaultAction,
    LbListenerDefaultActionFixedResponse,
    LbListenerDefaultActionRedirect,
)
from cdktf_cdktf_provider_aws.lb_target_group import LbTargetGroup, LbTargetGroupHealthCheck, LbTargetGroupStickiness
from constructs import Construct

from config import Settings
from stacks.parts.cognito_actions import callback_rule, sign_in_action
from stacks.parts.oidc_rules import OidcRules
from stacks.parts.user_pool import UserPool


class LoadBalancedTarget(Construct):
    """A target group of task addresses, and the listeners that lead to it.

    Without a domain one listener, plain HTTP. With one, HTTPS; plain HTTP is sent on to it, and readers may have to
    sign in: pages send them there, and callbacks, which no reader sees, answer 401.
    Typed attributes: `target_group`; `in_use`, after which a load balancer uses it.
    """

    def __init__(
        self,
        scope: Construct,
        id: str,
        *,
        settings: Settings,
        vpc_id: str,
        load_balancer_arn: str,
        certificate_arn: str | None,
        user_pool: UserPool | None,
    ) -> None:
        super().__init__(scope, id)
        self._settings = settings
        self.target_group = self._build_target_group(vpc_id)
        self.in_use: list[ITerraformDependable] = []
        if settings.https.enabled:
            self._build_https(load_balancer_arn, certificate_arn, user_pool)
            for port in settings.https.redirect_ports:
                self._build_redirect(load_balancer_arn, port)
        else:
            self._build_http(load_balancer_arn)

    def _build_target_group(self, vpc_id: str) -> LbTargetGroup:
        settings, target_group = self._settings, self._settings.target_group
        return LbTargetGroup(
            self,
            "target_group",
            name=settings.target_group_name,
            target_type="ip",
            vpc_id=vpc_id,
            protocol="HTTP",
            port=settings.task.port,
            deregistration_delay=str(settings.timeouts.deregistration_delay_seconds),
            stickiness=LbTargetGroupStickiness(
                type="lb_cookie",
                enabled=target_group.stickiness_seconds > 0,
                cookie_duration=target_group.stickiness_seconds or None,
            ),
            health_check=LbTargetGroupHealthCheck(
                path=target_group.health_check_path,
                port=str(settings.task.port),
                protocol="HTTP",
                matcher="200",
                interval=target_group.health_check_interval_seconds,
                timeout=target_group.health_check_timeout_seconds,
                healthy_threshold=target_group.healthy_threshold,
                unhealthy_threshold=target_group.unhealthy_threshold,
            ),
        )

    def _build_http(self, load_balancer_arn: str) -> None:
        listener = LbListener(
            self,
            "listener",
            load_balancer_arn=load_balancer_arn,
            protocol="HTTP",
            port=self._settings.alb.listener_port,
            default_action=[self._forward()],
        )
        self.in_use.append(listener)

    def _build_https(self, load_balancer_arn: str, certificate_arn: str | None, user_pool: UserPool | None) -> None:
        settings = self._settings
        oidc = settings.sign_in.method == "oidc"
        if user_pool:
            actions = [sign_in_action(settings, user_pool), self._forward(order=2)]
        else:
            actions = [_closed() if oidc else self._forward()]
        listener = LbListener(
            self,
            "listener",
            load_balancer_arn=load_balancer_arn,
            protocol="HTTPS",
            port=settings.https.port,
            ssl_policy=settings.https.policy,
            certificate_arn=certificate_arn,
            default_action=actions,
        )
        self.in_use.append(listener)
        if user_pool:
            callback_rule(
                self,
                "callbacks",
                settings=settings,
                user_pool=user_pool,
                listener_arn=listener.arn,
                target_group_arn=self.target_group.arn,
            )
        if oidc:
            rules = OidcRules(
                self,
                "sign_in",
                settings=settings,
                listener_arn=listener.arn,
                target_group_arn=self.target_group.arn,
            )
            self.in_use.append(rules.stack)

    def _build_redirect(self, load_balancer_arn: str, port: int) -> None:
        LbListener(
            self,
            f"redirect_{port}",
            load_balancer_arn=load_balancer_arn,
            protocol="HTTP",
            port=port,
            default_action=[
                LbListenerDefaultAction(
                    type="redirect",
                    redirect=LbListenerDefaultActionRedirect(
                        protocol="HTTPS", port=str(self._settings.https.port), status_code="HTTP_301"
                    ),
                )
            ],
        )

    def _forward(self, order: int | None = None) -> LbListenerDefaultAction:
        return LbListenerDefaultAction(type="forward", order=order, target_group_arn=self.target_group.arn)


def _closed() -> LbListenerDefaultAction:
    """What no rule is for: nobody, as the rules for signing in match every path."""
    return LbListenerDefaultAction(
        type="fixed-response",
        fixed_response=LbListenerDefaultActionFixedResponse(
            status_code="503", content_type="text/plain", message_body="Signing in is not set up yet."
        ),
    )
