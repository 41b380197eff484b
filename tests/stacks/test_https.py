"""HTTPS: the certificate, the name, and what becomes of plain HTTP."""

import pytest

from tests.stacks.conftest import Variant
from tests.stacks.synthesized import Stack

pytestmark = pytest.mark.unit

OWN = "arn:aws:acm:us-east-1:123456789012:certificate/0a1b2c3d"
ZONE = "Z0123456789ABCDEFGHIJ"


def listener(stacks: dict[str, Stack]) -> dict[str, object]:
    return stacks["service"].role("aws_lb_listener", "listener")


def test_admits_tls_1_2_and_newer_only(prod: dict[str, Stack]) -> None:
    found = listener(prod)
    assert (found["protocol"], found["port"]) == ("HTTPS", 443)
    assert found["ssl_policy"] == "ELBSecurityPolicy-TLS13-1-2-Res-2021-06"


def test_plain_http_is_sent_on_for_good(prod: dict[str, Stack]) -> None:
    redirect = prod["service"].role("aws_lb_listener", "redirect_80")
    assert (redirect["protocol"], redirect["port"]) == ("HTTP", 80)
    assert redirect["default_action"] == [
        {"type": "redirect", "redirect": {"protocol": "HTTPS", "port": "443", "status_code": "HTTP_301"}}
    ]


def test_no_listener_forwards_plain_http(prod: dict[str, Stack]) -> None:
    for found in prod["service"].all("aws_lb_listener").values():
        if found["protocol"] == "HTTP":
            assert [action["type"] for action in found["default_action"]] == ["redirect"]


def test_the_certificate_is_made_for_the_domain_and_proven_in_its_zone(prod: dict[str, Stack]) -> None:
    certificate = prod["service"].one("aws_acm_certificate")
    assert (certificate["domain_name"], certificate["validation_method"]) == ("dashboard.example.com", "DNS")
    assert certificate["lifecycle"] == {"create_before_destroy": True}
    proof = prod["service"].role("aws_route53_record", "proof")
    assert proof["zone_id"] == ZONE
    assert proof["name"].endswith("resource_record_name}")
    validation = prod["service"].one("aws_acm_certificate_validation")
    assert "aws_route53_record.certificate_proof" in validation["validation_record_fqdns"][0]


def test_the_listener_waits_until_the_certificate_is_valid_and_has_a_new_one_before_the_old_one_goes(
    prod: dict[str, Stack],
) -> None:
    assert str(listener(prod)["certificate_arn"]).startswith("${aws_acm_certificate_validation.")


def test_the_domain_points_to_the_load_balancer(prod: dict[str, Stack]) -> None:
    record = prod["alb"].role("aws_route53_record", "name")
    assert (record["name"], record["type"], record["zone_id"]) == ("dashboard.example.com", "A", ZONE)
    assert record["alias"]["name"] == "${aws_lb.load_balancer.dns_name}"
    assert record["alias"]["zone_id"] == "${aws_lb.load_balancer.zone_id}"


def test_a_certificate_of_ones_own_is_used_as_it_is(variant: Variant) -> None:
    stacks = variant("prod", https__certificate_arn=OWN)
    assert listener(stacks)["certificate_arn"] == OWN
    assert not stacks["service"].all("aws_acm_certificate")
    assert list(stacks["alb"].all("aws_route53_record")) == ["name"]


def test_without_a_zone_the_name_is_left_to_others(variant: Variant) -> None:
    stacks = variant("reference", https__certificate_arn=OWN, https__domain="dashboard.example.com")
    assert listener(stacks)["certificate_arn"] == OWN
    assert not stacks["alb"].all("aws_route53_record")


def test_without_a_domain_there_is_one_listener_and_it_is_http(dev: dict[str, Stack]) -> None:
    found = dev["service"].one("aws_lb_listener")
    assert (found["protocol"], found["port"]) == ("HTTP", 8050)
    assert "ssl_policy" not in found
    for name in ("alb", "service"):
        assert not {"aws_acm_certificate", "aws_route53_record"} & dev[name].json["resource"].keys()
