"""Prices are AWS's own where AWS tells them, else those of the table, and what is which is told."""

import json
import os
import threading
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from decimal import Decimal
from functools import cache
from typing import Any

import pytest

from ops.aws import Aws
from ops.costs.price_table import read_price_table
from ops.costs.prices import Prices, load_prices
from ops.costs.products import ASKED, QUESTIONS
from tests.ops.costs.price_list import EXPECTED, Item, PriceList, Reply, answering, catalogue, changed, price_list
from tests.settings import settings_of

pytestmark = pytest.mark.unit

TABLE = read_price_table()
IRELAND = catalogue("eu-west-1", "EU-")
AN_HOUR = "EU-LoadBalancerUsage"


@pytest.fixture(scope="module")
def served() -> Iterator[PriceList]:
    """A price list that every client of this module asks."""
    with pytest.MonkeyPatch.context() as patch, price_list() as here:
        for name in ("AWS_SESSION_TOKEN", "AWS_PROFILE", "AWS_ENDPOINT_URL"):
            patch.delenv(name, raising=False)
        for name in ("AWS_CONFIG_FILE", "AWS_SHARED_CREDENTIALS_FILE"):
            patch.setenv(name, os.devnull)
        for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
            patch.setenv(name, "any")
        patch.setenv("AWS_EC2_METADATA_DISABLED", "true")
        patch.setenv("NO_PROXY", "127.0.0.1")
        patch.setenv("AWS_ENDPOINT_URL_PRICING", here.address)
        yield here


@cache
def aws_of(region: str) -> Aws:
    """Return the AWS of an environment in a region; a client takes a third of a second, so there is one for all."""
    zones = f'["{region}a", "{region}b"]'
    variables = {"DASH__AWS__REGION": region, "DASH__AWS__AVAILABILITY_ZONES": zones}
    return Aws(settings_of({"DASH_ENV": "dev", "DASH__AWS__ACCOUNT_ID": "111111111111"} | variables))


Load = Callable[..., Prices]


@pytest.fixture
def load(served: PriceList) -> Load:
    """Return what loads prices where the price list answers as it is told to."""

    def loaded(reply: Reply, aws: Aws | None = None, *, patience: float = 10.0) -> Prices:
        served.asked.clear()
        served.reply = reply
        return load_prices(aws or aws_of("eu-west-1"), patience)

    return loaded


@pytest.mark.parametrize(
    ("region", "prefix"), [("eu-west-1", "EU-"), ("us-east-1", ""), ("us-east-1", "USE1-"), ("ap-southeast-6", "APS8-")]
)
def test_every_price_is_read_in_every_region(load: Load, served: PriceList, region: str, prefix: str) -> None:
    prices = load(answering(catalogue(region, prefix)), aws_of(region))
    assert {name: prices[name] for name in ASKED} == {name: Decimal(usd) for name, usd in EXPECTED.items()}
    assert (prices.source, prices.notes) == (f"AWS Price List, {datetime.now(UTC).date()}", ())
    assert len(served.asked) == len(QUESTIONS) == 12


def test_an_answer_of_several_pages_is_read_to_its_end(load: Load, served: PriceList) -> None:
    prices = load(answering(IRELAND, page=3))
    assert prices.notes == ()
    assert prices["flow-log-gb"] == Decimal("0.26")
    assert len(served.asked) > len(QUESTIONS)


def test_an_answer_without_an_end_is_left(load: Load) -> None:
    ends = answering(IRELAND)

    def reply(question: dict[str, Any]) -> tuple[int, Any]:
        status, answer = ends(question)
        return status, answer | ({"NextToken": "0"} if question["ServiceCode"] == "AmazonECR" else {})

    prices = load(reply)
    assert prices.notes == (
        "not from the AWS Price List: ecr-gb: AWS has more than 500 products of AmazonECR like these",
    )


def dimension(item: Item) -> dict[str, Any]:
    (term,) = item["terms"]["OnDemand"].values()
    found: dict[str, Any]
    (found,) = term["priceDimensions"].values()
    return found


def answering_for(service: str, items: list[Item]) -> Reply:
    """Return what answers questions for a service by these products, whatever is asked, and all others as usual."""
    usual = answering(IRELAND)

    def reply(question: dict[str, Any]) -> tuple[int, Any]:
        if question["ServiceCode"] != service:
            return usual(question)
        return 200, {"FormatVersion": "aws_v1", "PriceList": [json.dumps(item) for item in items]}

    return reply


def other_usage(item: Item) -> None:
    item["product"]["attributes"]["usagetype"] = "EU-Other"


def second_term(item: Item) -> None:
    terms = item["terms"]["OnDemand"]
    terms["another"] = next(iter(terms.values()))


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (other_usage, "AWS has no product LoadBalancerUsage"),
        (lambda item: dimension(item).update(unit="Days"), "AWS counts LoadBalancerUsage in Days"),
        (lambda item: item["terms"].pop("OnDemand"), "AWS has 0 terms on demand for LoadBalancerUsage"),
        (second_term, "AWS has 2 terms on demand for LoadBalancerUsage"),
        (lambda item: dimension(item)["pricePerUnit"].update(USD="0.0000000000"), "AWS has no price above zero of"),
        (lambda item: dimension(item)["pricePerUnit"].update(USD="-1"), "AWS has no price above zero of"),
        (lambda item: dimension(item)["pricePerUnit"].update(USD="NaN"), "AWS has no price above zero of"),
        (lambda item: dimension(item)["pricePerUnit"].update(USD="cheap"), "AWS's answer is not a price list"),
        (lambda item: dimension(item).update(pricePerUnit={"CNY": "0.2"}), "AWS's answer is not a price list"),
        (lambda item: item.pop("terms"), "AWS's answer is not a price list"),
        (lambda item: item["product"].pop("attributes"), "AWS's answer is not a price list"),
    ],
)
def test_a_price_that_is_not_clear_is_of_the_table(load: Load, change: Callable[[Item], None], reason: str) -> None:
    family = [item for item in IRELAND if item["product"].get("productFamily") == "Load Balancer-Application"]
    prices = load(answering_for("AWSELB", changed(family, AN_HOUR, change)))
    assert prices["alb-hour"] == TABLE.known("eu-west-1")["alb-hour"] == Decimal("0.0252")
    assert prices["nat-hour"] == Decimal("0.052")
    (note,) = prices.notes
    assert note.startswith(f"not from the AWS Price List: alb-hour: {reason}")
    today = datetime.now(UTC).date()
    assert prices.source == f"AWS Price List, {today}; 1 of 22 prices of the table of {TABLE.updated}"


def test_of_several_prices_none_is_taken(load: Load) -> None:
    (one,) = [item for item in IRELAND if item["product"]["attributes"]["usagetype"] == "EU-TimedStorage-ByteHrs"][1:]
    (other,) = changed([one], "EU-TimedStorage-ByteHrs", lambda item: dimension(item)["pricePerUnit"].update(USD="9"))
    assert load(answering_for("AmazonECR", [one, one])).notes == ()
    assert load(answering_for("AmazonECR", [one, other])).notes == (
        "not from the AWS Price List: ecr-gb: AWS has 2 prices of TimedStorage-ByteHrs",
    )


@pytest.mark.parametrize("answer", [b"<html>", {"PriceList": ["<html>"]}, {"PriceList": [{}]}, {}])
def test_what_is_no_price_list_is_told(load: Load, answer: Any) -> None:  # noqa: ANN401 - any JSON
    def reply(question: dict[str, Any]) -> tuple[int, Any]:
        return (200, answer) if question["ServiceCode"] == "awskms" else answering(IRELAND)(question)

    prices = load(reply)
    assert prices.notes[0] == "not from the AWS Price List: kms-key: AWS's answer is not a price list"
    assert prices["kms-key"] == 1


def test_refused_credentials_leave_the_table(load: Load) -> None:
    refusal = {"__type": "AccessDeniedException", "Message": "not authorized to perform: pricing:GetProducts"}
    prices = load(lambda _: (400, refusal), aws_of("us-east-1"))
    assert prices.usd == TABLE.known("us-east-1")
    assert prices.source == f"table of {TABLE.updated}, for us-east-1"
    assert prices.notes == (
        "not from the AWS Price List: all prices: AWS refuses GetProducts: not authorized to perform: "
        "pricing:GetProducts: the credentials need the permission for it",
    )


def test_missing_credentials_leave_the_table(load: Load, served: PriceList, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("AWS_ACCESS_KEY_ID")
    monkeypatch.delenv("AWS_SECRET_ACCESS_KEY")
    prices = load(answering(IRELAND), Aws(aws_of("eu-west-1").settings))
    assert served.asked == []
    assert prices.notes[0].startswith("not from the AWS Price List: all prices: there are no AWS credentials: run")


def test_an_unknown_profile_leaves_the_table(load: Load, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_PROFILE", "nobody")
    assert "(nobody)" in load(answering(IRELAND), Aws(aws_of("eu-west-1").settings)).notes[0]


def test_nobody_waits_for_a_list_that_does_not_answer(load: Load) -> None:
    answered, ended = answering(IRELAND), threading.Event()

    def reply(question: dict[str, Any]) -> tuple[int, Any]:
        if question["ServiceCode"] == "AmazonS3":
            ended.wait()
        return answered(question)

    try:
        prices = load(reply, patience=3.0)
    finally:
        ended.set()
    (note,) = prices.notes
    assert note.endswith(": no answer within 3 s")
    assert "s3-gb, s3-get-thousand, s3-put-thousand" in note
    assert prices["s3-gb"] == Decimal("0.023")


def test_of_a_region_without_a_table_the_prices_of_another_stand_in(load: Load) -> None:
    prices = load(lambda _: (400, {"__type": "AccessDeniedException"}), aws_of("eu-north-1"))
    assert prices.source == f"table of {TABLE.updated}, for us-east-1"
    assert prices.usd == TABLE.known("us-east-1")
    assert prices.stand_ins == TABLE.known("us-east-1").keys()
    assert prices.notes[-1].startswith("eu-north-1: not known, so that us-east-1's price stands in: alarm, alb-hour, ")


def test_of_a_region_with_half_a_table_only_what_is_missing_is_another_s(load: Load) -> None:
    prices = load(lambda _: (400, {"__type": "AccessDeniedException"}), aws_of("eu-central-1"))
    assert prices.source == f"table of {TABLE.updated}, for eu-central-1"
    assert (prices["nat-hour"], prices["kms-key"]) == (Decimal("0.052"), Decimal(1))
    assert {"kms-key", "spot-gb"} <= prices.stand_ins
    assert "nat-hour" not in prices.stand_ins


def test_of_a_local_environment_nothing_is_asked(load: Load, served: PriceList) -> None:
    prices = load(answering(IRELAND), Aws(settings_of({"DASH_ENV": "local"})))
    assert served.asked == []
    assert prices == Prices(TABLE.known("us-east-1"), f"table of {TABLE.updated}, for us-east-1")


def test_the_table_is_whole() -> None:
    everything = TABLE.known("us-east-1")
    assert everything.keys() > ASKED
    assert set(TABLE.usd) >= {
        "us-east-2", "us-west-2", "eu-west-1", "eu-central-1", "ap-northeast-1", "ap-southeast-2",
    }  # fmt: skip
    for region, prices in TABLE.usd.items():
        assert prices.keys() <= everything.keys()
        for name, usd in prices.items():
            assert everything[name] * Decimal("0.8") <= usd <= everything[name] * 2, (region, name)
