"""The web application firewall in front of the load balancer."""

from typing import Any

from cdktf_cdktf_provider_aws.cloudwatch_log_group import CloudwatchLogGroup
from cdktf_cdktf_provider_aws.wafv2_web_acl import (
    Wafv2WebAcl,
    Wafv2WebAclDefaultAction,
    Wafv2WebAclDefaultActionAllow,
    Wafv2WebAclRule,
    Wafv2WebAclRuleAction,
    Wafv2WebAclRuleActionBlock,
    Wafv2WebAclRuleOverrideAction,
    Wafv2WebAclRuleOverrideActionNone,
    Wafv2WebAclRuleVisibilityConfig,
    Wafv2WebAclVisibilityConfig,
)
from cdktf_cdktf_provider_aws.wafv2_web_acl_association import Wafv2WebAclAssociation
from cdktf_cdktf_provider_aws.wafv2_web_acl_logging_configuration import (
    Wafv2WebAclLoggingConfiguration,
    Wafv2WebAclLoggingConfigurationLoggingFilter,
    Wafv2WebAclLoggingConfigurationLoggingFilterFilter,
    Wafv2WebAclLoggingConfigurationLoggingFilterFilterCondition,
    Wafv2WebAclLoggingConfigurationLoggingFilterFilterConditionActionCondition,
    Wafv2WebAclLoggingConfigurationRedactedFields,
    Wafv2WebAclLoggingConfigurationRedactedFieldsSingleHeader,
)
from constructs import Construct

from config import Settings

# Rules that are counted, not enforced. A callback sends the page's state, and may be larger than the 8 KB that
# this rule allows: https://docs.aws.amazon.com/waf/latest/developerguide/aws-managed-rule-groups-baseline.html
_COUNTED = {"AWSManagedRulesCommonRuleSet": ("SizeRestrictions_BODY",)}

# What passed is in the load balancer's access log, and here would cost more than all the rest: docs/costs.md.
_LOGGED_ACTIONS = ("BLOCK", "COUNT", "EXCLUDED_AS_COUNT")

# What identifies a reader or a session.
_REDACTED_HEADERS = ("authorization", "cookie")


class WebAcl(Construct):
    """A web ACL that blocks what AWS's rule groups know as bad, and an address that asks too often; it logs both.

    The limit comes first, so that a flood costs no evaluation of the groups. What is blocked, or only counted, is
    logged, without cookies and authorization headers.
    """

    def __init__(
        self, scope: Construct, id: str, *, settings: Settings, load_balancer_arn: str, key_arn: str | None
    ) -> None:
        super().__init__(scope, id)
        name = settings.deployment_name
        acl = Wafv2WebAcl(
            self,
            "acl",
            name=name,
            description="In front of the load balancer of the dashboard",
            scope="REGIONAL",
            default_action=Wafv2WebAclDefaultAction(allow=Wafv2WebAclDefaultActionAllow()),
            rule=[
                _rate_limit(settings.waf.rate_limit),
                *(_managed(name, priority) for priority, name in enumerate(settings.waf.managed_rule_groups, start=1)),
            ],
            visibility_config=Wafv2WebAclVisibilityConfig(
                cloudwatch_metrics_enabled=True, metric_name=name, sampled_requests_enabled=True
            ),
        )
        Wafv2WebAclAssociation(self, "association", resource_arn=load_balancer_arn, web_acl_arn=acl.arn)
        log = CloudwatchLogGroup(
            self,
            "log",
            name=settings.waf_log_group_name,
            retention_in_days=settings.waf.log_retention_days,
            kms_key_id=key_arn,
        )
        Wafv2WebAclLoggingConfiguration(
            self,
            "logging",
            resource_arn=acl.arn,
            log_destination_configs=[log.arn],
            logging_filter=Wafv2WebAclLoggingConfigurationLoggingFilter(
                default_behavior="DROP", filter=[_kept(action) for action in _LOGGED_ACTIONS]
            ),
            redacted_fields=[
                Wafv2WebAclLoggingConfigurationRedactedFields(
                    single_header=Wafv2WebAclLoggingConfigurationRedactedFieldsSingleHeader(name=header)
                )
                for header in _REDACTED_HEADERS
            ],
        )


def _rate_limit(requests: int) -> Wafv2WebAclRule:
    return Wafv2WebAclRule(
        name="RateLimit",
        priority=0,
        action=Wafv2WebAclRuleAction(block=Wafv2WebAclRuleActionBlock()),
        statement={"rate_based_statement": {"limit": requests, "aggregate_key_type": "IP"}},
        visibility_config=_visibility("RateLimit"),
    )


def _managed(name: str, priority: int) -> Wafv2WebAclRule:
    # A dict, for the bindings have no type for statements, which nest without end.
    group: dict[str, Any] = {"vendor_name": "AWS", "name": name}
    if counted := _COUNTED.get(name):
        group["rule_action_override"] = [{"name": rule, "action_to_use": {"count": {}}} for rule in counted]
    return Wafv2WebAclRule(
        name=name,
        priority=priority,
        override_action=Wafv2WebAclRuleOverrideAction(none=Wafv2WebAclRuleOverrideActionNone()),
        statement={"managed_rule_group_statement": group},
        visibility_config=_visibility(name),
    )


def _kept(action: str) -> Wafv2WebAclLoggingConfigurationLoggingFilterFilter:
    condition = Wafv2WebAclLoggingConfigurationLoggingFilterFilterConditionActionCondition(action=action)
    return Wafv2WebAclLoggingConfigurationLoggingFilterFilter(
        behavior="KEEP",
        requirement="MEETS_ANY",
        condition=[Wafv2WebAclLoggingConfigurationLoggingFilterFilterCondition(action_condition=condition)],
    )


def _visibility(metric: str) -> Wafv2WebAclRuleVisibilityConfig:
    return Wafv2WebAclRuleVisibilityConfig(
        cloudwatch_metrics_enabled=True, metric_name=metric, sampled_requests_enabled=True
    )
