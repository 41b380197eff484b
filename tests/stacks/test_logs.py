"""The bucket of access logs: who may deliver what into it, and for how long it is kept."""

import re
from typing import Any

import pytest

from tests.stacks.conftest import Variant
from tests.stacks.iam import in_aws, may
from tests.stacks.synthesized import Stack

pytestmark = pytest.mark.unit

BUCKET = "arn:aws:s3:::plotly-dash-prod-logs-123456789012"
TLS = {"aws:SecureTransport": "true"}
LOAD_BALANCERS = "logdelivery.elasticloadbalancing.amazonaws.com"
LOAD_BALANCER = TLS | {
    "aws:SourceArn": "arn:aws:elasticloadbalancing:us-east-1:123456789012:loadbalancer/app/AlbPlotlyDash/0123456789ab"
}
NETWORK = "delivery.logs.amazonaws.com"
FLOW_LOG = TLS | {
    "aws:SourceArn": "arn:aws:logs:us-east-1:123456789012:delivery-source:flow-log",
    "aws:SourceAccount": "123456789012",
    "s3:x-amz-acl": "bucket-owner-full-control",
}
BUCKETS = "logging.s3.amazonaws.com"
DATA_BUCKET = TLS | {
    "aws:SourceArn": "arn:aws:s3:::plotly-dash-prod-data-123456789012",
    "aws:SourceAccount": "123456789012",
}
DELIVERIES: list[tuple[str, dict[str, str], set[str]]] = [
    (LOAD_BALANCERS, LOAD_BALANCER, {"load-balancer/", "load-balancer-connections/"}),
    (NETWORK, FLOW_LOG, {"network/"}),
    (BUCKETS, DATA_BUCKET, {"data-bucket/"}),
]


@pytest.fixture(scope="module")
def policy(prod: dict[str, Stack]) -> list[dict[str, Any]]:
    (bucket,) = prod["logs"].all("aws_s3_bucket")
    return in_aws(prod["logs"].policy("tls_only"), {f"${{aws_s3_bucket.{bucket}.arn}}": BUCKET})


class TestDeliveries:
    def test_the_load_balancer_delivers_what_it_is_told_to(
        self, prod: dict[str, Stack], policy: list[dict[str, Any]]
    ) -> None:
        load_balancer = prod["alb"].one("aws_lb")
        for kind in ("access_logs", "connection_logs"):
            assert "cross-stack-output-aws_s3_bucketlogs_bucket" in load_balancer[kind]["bucket"]
            key = f"{BUCKET}/{load_balancer[kind]['prefix']}/AWSLogs/123456789012/elasticloadbalancing/us-east-1/log.gz"
            assert may(policy, LOAD_BALANCERS, "s3:PutObject", key, LOAD_BALANCER)

    def test_the_data_bucket_delivers_what_it_is_told_to(
        self, prod: dict[str, Stack], policy: list[dict[str, Any]]
    ) -> None:
        logging = prod["bucket"].one("aws_s3_bucket_logging")
        assert "cross-stack-output-aws_s3_bucketlogs_bucket" in logging["target_bucket"]
        key = f"{BUCKET}/{logging['target_prefix']}123456789012/us-east-1/plotly-dash-prod-data/2026/11/24/log"
        assert may(policy, BUCKETS, "s3:PutObject", key, DATA_BUCKET)

    def test_the_network_delivers_what_it_is_told_to(
        self, prod: dict[str, Stack], policy: list[dict[str, Any]]
    ) -> None:
        flow_log = prod["vpc"].one("aws_flow_log")
        bucket, prefix = flow_log["log_destination"].rsplit("}/", 1)
        assert "cross-stack-output-aws_s3_bucketlogs_bucket" in bucket
        key = f"{BUCKET}/{prefix.strip('/')}/AWSLogs/123456789012/vpcflowlogs/us-east-1/log"
        assert may(policy, NETWORK, "s3:PutObject", key, FLOW_LOG)
        assert may(policy, NETWORK, "s3:GetBucketAcl", BUCKET, FLOW_LOG)

    @pytest.mark.parametrize(("who", "context", "prefixes"), DELIVERIES, ids=[who for who, _, _ in DELIVERIES])
    def test_each_delivers_under_its_own_prefix_only(
        self, who: str, context: dict[str, str], prefixes: set[str], policy: list[dict[str, Any]]
    ) -> None:
        allowed = {
            prefix
            for prefix in ("", "load-balancer/", "load-balancer-connections/", "network/", "data-bucket/")
            if may(policy, who, "s3:PutObject", f"{BUCKET}/{prefix}AWSLogs/123456789012/log", context)
        }
        assert allowed == prefixes

    @pytest.mark.parametrize(("who", "context", "prefixes"), DELIVERIES, ids=[who for who, _, _ in DELIVERIES])
    def test_each_delivers_by_tls_and_for_this_account_only(
        self, who: str, context: dict[str, str], prefixes: set[str], policy: list[dict[str, Any]]
    ) -> None:
        key = f"{BUCKET}/{min(prefixes)}AWSLogs/123456789012/log"
        assert may(policy, who, "s3:PutObject", key, context)
        assert not may(policy, who, "s3:PutObject", key, context | {"aws:SecureTransport": "false"})
        for condition in context.keys() - {"aws:SecureTransport"}:
            other = context | {condition: context[condition].replace("123456789012", "999999999999") + "-another"}
            assert not may(policy, who, "s3:PutObject", key, other)

    def test_only_the_data_bucket_delivers_as_a_bucket(self, policy: list[dict[str, Any]]) -> None:
        other = DATA_BUCKET | {"aws:SourceArn": "arn:aws:s3:::plotly-dash-prod-tfstate-123456789012"}
        assert not may(policy, BUCKETS, "s3:PutObject", f"{BUCKET}/data-bucket/log", other)

    def test_nobody_may_do_anything_else(self, policy: list[dict[str, Any]]) -> None:
        allowed = [statement for statement in policy if statement.get("effect", "Allow") == "Allow"]
        assert {action for statement in allowed for action in statement["actions"]} == {
            "s3:PutObject",
            "s3:GetBucketAcl",
        }
        assert {
            who for statement in allowed for principal in statement["principals"] for who in principal["identifiers"]
        } == {
            LOAD_BALANCERS,
            NETWORK,
            BUCKETS,
        }


def test_logs_are_kept_for_the_days_of_the_settings(prod: dict[str, Stack]) -> None:
    (rule,) = prod["logs"].one("aws_s3_bucket_lifecycle_configuration")["rule"]
    assert rule["status"] == "Enabled"
    assert rule["filter"] == [{"prefix": ""}]
    assert rule["expiration"] == [{"days": 90}]
    assert rule["noncurrent_version_expiration"] == [{"noncurrent_days": 7}]
    assert rule["abort_incomplete_multipart_upload"] == [{"days_after_initiation": 7}]


def test_logs_outlive_a_destroy_that_was_not_meant_in_prod(prod: dict[str, Stack], variant: Variant) -> None:
    bucket = prod["logs"].one("aws_s3_bucket")
    assert bucket["bucket"] == "plotly-dash-prod-logs-123456789012"
    assert bucket["force_destroy"] is False
    meant = variant("prod", access_logs__force_destroy="true")
    assert meant["logs"].one("aws_s3_bucket")["force_destroy"] is True


def test_without_access_logs_there_is_no_bucket_and_nobody_delivers(variant: Variant) -> None:
    nothing = variant("prod", access_logs__enabled="false", vpc__flow_logs="false")
    assert "resource" not in nothing["logs"].json
    assert "output" not in nothing["logs"].json
    assert not nothing["bucket"].all("aws_s3_bucket_logging")
    for name, stack in nothing.items():
        assert not re.search(r"remote_state\S*-logs", str(stack.json)), name
