"""The budget of time in which connections end."""

from collections.abc import Iterator
from typing import Annotated, ClassVar

from pydantic import Field

from config import limits
from config.sections.section import Section


class Timeouts(Section):
    """One budget of time, in seconds: `idle` and `pre_stop` are set, the others follow unless they are set too.

    A connection that the load balancer holds idle must not be closed by the server first, or a request that crosses
    the close fails with 502:
    https://docs.aws.amazon.com/elasticloadbalancing/latest/application/edit-load-balancer-attributes.html
    """

    idle: Annotated[int, Field(ge=1, le=4000)]
    pre_stop: Annotated[int, Field(ge=0)]
    keep_alive: Annotated[int, Field(ge=1)] | None = None
    deregistration_delay: Annotated[int, Field(ge=0, le=3600)] | None = None
    shutdown: Annotated[int, Field(ge=1)] | None = None
    stop_timeout: Annotated[int, Field(ge=2)] | None = None

    KEEP_ALIVE_MARGIN: ClassVar[int] = 5
    STOP_MARGIN: ClassVar[int] = 5
    LONGEST_DRAIN: ClassVar[int] = 30

    @property
    def keep_alive_seconds(self) -> int:
        """How long the server keeps an idle connection open: longer than the load balancer."""
        return self.keep_alive if self.keep_alive is not None else self.idle + self.KEEP_ALIVE_MARGIN

    @property
    def deregistration_delay_seconds(self) -> int:
        """How long the load balancer lets a leaving task finish its requests."""
        return (
            self.deregistration_delay if self.deregistration_delay is not None else min(self.idle, self.LONGEST_DRAIN)
        )

    @property
    def shutdown_seconds(self) -> int:
        """How long the server finishes requests, once it accepts no more."""
        return self.shutdown if self.shutdown is not None else max(1, self.deregistration_delay_seconds)

    @property
    def stopping_seconds(self) -> int:
        """How long the server takes to end after SIGTERM, at most."""
        return self.pre_stop + self.shutdown_seconds

    @property
    def stop_timeout_seconds(self) -> int:
        """How long ECS waits after SIGTERM before it kills the container."""
        return self.stop_timeout if self.stop_timeout is not None else self.stopping_seconds + self.STOP_MARGIN

    def contradictions(self) -> Iterator[tuple[str, str]]:
        if self.keep_alive_seconds <= self.idle:
            yield "keep_alive", f"must be more than idle = {self.idle}, or the load balancer answers 502"
        if self.shutdown_seconds < self.deregistration_delay_seconds:
            yield (
                "shutdown",
                f"must be at least deregistration_delay = {self.deregistration_delay_seconds}, "
                "or requests are cut off while the load balancer drains the task",
            )
        parts = f"pre_stop + shutdown = {self.pre_stop} + {self.shutdown_seconds}"
        if self.stop_timeout_seconds <= self.stopping_seconds:
            yield "stop_timeout", f"must be more than {parts}, or ECS kills the server early"
        longest = limits.FARGATE_MAX_STOP_TIMEOUT_SECONDS
        if self.stop_timeout is not None and self.stop_timeout > longest:
            yield "stop_timeout", f"Fargate waits at most {longest} s before it kills a container"
        elif self.stop_timeout is None and self.stop_timeout_seconds > longest:
            key = "pre_stop" if self.pre_stop > self.shutdown_seconds else "shutdown"
            yield key, f"Fargate waits at most {longest} s, and {parts} and a margin of {self.STOP_MARGIN} are more"
