"""Reads prices from the AWS Price List, a few questions at a time.

https://docs.aws.amazon.com/awsaccountbilling/latest/aboutv2/using-price-list-query-api.html
"""

from __future__ import annotations

import json
import re
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from queue import Empty, SimpleQueue
from threading import Thread
from typing import TYPE_CHECKING, Any

from ops.costs.products import QUESTIONS, Product, Question
from ops.errors import OpsError

if TYPE_CHECKING:
    from types_boto3_pricing.type_defs import FilterTypeDef, GetProductsRequestTypeDef

    from ops.aws import Aws

_PAGE = 100  # products, the most that AWS gives at once
_MOST_PAGES = 5  # the questions are put so that one or two suffice
_ODD = "AWS's answer is not a price list"
# What comes before a usage type: USE1-, EU-, or the region (KMS); nothing for some of us-east-1. Not any other: what
# begins with TS-, Windows- or the like is another product.
_REGION_PREFIX = r"(?:(?:EU|[A-Z]{{3}}\d+|{region})-)?"


@dataclass
class Answer:
    """Prices in US dollars by name, and by name why there is none."""

    usd: dict[str, Decimal] = field(default_factory=dict)
    missing: dict[str, str] = field(default_factory=dict)


def ask_price_list(aws: Aws, region: str, seconds: float) -> Answer:
    """Return the prices of a region that the AWS Price List tells within so many seconds; it never fails."""
    answers: SimpleQueue[tuple[Question, Answer]] = SimpleQueue()
    try:
        aws.pricing  # noqa: B018 - made here, not in each thread: sessions are not thread-safe, clients are
    except OpsError as error:
        return _without(QUESTIONS, str(error))
    for question in QUESTIONS:
        # Daemons: one that still waits for AWS shall not keep the process.
        Thread(target=lambda q=question: answers.put((q, _answer(aws, q, region))), daemon=True).start()
    whole, waiting = Answer(), list(QUESTIONS)
    deadline = time.monotonic() + seconds
    try:
        while waiting:
            question, answer = answers.get(timeout=max(0, deadline - time.monotonic()))
            waiting.remove(question)
            whole.usd |= answer.usd
            whole.missing |= answer.missing
    except Empty:
        whole.missing |= _without(waiting, f"no answer within {seconds:g} s").missing
    return whole


def _without(questions: Iterable[Question], reason: str) -> Answer:
    return Answer(missing={product.price: reason for question in questions for product in question.products})


def _answer(aws: Aws, question: Question, region: str) -> Answer:
    try:
        found = list(_products(aws, question, region))
    except OpsError as error:
        return _without([question], str(error))
    except (KeyError, TypeError, ValueError):
        return _without([question], _ODD)
    answer = Answer()
    for product in question.products:
        try:
            answer.usd[product.price] = _price(product, found, region)
        except ValueError as error:
            answer.missing[product.price] = str(error)
        except (AttributeError, KeyError, TypeError, ArithmeticError):
            answer.missing[product.price] = _ODD
    return answer


def _products(aws: Aws, question: Question, region: str) -> Iterator[dict[str, Any]]:
    """Yield the products that AWS finds. Raises OpsError, and ValueError where one is no JSON."""
    filters: list[FilterTypeDef] = [
        {"Type": kind, "Field": name, "Value": value} for kind, name, value in question.where
    ]
    if question.regional:
        filters.append({"Type": "TERM_MATCH", "Field": "regionCode", "Value": region})
    asked: GetProductsRequestTypeDef = {"ServiceCode": question.service, "Filters": filters, "MaxResults": _PAGE}
    for _ in range(_MOST_PAGES):
        with aws.errors():
            page = aws.pricing.get_products(**asked)
        yield from map(json.loads, page["PriceList"])
        if not page.get("NextToken"):
            return
        asked["NextToken"] = page["NextToken"]
    raise OpsError(f"AWS has more than {_MOST_PAGES * _PAGE} products of {question.service} like these")


def _price(product: Product, found: list[dict[str, Any]], region: str) -> Decimal:
    """Return the one price on demand of a product. Raises ValueError where there is none, or several."""
    usage = re.compile(_REGION_PREFIX.format(region=region) + re.escape(product.usage))
    of_usage = [item for item in found if usage.fullmatch(item["product"]["attributes"].get("usagetype", ""))]
    prices = {_first_tier(product, item) for item in of_usage}
    if not prices:
        raise ValueError(f"AWS has no product {product.usage}")
    if len(prices) > 1:
        raise ValueError(f"AWS has {len(prices)} prices of {product.usage}")
    return prices.pop() * product.amount


def _first_tier(product: Product, item: dict[str, Any]) -> Decimal:
    """Return the price of the first tier that is not free."""
    terms = list(item["terms"].get("OnDemand", {}).values())
    if len(terms) != 1:
        raise ValueError(f"AWS has {len(terms)} terms on demand for {product.usage}")
    tiers = sorted(terms[0]["priceDimensions"].values(), key=lambda tier: Decimal(tier.get("beginRange", "0")))
    if strangers := {tier["unit"] for tier in tiers} - product.units:
        raise ValueError(f"AWS counts {product.usage} in {', '.join(sorted(strangers))}")
    prices = [Decimal(tier["pricePerUnit"]["USD"]) for tier in tiers]
    if not all(price.is_finite() for price in prices) or (price := next(filter(None, prices), Decimal(0))) <= 0:
        raise ValueError(f"AWS has no price above zero of {product.usage}")
    return price
