"""Reaching the dashboard: the load balancer, HTTPS, its firewall, and how it reaches the tasks."""

from collections.abc import Iterator
from ipaddress import IPv4Network
from typing import Annotated, Literal

from pydantic import Field

from config.sections.section import HostName, LoadBalancerName, LogRetentionDays, Port, Section, all_different


class Alb(Section):
    """The load balancer, who may reach it, and the port of its listener where there is no HTTPS."""

    name: LoadBalancerName
    listener_port: Port
    allowed_cidrs: Annotated[tuple[IPv4Network, ...], Field(min_length=1)]
    deletion_protection: bool


class Https(Section):
    """HTTPS, on once there is a domain: with a certificate that is given, or one made for a Route 53 zone."""

    domain: HostName | None = None
    certificate_arn: Annotated[str, Field(pattern=r"^arn:aws[\w-]*:acm:[\w-]+:\d{12}:certificate/[\w-]+$")] | None = (
        None
    )
    zone_id: Annotated[str, Field(pattern=r"^Z[0-9A-Z]{1,31}$")] | None = None
    port: Port
    redirect_ports: tuple[Port, ...]
    # Those that admit TLS 1.2 and newer with forward secrecy only:
    # https://docs.aws.amazon.com/elasticloadbalancing/latest/application/describe-ssl-policies.html
    policy: Literal[
        "ELBSecurityPolicy-TLS13-1-2-2021-06",
        "ELBSecurityPolicy-TLS13-1-2-Res-2021-06",
        "ELBSecurityPolicy-TLS13-1-3-2021-06",
    ]

    @property
    def enabled(self) -> bool:
        """Whether the dashboard is reached by HTTPS."""
        return self.domain is not None

    def contradictions(self) -> Iterator[tuple[str, str]]:
        if self.domain is None:
            for key, value in (("certificate_arn", self.certificate_arn), ("zone_id", self.zone_id)):
                if value is not None:
                    yield key, "needs domain too: the host name that people open"
        elif self.certificate_arn is None and self.zone_id is None:
            yield (
                "domain",
                "needs zone_id, the Route 53 zone to make a certificate for it in, or certificate_arn",
            )
        if self.port in self.redirect_ports:
            yield "redirect_ports", f"{self.port} is the port of HTTPS itself"
        if len(set(self.redirect_ports)) < len(self.redirect_ports):
            yield "redirect_ports", "the same port stands twice; name different ones"


class Waf(Section):
    """The web application firewall: AWS's rule groups, requests for each address in five minutes, its log."""

    enabled: bool
    managed_rule_groups: Annotated[
        tuple[Annotated[str, Field(pattern=r"^AWSManagedRules\w+$")], ...], all_different("rule group")
    ]
    rate_limit: Annotated[int, Field(ge=10, le=2_000_000_000)]
    log_retention_days: LogRetentionDays


class TargetGroup(Section):
    """How the load balancer reaches the tasks and tells whether they are healthy."""

    name: LoadBalancerName
    stickiness_seconds: Annotated[int, Field(ge=0, le=604800)]
    health_check_path: Annotated[str, Field(pattern=r"^/[!-~]{0,1023}$")]
    health_check_interval_seconds: Annotated[int, Field(ge=5, le=300)]
    health_check_timeout_seconds: Annotated[int, Field(ge=2, le=120)]
    healthy_threshold: Annotated[int, Field(ge=2, le=10)]
    unhealthy_threshold: Annotated[int, Field(ge=2, le=10)]

    def contradictions(self) -> Iterator[tuple[str, str]]:
        if self.health_check_timeout_seconds >= self.health_check_interval_seconds:
            yield (
                "health_check_timeout_seconds",
                f"must be less than health_check_interval_seconds = {self.health_check_interval_seconds}",
            )
