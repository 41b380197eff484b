"""The typed settings of one environment, and every AWS name and number that is derived from them.

`load_settings` in load.py is the only way to make a `Settings`: it reads the files, checks every key and reports all
that is wrong at once. Sections here check themselves; what two sections contradict each other in is in `Settings`.
"""

from collections.abc import Callable, Iterator
from ipaddress import IPv4Network
from typing import Annotated, ClassVar

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from config import limits

Port = Annotated[int, Field(ge=1, le=65535)]


def _checked(problem_of: Callable[[str], str | None]) -> AfterValidator:
    def check(name: str) -> str:
        if problem := problem_of(name):
            raise ValueError(problem)
        return name

    return AfterValidator(check)


def _one_of(allowed: tuple[int, ...]) -> AfterValidator:
    def check(number: int) -> int:
        if number not in allowed:
            raise ValueError(f"allowed are {', '.join(map(str, allowed))}")
        return number

    return AfterValidator(check)


def _at_least_two_different(zones: tuple[str, ...]) -> tuple[str, ...]:
    if len(set(zones)) < len(zones):
        raise ValueError("the same zone stands twice; name different ones")
    if not 2 <= len(zones) <= 4:
        raise ValueError("name 2 to 4 availability zones; a load balancer needs at least two")
    return zones


LoadBalancerName = Annotated[str, _checked(limits.load_balancer_name_problem)]
EcsName = Annotated[str, _checked(limits.ecs_name_problem)]
RepositoryName = Annotated[str, _checked(limits.repository_name_problem)]
BucketName = Annotated[str, _checked(limits.bucket_name_problem)]
MetricNamespace = Annotated[str, _checked(limits.metric_namespace_problem)]


class Section(BaseModel):
    """A table of the settings files: immutable, of exact types, without unknown keys."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    def contradictions(self) -> Iterator[tuple[str, str]]:
        """Yield (key, what is allowed) for each key that is well-formed but contradicts another of this table."""
        yield from ()


class Project(Section):
    """Who owns the deployment and what it is called."""

    name: Annotated[str, Field(pattern=r"^[a-z][a-z0-9-]{1,28}[a-z0-9]$")]
    name_suffix: Annotated[str, Field(pattern=r"^(-[a-z0-9]+)?$")]
    team: Annotated[str, Field(min_length=1, max_length=256)]


class Aws(Section):
    """The account, region and zones that are deployed to."""

    account_id: Annotated[str, Field(pattern=r"^\d{12}$")]
    region: Annotated[str, Field(pattern=r"^[a-z]{2}(-[a-z]+)+-\d$")]
    availability_zones: Annotated[tuple[str, ...], AfterValidator(_at_least_two_different)]

    def contradictions(self) -> Iterator[tuple[str, str]]:
        strangers = [zone for zone in self.availability_zones if not _is_zone_of(zone, self.region)]
        if strangers:
            yield "availability_zones", f"{', '.join(strangers)} is not in region {self.region}; name its zones"


def _is_zone_of(zone: str, region: str) -> bool:
    return zone[:-1] == region and zone[-1:].islower()


class Vpc(Section):
    """The network: its address range and how it is cut into subnets, two for each zone."""

    name: Annotated[str, Field(min_length=1, max_length=256)]
    cidr: IPv4Network
    subnet_prefix: Annotated[int, Field(ge=16, le=28)]
    public_subnets: tuple[IPv4Network, ...] = ()
    private_subnets: tuple[IPv4Network, ...] = ()

    def contradictions(self) -> Iterator[tuple[str, str]]:
        if self.cidr.prefixlen not in limits.VPC_PREFIX:
            yield "cidr", "a VPC's address range is between /16 and /28"
        given = [("public_subnets", net) for net in self.public_subnets]
        given += [("private_subnets", net) for net in self.private_subnets]
        for index, (key, subnet) in enumerate(given):
            if subnet.prefixlen not in limits.VPC_PREFIX:
                yield key, f"{subnet}: a subnet's address range is between /16 and /28"
            if not subnet.subnet_of(self.cidr):
                yield key, f"{subnet} lies outside the VPC's {self.cidr}"
            for _, other in given[:index]:
                if subnet.overlaps(other):
                    yield key, f"{subnet} overlaps {other}"


class Ecr(Section):
    """The registry of the dashboard's images."""

    repository: RepositoryName
    force_delete: bool


class Cluster(Section):
    """The ECS cluster."""

    name: EcsName
    container_insights: bool


class Alb(Section):
    """The load balancer and its listener."""

    name: LoadBalancerName
    listener_port: Port


class Bucket(Section):
    """The S3 bucket that holds the dashboard's data. Without `name` it is built from project, environment, account."""

    name: BucketName | None = None
    object_key: Annotated[str, Field(min_length=1, max_length=1024)]
    force_destroy: bool


class State(Section):
    """The S3 bucket of the Terraform state. Without `bucket` it is built from project, environment, account."""

    bucket: BucketName | None = None


class Task(Section):
    """The task definition: what one Fargate task runs, with how much CPU (1024 units a vCPU) and memory (MiB)."""

    family: EcsName
    container: EcsName
    port: Port
    cpu: Annotated[int, _one_of(tuple(limits.FARGATE_MEMORY_MIB))]
    memory: int
    log_stream_prefix: Annotated[str, Field(pattern=r"^[^:*]{1,128}$")]
    log_retention_days: Annotated[int, _one_of(limits.LOG_RETENTION_DAYS)]

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
    """The ECS service: how many tasks run and how they are replaced."""

    name: EcsName
    desired_count: Annotated[int, Field(ge=0, le=5000)]
    minimum_healthy_percent: Annotated[int, Field(ge=0, le=100)]
    maximum_percent: Annotated[int, Field(ge=100, le=400)]
    health_check_grace_period_seconds: Annotated[int, Field(ge=0, le=2147483647)]

    def contradictions(self) -> Iterator[tuple[str, str]]:
        if self.minimum_healthy_percent == 100 and self.maximum_percent == 100:
            yield (
                "maximum_percent",
                "with minimum_healthy_percent 100 no task could ever be replaced; set more than 100",
            )


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


class Tags(Section):
    """The cost tags: of the infrastructure stacks and of the service."""

    infrastructure_cost: Annotated[str, Field(min_length=1, max_length=256)]
    service_cost: Annotated[str, Field(min_length=1, max_length=256)]


class Local(Section):
    """The AWS emulator on this machine. Only an environment that has this table is local."""

    port: Annotated[int, Field(ge=1024, le=65535)]
    folder: Annotated[str, Field(min_length=1)]
    service_ignore_changes: tuple[str, ...] = ()


class Settings(Section):
    """All settings of one environment. Names of AWS resources are built here and nowhere else."""

    environment: str
    project: Project
    aws: Aws
    vpc: Vpc
    ecr: Ecr
    cluster: Cluster
    alb: Alb
    bucket: Bucket
    state: State
    task: Task
    dashboard: Dashboard
    service: Service
    target_group: TargetGroup
    timeouts: Timeouts
    tags: Tags
    local: Local | None = None

    def contradictions(self) -> Iterator[tuple[str, str]]:
        """Yield what two tables contradict each other in, keys with their table's name."""
        yield from self._subnet_contradictions()
        for key, name, problem_of in (
            ("alb.name", self.load_balancer_name, limits.load_balancer_name_problem),
            ("target_group.name", self.target_group_name, limits.load_balancer_name_problem),
            ("ecr.repository", self.repository_name, limits.repository_name_problem),
            ("bucket.name", self.data_bucket_name, limits.bucket_name_problem),
            ("state.bucket", self.state_bucket_name, limits.bucket_name_problem),
        ):
            if problem := problem_of(name):
                yield key, f"makes the name '{name}', but {problem}"
        room = self.task.memory // limits.WORKER_MIB
        if self.dashboard.workers > room:
            yield (
                "dashboard.workers",
                f"task.memory = {self.task.memory} MiB has room for at most {room} of {limits.WORKER_MIB} MiB each",
            )
        if self.data_bucket_name == self.state_bucket_name:
            yield "bucket.name", "is the bucket of the Terraform state; give the data a bucket of their own"

    def _subnet_contradictions(self) -> Iterator[tuple[str, str]]:
        zones, vpc = len(self.aws.availability_zones), self.vpc
        for key, subnets in (("public_subnets", vpc.public_subnets), ("private_subnets", vpc.private_subnets)):
            if subnets and len(subnets) != zones:
                yield f"vpc.{key}", f"there are {zones} availability zones; give one subnet for each, or none"
        if bool(vpc.public_subnets) != bool(vpc.private_subnets):
            missing = "private_subnets" if vpc.public_subnets else "public_subnets"
            yield f"vpc.{missing}", "give both public_subnets and private_subnets, or neither"
        if not vpc.public_subnets and not vpc.private_subnets:
            room = 2 ** max(0, vpc.subnet_prefix - vpc.cidr.prefixlen)
            if vpc.subnet_prefix < vpc.cidr.prefixlen or room < 2 * zones:
                yield "vpc.cidr", f"is too small for {2 * zones} subnets of /{vpc.subnet_prefix}"

    def stack_id(self, stack: str) -> str:
        """The id of a stack for `cdktf deploy`, and the folder it is synthesized to."""
        return f"{self.project.name}-{self.environment}-{stack}"

    def state_key(self, stack: str) -> str:
        """The key of a stack's state in the state bucket."""
        return f"{self.project.name}/{self.environment}/{stack}.tfstate"

    @property
    def state_bucket_name(self) -> str:
        return self.state.bucket or f"{self.project.name}-{self.environment}-tfstate-{self.aws.account_id}"

    @property
    def data_bucket_name(self) -> str:
        return self.bucket.name or f"{self.project.name}-{self.environment}-data-{self.aws.account_id}"

    @property
    def vpc_name(self) -> str:
        return self.vpc.name + self.project.name_suffix

    @property
    def repository_name(self) -> str:
        return self.ecr.repository + self.project.name_suffix

    @property
    def cluster_name(self) -> str:
        return self.cluster.name + self.project.name_suffix

    @property
    def load_balancer_name(self) -> str:
        return self.alb.name + self.project.name_suffix

    @property
    def task_family(self) -> str:
        return self.task.family + self.project.name_suffix

    @property
    def service_name(self) -> str:
        return self.service.name + self.project.name_suffix

    @property
    def target_group_name(self) -> str:
        return self.target_group.name + self.project.name_suffix

    @property
    def log_group_name(self) -> str:
        return f"/ecs/{self.task_family}"

    @property
    def public_subnets(self) -> tuple[IPv4Network, ...]:
        """The public subnets' address ranges, in the order of the zones."""
        return self.vpc.public_subnets or self._computed_subnets()[: len(self.aws.availability_zones)]

    @property
    def private_subnets(self) -> tuple[IPv4Network, ...]:
        """The private subnets' address ranges, in the order of the zones."""
        return self.vpc.private_subnets or self._computed_subnets()[len(self.aws.availability_zones) :]

    def _computed_subnets(self) -> tuple[IPv4Network, ...]:
        blocks = self.vpc.cidr.subnets(new_prefix=self.vpc.subnet_prefix)
        return tuple(next(blocks) for _ in range(2 * len(self.aws.availability_zones)))

    @property
    def endpoint_url(self) -> str | None:
        """Where the AWS API is, or None for AWS itself. The emulator listens on loopback only."""
        return f"http://127.0.0.1:{self.local.port}" if self.local else None

    @property
    def emulated_load_balancer_host(self) -> str | None:
        """The host name by which the emulator routes to the load balancer, or None for AWS."""
        return f"{self.load_balancer_name.lower()}.alb.localhost" if self.local else None

    @property
    def container_environment(self) -> dict[str, str]:
        """The environment of the dashboard's container, but for the version of its image; it holds no secret."""
        environment = {
            "AWS_REGION": self.aws.region,
            "BUCKET_NAME": self.data_bucket_name,
            "KEEP_ALIVE_SECONDS": str(self.timeouts.keep_alive_seconds),
            "MEMORY_MIB": str(self.task.memory),
            "METRICS_NAMESPACE": self.dashboard.metrics_namespace,
            "OBJECT_KEY": self.bucket.object_key,
            "POLL_SECONDS": str(self.dashboard.poll_seconds),
            "PORT": str(self.task.port),
            "PRE_STOP_SECONDS": str(self.timeouts.pre_stop),
            "SERVICE_NAME": self.service_name,
            "SHUTDOWN_SECONDS": str(self.timeouts.shutdown_seconds),
            "WORKERS": str(self.dashboard.workers),
        }
        if self.endpoint_url:
            environment["AWS_ENDPOINT_URL"] = self.endpoint_url
        return environment
