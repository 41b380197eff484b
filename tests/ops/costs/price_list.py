"""A stand-in for the AWS Price List: products in the form of AWS's answers, found by the filters of a question."""

import copy
import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

Item = dict[str, Any]
Reply = Callable[[dict[str, Any]], tuple[int, Any]]

# Service, product family, usage type, unit, price of each tier from a range on. Prices are those of no region.
_PRODUCTS = (
    ("AmazonECS", "Compute", "Fargate-vCPU-Hours:perCPU", "hours", {"0": "0.0500000000"}),
    ("AmazonECS", "Compute", "Fargate-GB-Hours", "hours", {"0": "0.0060000000"}),
    ("AmazonECS", "Compute", "Fargate-ARM-vCPU-Hours:perCPU", "hours", {"0": "0.0400000000"}),
    ("AmazonECS", "Compute", "Fargate-ARM-GB-Hours", "hours", {"0": "0.0050000000"}),
    ("AmazonECS", "Compute", "Fargate-Windows-vCPU-Hours:perCPU", "hours", {"0": "0.0900000000"}),
    ("AmazonECS", "Compute", "Fargate-EphemeralStorage-GB-Hours", "hours", {"0": "0.0001110000"}),
    ("AWSELB", "Load Balancer-Application", "LoadBalancerUsage", "Hrs", {"0": "0.0300000000"}),
    ("AWSELB", "Load Balancer-Application", "TS-LoadBalancerUsage", "Hrs", {"0": "0.0056000000"}),
    ("AWSELB", "Load Balancer-Application", "LCUUsage", "LCU-Hrs", {"0": "0.0080000000"}),
    ("AWSELB", "Load Balancer-Network", "LoadBalancerUsage", "Hrs", {"0": "0.0310000000"}),
    ("AmazonEC2", "NAT Gateway", "NatGateway-Hours", "Hrs", {"0": "0.0520000000"}),
    ("AmazonEC2", "NAT Gateway", "NatGateway-Bytes", "GB", {"0": "0.0530000000"}),
    ("AmazonEC2", "NAT Gateway", "RegionalNatGateway-Hours", "Hrs", {"0": "0.0990000000"}),
    ("AmazonVPC", "", "PublicIPv4:InUseAddress", "Hrs", {"0": "0.0060000000"}),
    ("AmazonVPC", "", "PublicIPv4:IdleAddress", "Hrs", {"0": "0.0070000000"}),
    ("AmazonVPC", "VpcEndpoint", "VpcEndpoint-Hours", "Hrs", {"0": "0.0120000000"}),
    (
        "AmazonVPC",
        "VpcEndpoint",
        "VpcEndpoint-Bytes",
        "GB",
        {"5242880": "0.0040000000", "0": "0.0110000000", "1048576": "0.0060000000"},
    ),
    ("awswaf", "Web Application Firewall", "WebACLV2", "Month", {"0": "6.0000000000"}),
    ("awswaf", "Web Application Firewall", "ShieldProtected-WebACLV2", "Month", {"0": "0.0000000000"}),
    ("awswaf", "Web Application Firewall", "RuleV2", "Month", {"0": "1.1000000000"}),
    ("AmazonCloudWatch", "Metric", "CW:MetricMonitorUsage", "Metrics", {"0": "0.3100000000", "10000": "0.1000000000"}),
    ("AmazonCloudWatch", "Alarm", "CW:AlarmMonitorUsage", "Alarms", {"0": "0.1100000000"}),
    ("AmazonCloudWatch", "Alarm", "CW:HighResAlarmMonitorUsage", "Alarms", {"0": "0.3000000000"}),
    ("AmazonCloudWatch", "Data Payload", "DataProcessing-Bytes", "GB", {"0": "0.6300000000"}),
    ("AmazonCloudWatch", "Data Payload", "S3-Egress-Bytes", "GB", {"0": "0.2600000000", "10240": "0.1500000000"}),
    (
        "AmazonCloudWatch",
        "Dashboard",
        "DashboardsUsageHour-Basic",
        "Dashboards",
        {"0": "0.0000000000", "3": "3.5000000000"},
    ),
    ("AmazonS3", "Storage", "TimedStorage-ByteHrs", "GB-Mo", {"0": "0.0240000000", "51200": "0.0230000000"}),
    ("AmazonS3", "Storage", "TimedStorage-GlacierByteHrs", "GB-Mo", {"0": "0.0040000000"}),
    ("AmazonS3", "API Request", "Requests-Tier1", "Requests", {"0": "0.0000054000"}),
    ("AmazonS3", "API Request", "Requests-Tier2", "Requests", {"0": "0.0000004300"}),
    ("AmazonECR", "EC2 Container Registry", "TimedStorage-ByteHrs", "GB-Mo", {"0": "0.1200000000"}),
    ("awskms", "Encryption Key", "KMS-Keys", "Keys", {"0": "1.2000000000"}),
    ("awskms", "Encryption Key", "KMS-Keys-Replica", "Keys", {"0": "1.3000000000"}),
)
EXPECTED = {
    "fargate-vcpu": "0.05",
    "fargate-gb": "0.006",
    "arm-vcpu": "0.04",
    "arm-gb": "0.005",
    "alb-hour": "0.03",
    "nat-hour": "0.052",
    "nat-gb": "0.053",
    "ipv4-hour": "0.006",
    "endpoint-hour": "0.012",
    "endpoint-gb": "0.011",
    "waf-acl": "6",
    "waf-rule": "1.1",
    "metric": "0.31",
    "alarm": "0.11",
    "log-gb": "0.63",
    "flow-log-gb": "0.26",
    "graph-page": "3.5",
    "s3-gb": "0.024",
    "s3-put-thousand": "0.0054",
    "s3-get-thousand": "0.00043",
    "ecr-gb": "0.12",
    "kms-key": "1.2",
}


def catalogue(region: str, prefix: str) -> list[Item]:
    """Return the products of a region, whose usage types begin with a prefix ("USE1-") as AWS's do."""
    return [_item(region, prefix, f"SKU{index:013}", *product) for index, product in enumerate(_PRODUCTS)]


def _item(
    region: str, prefix: str, sku: str, service: str, family: str, usage: str, unit: str, tiers: dict[str, str]
) -> Item:
    everywhere = usage.startswith("Dashboards")
    of_region = f"{region}-{usage}" if service == "awskms" else prefix + usage
    attributes = {
        "servicecode": service,
        "usagetype": usage if everywhere else of_region,
        "locationType": "Other" if everywhere else "AWS Region",
        "location": "Any" if everywhere else "of the region",
        "operation": "",
    }
    dimensions = {
        f"{sku}.JRTCKXETXF.{index}": {
            "unit": unit,
            "beginRange": begin,
            "endRange": "Inf",
            "description": f"${usd} per {unit}",
            "appliesTo": [],
            "rateCode": f"{sku}.JRTCKXETXF.{index}",
            "pricePerUnit": {"USD": usd},
        }
        for index, (begin, usd) in enumerate(tiers.items())
    }
    term = {
        "sku": sku,
        "effectiveDate": "2026-11-01T00:00:00Z",
        "offerTermCode": "JRTCKXETXF",
        "termAttributes": {},
        "priceDimensions": dimensions,
    }
    return {
        "product": {
            "sku": sku,
            **({"productFamily": family} if family else {}),
            "attributes": attributes | ({} if everywhere else {"regionCode": region}),
        },
        "serviceCode": service,
        "terms": {"OnDemand": {f"{sku}.JRTCKXETXF": term}},
        "version": "20261104124425",
        "publicationDate": "2026-11-04T12:44:25Z",
    }


def answering(items: list[Item], page: int = 100) -> Reply:
    """Return what answers questions from these products, so many at a time."""

    def reply(question: dict[str, Any]) -> tuple[int, Any]:
        found = [item for item in items if item["serviceCode"] == question["ServiceCode"] and _is_like(item, question)]
        start = int(question.get("NextToken", 0))
        more = {"NextToken": str(start + page)} if len(found) > start + page else {}
        return 200, {
            "FormatVersion": "aws_v1",
            "PriceList": [json.dumps(item) for item in found[start:][:page]],
            **more,
        }

    return reply


def changed(items: list[Item], usage: str, change: Callable[[Item], None]) -> list[Item]:
    """Return these products, of which one is changed."""
    items = copy.deepcopy(items)
    (item,) = [item for item in items if item["product"]["attributes"]["usagetype"] == usage]
    change(item)
    return items


def _is_like(item: Item, question: dict[str, Any]) -> bool:
    fields = item["product"]["attributes"] | {"productFamily": item["product"].get("productFamily")}
    for condition in question["Filters"]:
        value = fields.get(condition["Field"]) or ""
        wanted = condition["Value"]
        if wanted not in value if condition["Type"] == "CONTAINS" else wanted != value:
            return False
    return True


class PriceList:
    """A price list that answers as `reply` says, with its address and the questions that it was asked."""

    def __init__(self, address: str) -> None:
        self.address = address
        self.asked: list[dict[str, Any]] = []
        self.reply: Reply = answering([])


@contextmanager
def price_list() -> Iterator[PriceList]:
    """Serve a price list on loopback."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            assert self.headers["X-Amz-Target"] == "AWSPriceListService.GetProducts"
            question = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            served.asked.append(question)
            status, answer = served.reply(question)
            body = answer if isinstance(answer, bytes) else json.dumps(answer).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/x-amz-json-1.1")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    server.block_on_close = False
    served = PriceList(f"http://127.0.0.1:{server.server_port}")
    threading.Thread(target=server.serve_forever, args=[0.01], daemon=True).start()
    try:
        yield served
    finally:
        server.shutdown()
        server.server_close()
