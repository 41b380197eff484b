"""Whom alarms tell."""

import pytest

from tests.stacks.conftest import Variant
from tests.stacks.synthesized import Stack

pytestmark = pytest.mark.unit


@pytest.fixture(scope="module")
def plain(variant: Variant) -> dict[str, Stack]:
    """Alarms, without a key of the environment's own, and two subscribers whose addresses differ in a dot."""
    return variant("dev", alarms__enabled="true", alarms__emails='["a.b@example.com", "ab@example.com"]')


def test_only_alarms_of_this_account_publish(prod: dict[str, Stack]) -> None:
    (allowed,) = [part for part in prod["alerts"].policy("who_publishes") if part.get("effect", "Allow") == "Allow"]
    assert allowed["principals"] == [{"identifiers": ["cloudwatch.amazonaws.com"], "type": "Service"}]
    assert allowed["actions"] == ["sns:Publish"]
    assert {(part["test"], part["variable"], *part["values"]) for part in allowed["condition"]} == {
        ("StringEquals", "aws:SourceAccount", "123456789012"),
        ("ArnLike", "aws:SourceArn", "arn:*:cloudwatch:us-east-1:123456789012:alarm:*"),
    }


def test_nothing_reaches_the_topic_without_tls(prod: dict[str, Stack]) -> None:
    (denied,) = [part for part in prod["alerts"].policy("who_publishes") if part.get("effect") == "Deny"]
    assert denied["principals"] == [{"identifiers": ["*"], "type": "*"}]
    assert denied["condition"] == [{"test": "Bool", "values": ["false"], "variable": "aws:SecureTransport"}]


def test_the_policy_is_that_of_the_topic(prod: dict[str, Stack]) -> None:
    (topic,) = prod["alerts"].all("aws_sns_topic")
    policy = prod["alerts"].one("aws_sns_topic_policy")
    assert policy["arn"] == f"${{aws_sns_topic.{topic}.arn}}"
    assert policy["policy"] == "${data.aws_iam_policy_document.who_publishes.json}"
    for part in prod["alerts"].policy("who_publishes"):
        assert part["resources"] == [policy["arn"]]


def test_the_topic_is_encrypted_with_the_environments_key(prod: dict[str, Stack]) -> None:
    topic = prod["alerts"].one("aws_sns_topic")
    assert topic["name"] == "plotly-dash-prod-alerts"
    assert "plotly-dash-prod-encryption.outputs." in topic["kms_master_key_id"]


def test_never_with_a_key_that_alarms_cannot_use(plain: dict[str, Stack]) -> None:
    assert "kms_master_key_id" not in plain["alerts"].one("aws_sns_topic")


def test_every_address_is_subscribed(plain: dict[str, Stack]) -> None:
    subscriptions = plain["alerts"].all("aws_sns_topic_subscription").values()
    assert {(each["protocol"], each["endpoint"]) for each in subscriptions} == {
        ("email", "a.b@example.com"),
        ("email", "ab@example.com"),
    }


def test_an_address_keeps_its_subscription_when_another_goes(plain: dict[str, Stack], variant: Variant) -> None:
    """Else people would have to confirm anew."""
    fewer = variant("dev", alarms__enabled="true", alarms__emails='["ab@example.com"]')
    left = fewer["alerts"].all("aws_sns_topic_subscription")
    assert left.items() < plain["alerts"].all("aws_sns_topic_subscription").items()


def test_there_is_no_topic_without_alarms(reference: dict[str, Stack]) -> None:
    assert "resource" not in reference["alerts"].json
