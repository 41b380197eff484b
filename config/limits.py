"""Limits of AWS that a plan does not catch, each with the page that states it."""

import re

# https://docs.aws.amazon.com/AmazonECS/latest/developerguide/fargate-tasks-services.html#fargate-tasks-size
FARGATE_MEMORY_MIB: dict[int, tuple[int, ...]] = {
    256: (512, 1024, 2048),
    512: tuple(range(1024, 4096 + 1, 1024)),
    1024: tuple(range(2048, 8192 + 1, 1024)),
    2048: tuple(range(4096, 16384 + 1, 1024)),
    4096: tuple(range(8192, 30720 + 1, 1024)),
    8192: tuple(range(16384, 61440 + 1, 4096)),
    16384: tuple(range(32768, 122880 + 1, 8192)),
}

# https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutRetentionPolicy.html
LOG_RETENTION_DAYS: tuple[int, ...] = (
    1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653,
)  # fmt: skip

# https://docs.aws.amazon.com/vpc/latest/userguide/vpc-cidr-blocks.html and .../subnet-sizing.html
VPC_PREFIX = range(16, 28 + 1)

# https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task_definition_parameters.html (stopTimeout)
FARGATE_MAX_STOP_TIMEOUT_SECONDS = 120

# https://docs.aws.amazon.com/vpc/latest/userguide/amazon-vpc-limits.html#vpc-limits-security-groups
SECURITY_GROUP_RULES = 60

# A dashboard with the sample data takes 140 to 180 MiB, before it reads any data of a team's own.
WORKER_MIB = 256

_LOAD_BALANCER_NAME = re.compile(r"(?!internal-)[A-Za-z0-9](?:[A-Za-z0-9-]{0,30}[A-Za-z0-9])?")
_ECS_NAME = re.compile(r"[A-Za-z0-9_-]{1,255}")
_REPOSITORY_NAME = re.compile(r"(?=.{2,256}$)(?:[a-z0-9]+(?:[._-][a-z0-9]+)*/)*[a-z0-9]+(?:[._-][a-z0-9]+)*")
_METRIC_NAMESPACE = re.compile(r"(?!AWS/)[\w./#-][\w./#: -]{0,254}", re.ASCII)
_HOST_NAME = re.compile(r"(?=.{4,253}$)(?:(?!-)[a-z0-9-]{1,63}(?<!-)\.)+(?!-)[a-z][a-z0-9-]{0,61}[a-z0-9]")
_COGNITO_DOMAIN_PREFIX = re.compile(r"(?!.*(?:aws|amazon|cognito))[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?")
_BUCKET_NAME = re.compile(r"(?=.{3,63}$)[a-z0-9][a-z0-9-]*[a-z0-9]")
_BUCKET_PREFIXES = ("xn--", "sthree-", "amzn-s3-demo-")
_BUCKET_SUFFIXES = ("-s3alias", "--ol-s3", "--x-s3", "--table-s3")


def load_balancer_name_problem(name: str) -> str | None:
    """Say what a load balancer or target group name violates, or None.

    https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_CreateLoadBalancer.html
    """
    if _LOAD_BALANCER_NAME.fullmatch(name):
        return None
    return (
        "a load balancer or target group name has at most 32 letters, digits and hyphens, "
        "no hyphen at either end, and does not begin with 'internal-'"
    )


def ecs_name_problem(name: str) -> str | None:
    """Say what a cluster, service, task family or container name violates, or None.

    https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_CreateService.html
    """
    if _ECS_NAME.fullmatch(name):
        return None
    return "an ECS name has 1 to 255 letters, digits, hyphens and underscores"


def repository_name_problem(name: str) -> str | None:
    """Say what an ECR repository name violates, or None.

    https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_CreateRepository.html
    """
    if _REPOSITORY_NAME.fullmatch(name):
        return None
    return "a repository name has 2 to 256 lower-case letters and digits, parted by single . _ - or /"


def metric_namespace_problem(name: str) -> str | None:
    """Say what a namespace of CloudWatch metrics violates, or None.

    https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/cloudwatch_concepts.html#Namespace
    """
    if _METRIC_NAMESPACE.fullmatch(name):
        return None
    return (
        "a metric namespace has 1 to 255 letters, digits, spaces and . _ - / # :, "
        "and begins with neither a space nor ':' nor 'AWS/'"
    )


def host_name_problem(name: str) -> str | None:
    """Say what a host name violates, or None.

    https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/DomainNameFormat.html
    """
    if _HOST_NAME.fullmatch(name):
        return None
    return "a host name is lower-case letters, digits and hyphens, parted by dots, for example dashboard.example.com"


def cognito_domain_prefix_problem(prefix: str) -> str | None:
    """Say what the prefix of a user pool's domain violates, or None.

    https://docs.aws.amazon.com/cognito/latest/developerguide/cognito-user-pools-assign-domain-prefix.html
    """
    if _COGNITO_DOMAIN_PREFIX.fullmatch(prefix):
        return None
    return (
        "the prefix of a user pool's domain has at most 63 lower-case letters, digits and hyphens, no hyphen at either "
        "end, and contains none of aws, amazon and cognito"
    )


def bucket_name_problem(name: str) -> str | None:
    """Say what an S3 bucket name violates, or None. Dots are refused too: they break TLS to the bucket's host name.

    https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html
    """
    if _BUCKET_NAME.fullmatch(name) and not name.startswith(_BUCKET_PREFIXES) and not name.endswith(_BUCKET_SUFFIXES):
        return None
    return (
        "a bucket name has 3 to 63 lower-case letters, digits and hyphens, no hyphen at either end, "
        f"does not begin with {', '.join(_BUCKET_PREFIXES)} and does not end with {', '.join(_BUCKET_SUFFIXES)}"
    )
