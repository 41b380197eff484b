"""What every table is, and the types that several of them share."""

from collections.abc import Callable, Iterator
from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from config import limits

Port = Annotated[int, Field(ge=1, le=65535)]


class Section(BaseModel):
    """A table of the settings files: immutable, of exact types, without unknown keys."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    def contradictions(self) -> Iterator[tuple[str, str]]:
        """Yield (key, what is allowed) for each key that is well-formed but contradicts another of this table."""
        yield from ()


def checked(problem_of: Callable[[str], str | None]) -> AfterValidator:
    """Return a validator that refuses a text with what `problem_of` says of it."""

    def check(text: str) -> str:
        if problem := problem_of(text):
            raise ValueError(problem)
        return text

    return AfterValidator(check)


def one_of(allowed: tuple[int, ...]) -> AfterValidator:
    """Return a validator that refuses a number which is not among those allowed."""

    def check(number: int) -> int:
        if number not in allowed:
            raise ValueError(f"allowed are {', '.join(map(str, allowed))}")
        return number

    return AfterValidator(check)


def all_different(what: str) -> AfterValidator:
    """Return a validator that refuses a list in which something stands twice."""

    def check(values: tuple[str, ...]) -> tuple[str, ...]:
        if len(set(values)) < len(values):
            raise ValueError(f"the same {what} stands twice; name different ones")
        return values

    return AfterValidator(check)


LoadBalancerName = Annotated[str, checked(limits.load_balancer_name_problem)]
EcsName = Annotated[str, checked(limits.ecs_name_problem)]
RepositoryName = Annotated[str, checked(limits.repository_name_problem)]
BucketName = Annotated[str, checked(limits.bucket_name_problem)]
MetricNamespace = Annotated[str, checked(limits.metric_namespace_problem)]
HostName = Annotated[str, checked(limits.host_name_problem)]
CognitoDomainPrefix = Annotated[str, checked(limits.cognito_domain_prefix_problem)]
# In the characters of RFC 3986, since it becomes a variable of the container and a part of a header.
HttpsUrl = Annotated[str, Field(pattern=r"^https://[A-Za-z0-9.-]+(:\d{1,5})?([/?#][!-~]*)?$", max_length=2048)]
LogRetentionDays = Annotated[int, one_of(limits.LOG_RETENTION_DAYS)]
KeyArn = Annotated[str, Field(pattern=r"^arn:aws[\w-]*:kms:[\w-]+:\d{12}:key/[\w-]+$")]
