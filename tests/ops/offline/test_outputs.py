"""Outputs of stacks that are not deployed are made up as AWS would give them."""

import re
from typing import Any

import pytest

from ops.offline.outputs import MadeUpOutputs

pytestmark = pytest.mark.unit

RESOURCES: dict[str, Any] = {
    "aws_vpc": {"vpc": {"cidr_block": "10.0.0.0/16"}},
    "aws_subnet": {"one": {}, "two": {}},
    "aws_lb": {"front": {"name": "Front"}},
    "aws_lb_target_group": {"target": {"name": "Target"}},
    "aws_s3_bucket": {"data": {"bucket": "my-data"}},
    "aws_ecr_repository": {"images": {"name": "dashboard"}},
    "aws_kms_key": {"key": {}},
    "aws_sns_topic": {"alerts": {"name": "${aws_lb.front.name}-alerts"}},
    "aws_ecs_cluster": {"cluster": {"name": "Cluster", "setting": [{"name": "containerInsights"}]}},
}


def value(expression: object) -> Any:  # noqa: ANN401 - any JSON
    configuration = {
        "provider": {"aws": [{"region": "eu-west-1", "allowed_account_ids": ["123456789012"]}]},
        "resource": RESOURCES,
        "output": {"asked": {"value": expression}},
    }
    return MadeUpOutputs(configuration).value("asked")


@pytest.mark.parametrize(
    ("expression", "form"),
    [
        ("${aws_vpc.vpc.id}", r"vpc-[0-9a-f]{17}"),
        ("${aws_lb.front.arn}", r"arn:aws:elasticloadbalancing:eu-west-1:123456789012:loadbalancer/app/Front/\w{16}"),
        ("${aws_lb.front.arn_suffix}", r"app/Front/[0-9a-f]{16}"),
        ("${aws_lb_target_group.target.arn_suffix}", r"targetgroup/Target/[0-9a-f]{16}"),
        ("${aws_lb.front.dns_name}", r"Front\.eu-west-1\.elb\.amazonaws\.com"),
        ("${aws_lb.front.zone_id}", r"Z[0-9a-f]{13}"),
        ("${aws_s3_bucket.data.arn}", r"arn:aws:s3:::my-data"),
        ("${aws_s3_bucket.data.id}", r"my-data"),
        ("${aws_ecr_repository.images.repository_url}", r"123456789012\.dkr\.ecr\.eu-west-1\.amazonaws\.com/dashboard"),
        ("${aws_kms_key.key.arn}", r"arn:aws:kms:eu-west-1:123456789012:key/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}"),
        ("${aws_sns_topic.alerts.arn}", r"arn:aws:sns:eu-west-1:123456789012:Front-alerts"),
        ("${one(aws_vpc.vpc.id)}", r"vpc-[0-9a-f]{17}"),
        ("${data.aws_vpc.existing.id}", r"vpc-[0-9a-f]{17}"),
        ("https://${aws_lb.front.dns_name}/", r"https://Front\.eu-west-1\.elb\.amazonaws\.com/"),
    ],
)  # fmt: skip
def test_what_only_aws_knows_has_its_form(expression: str, form: str) -> None:
    assert re.fullmatch(form, value(expression))


def test_what_the_configuration_says_is_taken_from_it() -> None:
    assert value("${aws_vpc.vpc.cidr_block}") == "10.0.0.0/16"
    assert value("${aws_ecs_cluster.cluster.setting}") == [{"name": "containerInsights"}]
    assert value("${aws_sns_topic.alerts.name}") == "Front-alerts"
    assert value(8050) == 8050
    assert value(True) is True


def test_lists_stay_lists_of_values_that_differ() -> None:
    one, two = value(["${aws_subnet.one.id}", "${aws_subnet.two.id}"])
    assert one != two
    assert len(set(value("${data.aws_subnets.private.ids}"))) == 2


def test_a_value_is_the_same_wherever_it_is_asked_for() -> None:
    assert value("${aws_subnet.one.id}") == value("${aws_subnet.one.id}")


def test_an_output_that_is_not_declared_is_an_error() -> None:
    configuration: dict[str, Any] = {"provider": {"aws": [{"region": "x", "allowed_account_ids": ["1"]}]}, "output": {}}
    with pytest.raises(KeyError):
        MadeUpOutputs(configuration).value("asked")
