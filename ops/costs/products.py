"""What to ask the AWS Price List for: a question for each service, and the products that are wanted of the answer."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

_Filter = tuple[Literal["TERM_MATCH", "CONTAINS"], str, str]


@dataclass(frozen=True)
class Product:
    """A product by its usage type, which AWS begins with an abbreviation of the region, and our name of its price.

    `units` are those that AWS may count it in, `amount` how many of them are in one of ours.
    """

    price: str
    usage: str
    units: frozenset[str]
    amount: int = 1


@dataclass(frozen=True)
class Question:
    """A service, what its products must be like, and those that are wanted. Some are not of any region."""

    service: str
    where: tuple[_Filter, ...]
    products: tuple[Product, ...]
    regional: bool = True


_HOURS = frozenset({"Hrs", "hours"})
_GB = frozenset({"GB", "Quantity"})
_GB_MONTH = frozenset({"GB-Mo"})
_MONTH = frozenset({"Month", "month", "Mo"})

# What can be asked: https://docs.aws.amazon.com/aws-cost-management/latest/APIReference/API_pricing_Filter.html
# Usage types are in the lists themselves, https://pricing.us-east-1.amazonaws.com/offers/v1.0/aws/index.json, and for
# CloudWatch in https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/cloudwatch_billing.html. None has Spot.
QUESTIONS = (
    Question(
        "AmazonECS",
        (("CONTAINS", "usagetype", "Fargate"),),
        (
            Product("fargate-vcpu", "Fargate-vCPU-Hours:perCPU", _HOURS),
            Product("fargate-gb", "Fargate-GB-Hours", _HOURS),
            Product("arm-vcpu", "Fargate-ARM-vCPU-Hours:perCPU", _HOURS),
            Product("arm-gb", "Fargate-ARM-GB-Hours", _HOURS),
        ),
    ),
    Question(
        "AWSELB",
        (("TERM_MATCH", "productFamily", "Load Balancer-Application"),),
        (Product("alb-hour", "LoadBalancerUsage", _HOURS),),
    ),
    Question(
        "AmazonEC2",
        (("TERM_MATCH", "productFamily", "NAT Gateway"),),
        (Product("nat-hour", "NatGateway-Hours", _HOURS), Product("nat-gb", "NatGateway-Bytes", _GB)),
    ),
    Question(
        "AmazonVPC",
        (("CONTAINS", "usagetype", "PublicIPv4"),),
        (Product("ipv4-hour", "PublicIPv4:InUseAddress", _HOURS),),
    ),
    Question(
        "AmazonVPC",
        (("TERM_MATCH", "productFamily", "VpcEndpoint"),),
        (Product("endpoint-hour", "VpcEndpoint-Hours", _HOURS), Product("endpoint-gb", "VpcEndpoint-Bytes", _GB)),
    ),
    Question(
        "awswaf",
        (("CONTAINS", "usagetype", "V2"),),
        (
            Product("waf-acl", "WebACLV2", _MONTH | {"Web ACL"}),
            Product("waf-rule", "RuleV2", _MONTH | {"Rule", "rule"}),
        ),
    ),
    Question(
        "AmazonCloudWatch",
        (),
        (
            Product("metric", "CW:MetricMonitorUsage", frozenset({"Metrics"})),
            Product("alarm", "CW:AlarmMonitorUsage", frozenset({"Alarms"})),
            Product("log-gb", "DataProcessing-Bytes", _GB),
            Product("flow-log-gb", "S3-Egress-Bytes", _GB),
        ),
    ),
    Question(
        "AmazonCloudWatch",
        (("CONTAINS", "usagetype", "DashboardsUsageHour"),),
        (Product("graph-page", "DashboardsUsageHour-Basic", frozenset({"Dashboards"})),),  # of up to 50 metrics
        regional=False,
    ),
    Question(
        "AmazonS3",
        (("CONTAINS", "usagetype", "TimedStorage-ByteHrs"),),
        (Product("s3-gb", "TimedStorage-ByteHrs", _GB_MONTH),),
    ),
    Question(
        "AmazonS3",
        (("CONTAINS", "usagetype", "Requests-Tier"),),
        (
            Product("s3-put-thousand", "Requests-Tier1", frozenset({"Requests"}), 1000),
            Product("s3-get-thousand", "Requests-Tier2", frozenset({"Requests"}), 1000),
        ),
    ),
    Question("AmazonECR", (), (Product("ecr-gb", "TimedStorage-ByteHrs", _GB_MONTH),)),
    Question(
        "awskms",
        (("CONTAINS", "usagetype", "KMS-Keys"),),
        (Product("kms-key", "KMS-Keys", _MONTH | {"Keys", "Key"}),),
    ),
)
ASKED = frozenset(product.price for question in QUESTIONS for product in question.products)
