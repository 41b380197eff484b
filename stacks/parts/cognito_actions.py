"""Signing in with a Cognito user pool, as actions of the load balancer."""

from cdktf_cdktf_provider_aws.lb_listener import LbListenerDefaultAction, LbListenerDefaultActionAuthenticateCognito
from cdktf_cdktf_provider_aws.lb_listener_rule import (
    LbListenerRule,
    LbListenerRuleAction,
    LbListenerRuleActionAuthenticateCognito,
    LbListenerRuleCondition,
    LbListenerRuleConditionPathPattern,
)
from constructs import Construct

from config import Settings
from stacks.parts.sign_in_rules import CALLBACK_PATTERN, SCOPE
from stacks.parts.user_pool import UserPool


def sign_in_action(settings: Settings, user_pool: UserPool) -> LbListenerDefaultAction:
    """Return the action that sends readers who are not signed in to the pool's pages."""
    return LbListenerDefaultAction(
        type="authenticate-cognito",
        order=1,
        authenticate_cognito=LbListenerDefaultActionAuthenticateCognito(
            user_pool_arn=user_pool.arn,
            user_pool_client_id=user_pool.client_id,
            user_pool_domain=user_pool.domain,
            on_unauthenticated_request="authenticate",
            scope=SCOPE,
            session_timeout=settings.sign_in.session_seconds,
        ),
    )


def callback_rule(
    scope: Construct,
    id: str,
    *,
    settings: Settings,
    user_pool: UserPool,
    listener_arn: str,
    target_group_arn: str,
) -> LbListenerRule:
    """Return the rule by which callbacks of readers who are not signed in are answered with 401."""
    return LbListenerRule(
        scope,
        id,
        listener_arn=listener_arn,
        priority=1,
        condition=[LbListenerRuleCondition(path_pattern=LbListenerRuleConditionPathPattern(values=[CALLBACK_PATTERN]))],
        action=[
            LbListenerRuleAction(
                type="authenticate-cognito",
                order=1,
                authenticate_cognito=LbListenerRuleActionAuthenticateCognito(
                    user_pool_arn=user_pool.arn,
                    user_pool_client_id=user_pool.client_id,
                    user_pool_domain=user_pool.domain,
                    on_unauthenticated_request="deny",
                    scope=SCOPE,
                    session_timeout=settings.sign_in.session_seconds,
                ),
            ),
            LbListenerRuleAction(type="forward", order=2, target_group_arn=target_group_arn),
        ],
    )
