"""Rules for the load balancer and its listeners."""

from collections.abc import Iterator

from ops.policy.planned import PlannedStack, Resource
from ops.policy.rules.rule import Rule

_LISTENERS = "https://docs.aws.amazon.com/elasticloadbalancing/latest/application"
# Every policy with a later minimum than TLS 1.1 says so in its name:
# https://docs.aws.amazon.com/elasticloadbalancing/latest/application/describe-ssl-policies.html
_TLS_1_2 = ("ELBSecurityPolicy-TLS13-1-2-", "ELBSecurityPolicy-TLS13-1-3-", "ELBSecurityPolicy-TLS-1-2-")
_FORWARD_SECRECY_TLS_1_2 = "ELBSecurityPolicy-FS-1-2-"


def _headers(resource: Resource, _: PlannedStack) -> Iterator[str]:
    if resource.get("load_balancer_type") == "application" and resource.get("drop_invalid_header_fields") is not True:
        yield "drop_invalid_header_fields is not true"


def _plain(resource: Resource, _: PlannedStack) -> Iterator[str]:
    if resource.get("protocol") != "HTTP":
        return
    # Not the whole action: it may hold ARNs that are not known yet.
    kind = resource.get("default_action", 0, "type")
    if kind != "redirect":
        yield f"answers plain HTTP with {kind}"
    elif (protocol := resource.get("default_action", 0, "redirect", 0, "protocol")) != "HTTPS":
        yield f"redirects to {protocol}"


def _tls(resource: Resource, _: PlannedStack) -> Iterator[str]:
    if resource.get("protocol") not in ("HTTPS", "TLS"):
        return
    policy = resource.get("ssl_policy") or ""
    if not policy.startswith((*_TLS_1_2, _FORWARD_SECRECY_TLS_1_2)):
        yield f"ssl_policy is {policy or 'not set'}"


RULES = (
    Rule(
        "DASH_LB_HEADERS",
        "The load balancer drops header fields that are not valid, with which requests are smuggled past it",
        "set drop_invalid_header_fields to true",
        f"{_LISTENERS}/edit-load-balancer-attributes.html",
        ("aws_lb",),
        _headers,
    ),
    Rule(
        "DASH_LB_HTTPS",
        "A listener of plain HTTP only redirects to HTTPS: else everyone on the way reads and changes pages",
        "set https.domain, and https.zone_id or https.certificate_arn",
        f"{_LISTENERS}/create-https-listener.html",
        ("aws_lb_listener",),
        _plain,
    ),
    Rule(
        "DASH_LB_TLS",
        "A listener of HTTPS takes TLS 1.2 or newer only",
        "set ssl_policy to one such as ELBSecurityPolicy-TLS13-1-2-2021-06",
        f"{_LISTENERS}/describe-ssl-policies.html",
        ("aws_lb_listener",),
        _tls,
    ),
)
