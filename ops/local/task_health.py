"""The target group's health check, made by the agent: MiniStack calls every target healthy."""

import http.client
import time
from concurrent.futures import Executor, Future
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from types_boto3_elbv2.type_defs import TargetGroupTypeDef

# Locally nobody wants to wait 30 s to see what a check says.
_STARTING_INTERVAL_SECONDS = 0.5
_LONGEST_INTERVAL_SECONDS = 5.0


class Health(StrEnum):
    """The health of a task, in ECS's words."""

    UNKNOWN = "UNKNOWN"
    HEALTHY = "HEALTHY"
    UNHEALTHY = "UNHEALTHY"


@dataclass(frozen=True)
class HealthCheck:
    """A target group's health check; times in seconds, `codes` are the HTTP status codes of a healthy target."""

    path: str
    interval: float
    timeout: float
    healthy_threshold: int
    unhealthy_threshold: int
    codes: frozenset[int]

    @classmethod
    def of(cls, target_group: "TargetGroupTypeDef") -> "HealthCheck":
        return cls(
            path=target_group.get("HealthCheckPath", "/"),
            interval=float(target_group.get("HealthCheckIntervalSeconds", 30)),
            timeout=float(target_group.get("HealthCheckTimeoutSeconds", 5)),
            healthy_threshold=target_group.get("HealthyThresholdCount", 5),
            unhealthy_threshold=target_group.get("UnhealthyThresholdCount", 2),
            codes=_codes(target_group.get("Matcher", {}).get("HttpCode", "200")),
        )

    @property
    def start_seconds(self) -> float:
        """How long a load balancer takes to call a new target unhealthy, so the least that a task has to start."""
        return self.interval * self.unhealthy_threshold

    def passes(self, host: str, port: int) -> bool:
        """Ask the task once."""
        connection = http.client.HTTPConnection(host, port, timeout=self.timeout)
        try:
            connection.request("GET", self.path, headers={"User-Agent": "ELB-HealthChecker/2.0", "Connection": "close"})
            return connection.getresponse().status in self.codes
        except (OSError, http.client.HTTPException):
            return False
        finally:
            connection.close()


class HealthMonitor:
    """Checks one task again and again, without holding up its caller.

    A new target is healthy after one check that passes, and has no verdict before `unhealthy_threshold` ones that fail:
    https://docs.aws.amazon.com/elasticloadbalancing/latest/application/target-group-health-checks.html
    """

    def __init__(self, host: str, port: int, executor: Executor, health: Health = Health.UNKNOWN) -> None:
        self.health = health
        self._host, self._port, self._executor = host, port, executor
        self._running: Future[bool] | None = None
        self._due = 0.0
        self._passed = 0
        self._failed = 0

    def advance(self, check: HealthCheck) -> None:
        """Take in the check that has ended, and start the next one when it is due."""
        if self._running is not None and self._running.done():
            self._count(self._running.result(), check)
            self._running = None
            steady = self.health is Health.HEALTHY and not self._failed
            longest = _LONGEST_INTERVAL_SECONDS if steady else _STARTING_INTERVAL_SECONDS
            self._due = time.monotonic() + min(check.interval, longest)
        if self._running is None and time.monotonic() >= self._due:
            self._running = self._executor.submit(check.passes, self._host, self._port)

    def _count(self, passed: bool, check: HealthCheck) -> None:
        self._passed, self._failed = (self._passed + 1, 0) if passed else (0, self._failed + 1)
        if self._passed >= (1 if self.health is Health.UNKNOWN else check.healthy_threshold):
            self.health = Health.HEALTHY
        elif self._failed >= check.unhealthy_threshold:
            self.health = Health.UNHEALTHY


def _codes(matcher: str) -> frozenset[int]:
    """Return the codes of a matcher: "200", "200,202" or "200-299"."""
    codes: set[int] = set()
    for part in matcher.split(","):
        first, _, last = part.partition("-")
        codes.update(range(int(first), int(last or first) + 1))
    return frozenset(codes)
