"""The web application firewall: what it blocks, and what it keeps of it."""

from typing import Any

import pytest

from tests.stacks.conftest import Variant
from tests.stacks.synthesized import Stack

pytestmark = pytest.mark.unit


def rules(stacks: dict[str, Stack]) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = stacks["alb"].one("aws_wafv2_web_acl")["rule"]
    return sorted(found, key=lambda rule: rule["priority"])


def test_stands_in_front_of_the_load_balancer(prod: dict[str, Stack]) -> None:
    association = prod["alb"].one("aws_wafv2_web_acl_association")
    (acl,) = prod["alb"].all("aws_wafv2_web_acl")
    assert association["resource_arn"] == "${aws_lb.load_balancer.arn}"
    assert association["web_acl_arn"] == f"${{aws_wafv2_web_acl.{acl}.arn}}"


def test_blocks_an_address_that_asks_too_often_before_anything_else(variant: Variant) -> None:
    first = rules(variant("prod", waf__rate_limit="500"))[0]
    assert first["action"] == {"block": {}}
    assert first["statement"] == {"rate_based_statement": {"limit": 500, "aggregate_key_type": "IP"}}


def test_blocks_what_the_rule_groups_block(prod: dict[str, Stack]) -> None:
    groups = rules(prod)[1:]
    assert [group["statement"]["managed_rule_group_statement"]["name"] for group in groups] == [
        "AWSManagedRulesAmazonIpReputationList",
        "AWSManagedRulesCommonRuleSet",
        "AWSManagedRulesKnownBadInputsRuleSet",
    ]
    # `count` would let everything pass.
    assert all(group["override_action"] == {"none": {}} for group in groups)


def test_lets_large_callbacks_pass_and_overrides_nothing_else(prod: dict[str, Stack]) -> None:
    overridden = {
        rule["name"]: rule["statement"]["managed_rule_group_statement"].get("rule_action_override", [])
        for rule in rules(prod)[1:]
    }
    assert overridden.pop("AWSManagedRulesCommonRuleSet") == [
        {"name": "SizeRestrictions_BODY", "action_to_use": {"count": {}}}
    ]
    assert not any(overridden.values())


def test_each_rule_has_a_priority_of_its_own(prod: dict[str, Stack]) -> None:
    priorities = [rule["priority"] for rule in rules(prod)]
    assert len(set(priorities)) == len(priorities) == 4


def test_logs_what_it_blocks_or_counts_and_nothing_else(prod: dict[str, Stack]) -> None:
    kept = prod["alb"].one("aws_wafv2_web_acl_logging_configuration")["logging_filter"]
    assert kept["default_behavior"] == "DROP"
    assert {item["behavior"] for item in kept["filter"]} == {"KEEP"}
    actions = {condition["action_condition"]["action"] for item in kept["filter"] for condition in item["condition"]}
    assert actions == {"BLOCK", "COUNT", "EXCLUDED_AS_COUNT"}


def test_logs_without_what_identifies_a_session(prod: dict[str, Stack]) -> None:
    logging = prod["alb"].one("aws_wafv2_web_acl_logging_configuration")
    redacted = {field["single_header"]["name"] for field in logging["redacted_fields"]}
    assert redacted == {"authorization", "cookie"}
    log = prod["alb"].one("aws_cloudwatch_log_group")
    assert log["name"].startswith("aws-waf-logs-")
    assert log["retention_in_days"] == 30
    assert "plotly-dash-prod-encryption" in log["kms_key_id"]


def test_is_a_switch(dev: dict[str, Stack]) -> None:
    assert not [type_ for type_ in dev["alb"].json["resource"] if "wafv2" in type_]
