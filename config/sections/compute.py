"""What runs: the cluster, the task, the service, its scaling, and the application in the container."""

from collections.abc import Iterator
from typing import Annotated, Literal
from zoneinfo import available_timezones

from pydantic import AfterValidator, Field

from config import limits
from config.sections.section import (
    BucketName,
    EcsName,
    KeyArn,
    LogRetentionDays,
    MetricNamespace,
    Port,
    Section,
    all_different,
    one_of,
)

VariableName = Annotated[str, Field(pattern=r"^[A-Za-z_][A-Za-z0-9_]*$")]
# https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_Secret.html
SecretArn = Annotated[
    str,
    Field(
        pattern=r"^arn:aws[\w-]*:(secretsmanager:[\w-]+:\d{12}:secret:[\w/+=.@-]+(:[\w.-]*:[\w.-]*:[\w.-]*)?"
        r"|ssm:[\w-]+:\d{12}:parameter/[\w/.-]+)$"
    ),
]
Clock = Annotated[str, Field(pattern=r"^([01]\d|2[0-3]):[0-5]\d$")]


def _time_zone(name: str) -> str:
    if name not in available_timezones():
        raise ValueError("is not a time zone of the IANA database, for example UTC or Europe/Berlin")
    return name


class Cluster(Section):
    """The ECS cluster."""

    name: EcsName
    container_insights: bool


class Exec(Section):
    """ECS Exec: a shell in a running task, logged and encrypted."""

    enabled: bool
    logging: bool
    log_retention_days: LogRetentionDays

    def contradictions(self) -> Iterator[tuple[str, str]]:
        if self.enabled and not self.logging:
            yield "logging", "must be true: what is done in a shell of a running task is logged"


class Task(Section):
    """The task definition: what one Fargate task runs, with how much CPU (1024 units a vCPU) and memory (MiB).

    `readable_buckets` are others than that of the data, which the dashboard may read too.
    `secrets` are variables of the container whose values ECS reads from Secrets Manager or Systems Manager, by ARN, and
    `secrets_key_arns` the keys of the team's own that these are encrypted with.
    """

    family: EcsName
    container: EcsName
    port: Port
    cpu: Annotated[int, one_of(tuple(limits.FARGATE_MEMORY_MIB))]
    memory: int
    architecture: Literal["X86_64", "ARM64"]
    read_only_root: bool
    log_stream_prefix: Annotated[str, Field(pattern=r"^[^:*]{1,128}$")]
    log_retention_days: LogRetentionDays
    readable_buckets: Annotated[tuple[BucketName, ...], all_different("bucket")]
    secrets: dict[VariableName, SecretArn] = Field(default={})
    secrets_key_arns: tuple[KeyArn, ...] = ()

    def contradictions(self) -> Iterator[tuple[str, str]]:
        allowed = limits.FARGATE_MEMORY_MIB[self.cpu]
        if self.memory not in allowed:
            yield "memory", f"with {self.cpu} CPU units Fargate has {', '.join(map(str, allowed))} MiB"


class Dashboard(Section):
    """The application in the container: how often it looks for new data (s), its processes, its metrics' namespace."""

    poll_seconds: Annotated[int, Field(ge=1, le=3600)]
    workers: Annotated[int, Field(ge=1, le=64)]
    metrics_namespace: MetricNamespace


class Service(Section):
    """The ECS service: how many tasks run, where, what they may reach, and how they are replaced."""

    name: EcsName
    desired_count: Annotated[int, Field(ge=0, le=5000)]
    minimum_healthy_percent: Annotated[int, Field(ge=0, le=100)]
    maximum_percent: Annotated[int, Field(ge=100, le=400)]
    health_check_grace_period_seconds: Annotated[int, Field(ge=0, le=2147483647)]
    platform_version: Annotated[str, Field(pattern=r"^(LATEST|\d+\.\d+\.\d+)$")]
    spot_share: Annotated[float, Field(ge=0, le=1)]
    circuit_breaker: bool
    alarm_rollback: bool
    zone_rebalancing: bool
    internet_access: bool

    def contradictions(self) -> Iterator[tuple[str, str]]:
        if self.minimum_healthy_percent == 100 and self.maximum_percent == 100:
            yield (
                "maximum_percent",
                "with minimum_healthy_percent 100 no task could ever be replaced; set more than 100",
            )
        # https://docs.aws.amazon.com/AmazonECS/latest/developerguide/service-rebalancing.html
        if self.zone_rebalancing and self.maximum_percent == 100:
            yield "zone_rebalancing", "needs maximum_percent above 100: a task moves by starting elsewhere first"


class Scaling(Section):
    """How many tasks run: between `minimum` and `maximum`, by CPU and requests, and fewer outside of working hours.

    `requests_per_minute` is for each task. Where `off_hours_tasks` is set, from `work_ends` until `work_begins` on
    `work_days` of `time_zone`, and on all other days, exactly so many tasks run.
    """

    enabled: bool
    minimum: Annotated[int, Field(ge=1, le=5000)]
    maximum: Annotated[int, Field(ge=1, le=5000)]
    cpu_percent: Annotated[int, Field(ge=10, le=90)]
    requests_per_minute: Annotated[int, Field(ge=1, le=10_000_000)]
    off_hours_tasks: Annotated[int, Field(ge=0, le=1)] | None = None
    work_begins: Clock
    work_ends: Clock
    work_days: Annotated[str, Field(pattern=r"^(MON|TUE|WED|THU|FRI|SAT|SUN)([,-](MON|TUE|WED|THU|FRI|SAT|SUN))*$")]
    time_zone: Annotated[str, AfterValidator(_time_zone)]

    def contradictions(self) -> Iterator[tuple[str, str]]:
        if self.maximum < self.minimum:
            yield "maximum", f"must be at least minimum = {self.minimum}"
        if self.off_hours_tasks is not None and not self.enabled:
            yield "off_hours_tasks", "needs enabled = true"
        if self.off_hours_tasks is not None and self.work_begins >= self.work_ends:
            yield "work_ends", f"must be later on the day than work_begins = {self.work_begins}"
