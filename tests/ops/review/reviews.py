"""A review with something of everything, for tests to change."""

from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal

from ops.costs.change import cost_change
from ops.costs.lines import CostLine
from ops.policy.allowed import Allowance, Sorted
from ops.policy.finding import Finding
from ops.review.additions import LEFT
from ops.review.changes import Change, read_changes
from ops.review.dangers.danger import Danger
from ops.review.differences import AttributeChange
from ops.review.drift import Drift, read_drift
from ops.review.outcome import CostReview, Review, StackReview
from tests.ops.review.shown import shown

DANGER = Danger(
    "danger",
    "vpc",
    "aws_security_group.front",
    "Port 22 opens for everybody",
    "Anybody can try to sign in: name a range.",
)
NOTICE = Danger("notice", "alerts", "aws_sns_topic.alarms", "A new topic", "Somebody has to subscribe.")
FINDING = Finding(
    check="CKV_AWS_24",
    demand="No security group lets everybody in to port 22",
    stack="vpc",
    address="aws_security_group.front",
    construct="front",
    found="0.0.0.0/0",
    remedy="name a narrower range",
    guideline="https://docs.example/ckv-aws-24",
)
ENTRY = Allowance(check="CKV_AWS_1", stack="alb", resource="*", environments=["prod"], reason="It is so.")
_NAT = CostLine("vpc", "aws_nat_gateway.a", "hours", Decimal("32.85"), "730 hours")
_KEY = CostLine("encryption", "aws_kms_key.key", "key", Decimal(1), "one key")

PASSED = Review(
    environment="prod",
    account="123456789012",
    region="us-east-1",
    commit="0123456789abcdef0123456789abcdef01234567",
    at=datetime(2026, 11, 24, 16, 30, tzinfo=UTC),
    version_now="1.3.0",
    version_asked="1.3.0",
    stacks=(StackReview("state"), StackReview("vpc")),
    policy=Sorted((), (), ()),
    costs=CostReview(cost_change([_KEY], [_KEY]), (_KEY,), "table of 2026-11-24, for us-east-1"),
)
CREATES = StackReview("cluster", tuple(Change("create", f"aws_ecs_cluster.c{number}") for number in range(20)))
EVERYTHING = replace(
    PASSED,
    version_asked="1.4.0",
    stacks=(
        StackReview("state"),
        replace(CREATES, note="Not planned against AWS: it needs vpc.", against_aws=False),
        StackReview(
            "vpc",
            read_changes(shown("changes")),
            outputs=("group", "vpc_id"),
            drift=(
                *read_drift(shown("by_hand")),
                Drift("aws_iam_role.task", LEFT, (AttributeChange("managed_policy_arns", "(not set)", "arn:a"),)),
            ),
            dangers=(NOTICE, DANGER),
        ),
        StackReview("service", note="Not planned: it needs alb, then review it again.", pending=True),
        StackReview("alb", failure="prod-alb: the AWS credentials have expired: sign in again, then run this again"),
    ),
    policy=Sorted((FINDING,), ((FINDING, ENTRY),), (ENTRY,)),
    costs=CostReview(
        cost_change([_KEY], [_KEY, _NAT]),
        (_KEY, _NAT),
        "table of 2026-11-24, for us-east-1",
        ("Without alb, service.",),
    ),
    warnings=("plain HTTP: what readers see and send crosses the network in the clear",),
)
