"""What two tables of the settings contradict each other in, each with the key to change and what would be right."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from config import limits

if TYPE_CHECKING:
    from config.settings import Settings

Contradiction = tuple[str, str]


def find(settings: Settings) -> Iterator[Contradiction]:
    """Yield (dotted key, what is allowed) for each contradiction between tables."""
    yield from _names(settings)
    if settings.vpc.is_new:
        yield from _subnets(settings)
    yield from _ways_out(settings)
    yield from _entrance(settings)
    yield from _tasks(settings)
    yield from _pipelines(settings)


def _names(settings: Settings) -> Iterator[Contradiction]:
    for key, name, problem_of in (
        ("alb.name", settings.load_balancer_name, limits.load_balancer_name_problem),
        ("target_group.name", settings.target_group_name, limits.load_balancer_name_problem),
        ("ecr.repository", settings.repository_name, limits.repository_name_problem),
        ("bucket.name", settings.data_bucket_name, limits.bucket_name_problem),
        ("state.bucket", settings.state_bucket_name, limits.bucket_name_problem),
        ("access_logs.bucket", settings.access_logs_bucket_name, limits.bucket_name_problem),
    ):
        if problem := problem_of(name):
            yield key, f"makes the name '{name}', but {problem}"
    if settings.sign_in.method == "cognito" and (
        problem := limits.cognito_domain_prefix_problem(settings.cognito_domain_prefix)
    ):
        yield "sign_in.cognito_domain_prefix", f"'{settings.cognito_domain_prefix}' cannot be used: {problem}"
    if settings.data_bucket_name == settings.state_bucket_name:
        yield "bucket.name", "is the bucket of the Terraform state; give the data a bucket of their own"
    if settings.access_logs_bucket_name in (settings.state_bucket_name, settings.data_bucket_name):
        yield "access_logs.bucket", "is the bucket of the state or of the data; give the logs a bucket of their own"


def _subnets(settings: Settings) -> Iterator[Contradiction]:
    zones, vpc = len(settings.aws.availability_zones), settings.vpc
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


def _ways_out(settings: Settings) -> Iterator[Contradiction]:
    vpc, internet = settings.vpc, settings.service.internet_access
    if vpc.is_new and vpc.nat == "none" and internet:
        yield (
            "service.internet_access",
            'must be false with vpc.nat = "none": no way leads from the tasks to the internet',
        )
    if not internet and not vpc.interface_endpoints:
        yield (
            "service.internet_access",
            "can be false only with vpc.interface_endpoints = true: the tasks reach the registry and the log by one or "
            "the other",
        )
    if vpc.flow_logs and not settings.access_logs.enabled:
        yield "vpc.flow_logs", "needs access_logs.enabled = true, the bucket that they go to"
    if settings.sign_in.enabled and not internet:
        yield (
            "sign_in.method",
            "needs service.internet_access = true: the dashboard reads the load balancer's public keys from an address "
            "on the internet",
        )


def _entrance(settings: Settings) -> Iterator[Contradiction]:
    if settings.sign_in.enabled and not settings.https.enabled:
        yield "sign_in.method", "needs HTTPS, at which alone the load balancer signs people in: set https.domain"
    arn = settings.https.certificate_arn
    if arn is not None and arn.split(":")[3] != settings.aws.region:
        yield "https.certificate_arn", f"must be of region {settings.aws.region}, as the load balancer is"
    rules = len(settings.alb.allowed_cidrs) * len(settings.entrance_ports)
    if rules > limits.SECURITY_GROUP_RULES:
        yield (
            "alb.allowed_cidrs",
            f"makes {rules} rules, one for each range and port, and a security group has {limits.SECURITY_GROUP_RULES}",
        )


def _tasks(settings: Settings) -> Iterator[Contradiction]:
    room = settings.task.memory // limits.WORKER_MIB
    if settings.dashboard.workers > room:
        yield (
            "dashboard.workers",
            f"task.memory = {settings.task.memory} MiB has room for at most {room} of {limits.WORKER_MIB} MiB each",
        )
    if taken := sorted(settings.task.secrets.keys() & settings.container_environment.keys()):
        yield "task.secrets", f"{', '.join(taken)}: the dashboard is told this by the settings; choose another name"
    if settings.exec.enabled and settings.task.read_only_root:
        # https://docs.aws.amazon.com/AmazonECS/latest/developerguide/ecs-exec.html#ecs-exec-considerations
        yield "task.read_only_root", "must be false with exec.enabled: ECS Exec writes to the root file system"
    if settings.exec.enabled and not settings.encryption.customer_key:
        yield "exec.enabled", "needs encryption.customer_key = true, the key that its sessions are encrypted with"
    scaling, count = settings.scaling, settings.service.desired_count
    if scaling.enabled and not scaling.minimum <= count <= scaling.maximum:
        yield (
            "service.desired_count",
            f"must be from scaling.minimum = {scaling.minimum} to scaling.maximum = {scaling.maximum}",
        )
    if settings.service.alarm_rollback and not settings.alarms.enabled:
        yield "service.alarm_rollback", "needs alarms.enabled = true, the alarms that it rolls back on"


def _pipelines(settings: Settings) -> Iterator[Contradiction]:
    arn, account = settings.ci.oidc_provider_arn, settings.aws.account_id
    if arn is not None and arn.split(":")[4] != account and settings.local is None:
        yield "ci.oidc_provider_arn", f"must be of account {account}: a role trusts a provider of its own account only"
