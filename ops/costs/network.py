"""What the network and the way into it cost."""

from collections.abc import Iterator

from ops.costs.lines import HOURS_A_MONTH, Basis, CostLine, Resource

# Written in a month in which nobody looks, most of it health checks; docs/costs.md.
_FLOW_LOG_GB = 2
_DAYS_A_MONTH = 30


def nat_gateway(resource: Resource, basis: Basis) -> Iterator[CostLine]:
    """Yield the hours of a NAT gateway; what goes through it is the service's."""
    yield basis.line(resource, "NAT gateway", {"nat-hour": HOURS_A_MONTH}, f"{HOURS_A_MONTH} h")


def public_address(resource: Resource, basis: Basis) -> Iterator[CostLine]:
    """Yield the hours of an Elastic IP."""
    yield basis.line(resource, "public address", {"ipv4-hour": HOURS_A_MONTH}, f"{HOURS_A_MONTH} h")


def endpoint(resource: Resource, basis: Basis) -> Iterator[CostLine]:
    """Yield the hours of an interface endpoint; one of a gateway is free."""
    if resource.values.get("vpc_endpoint_type") != "Interface":
        return
    zones = _zones(resource.values.get("subnet_ids"), basis)
    hours = {"endpoint-hour": HOURS_A_MONTH * zones}
    yield basis.line(resource, "interface endpoint", hours, f"{HOURS_A_MONTH} h in each of {zones} zones")


def flow_log(resource: Resource, basis: Basis) -> Iterator[CostLine]:
    """Yield what flow logs cost that are kept in S3."""
    days = basis.settings.access_logs.retention_days
    months = -(-days // _DAYS_A_MONTH)
    quantities = {"flow-log-gb": _FLOW_LOG_GB, "s3-gb": _FLOW_LOG_GB * months}
    yield basis.line(resource, "flow logs", quantities, f"{_FLOW_LOG_GB} GB a month, kept for {days} days")


def load_balancer(resource: Resource, basis: Basis) -> Iterator[CostLine]:
    """Yield the hours of an Application Load Balancer and of its addresses."""
    hours = f"{HOURS_A_MONTH} h; without LCUs, which come with the requests"
    yield basis.line(resource, "load balancer", {"alb-hour": HOURS_A_MONTH}, hours)
    if resource.values.get("internal"):
        return
    zones = _zones(resource.values.get("subnets"), basis)
    addresses = {"ipv4-hour": HOURS_A_MONTH * zones}
    yield basis.line(resource, "its public addresses", addresses, f"one in each of {zones} zones")


def web_acl(resource: Resource, basis: Basis) -> Iterator[CostLine]:
    """Yield what a web ACL costs for itself."""
    rules = len(resource.values.get("rule") or ())
    quantities = {"waf-acl": 1, "waf-rule": rules}
    yield basis.line(
        resource, "WAF", quantities, f"{rules} rules or managed groups; without the requests and their log"
    )


def user_pool(resource: Resource, basis: Basis) -> Iterator[CostLine]:
    """Yield that signing in is free for few."""
    yield basis.line(resource, "readers who sign in", {}, "up to 10,000 a month are free")


def _zones(subnets: list[str] | None, basis: Basis) -> int:
    """Return in how many zones something is: one for each subnet, or those of the settings as long as none is made."""
    return len(subnets or basis.settings.aws.availability_zones)
