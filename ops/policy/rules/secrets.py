"""A rule against secrets in plain environment variables."""

import math
import re
from collections import Counter
from collections.abc import Iterator

from ops.policy.container_definitions import containers_of, pairs_of
from ops.policy.documents import UnreadableError
from ops.policy.planned import PlannedStack, Resource, UnknownValueError
from ops.policy.rules.rule import Rule

_NAME = re.compile(
    r"passw(or)?d|passphrase|secret|token|credential|(api|access|private|signing|encryption)_?key", re.IGNORECASE
)
# Names where a secret lies, or how it is used, rather than the secret.
_HARMLESS_NAME = re.compile(r"_(arn|name|id|url|endpoint|seconds|enabled|header|path|region)$", re.IGNORECASE)
_VALUES = {
    "an AWS access key": re.compile(r"\b(AKIA|ASIA)[0-9A-Z]{16}\b"),
    "a private key": re.compile(r"-----BEGIN [A-Z ]*PRIVATE KEY-----"),
    "a URL with a password": re.compile(r"\w+://[^\s/:@]*:[^\s/@]+@"),
    "a JSON Web Token": re.compile(r"\beyJ[\w-]+\.eyJ[\w-]+\.[\w-]+"),
}
# The limits of detect-secrets, in bits for each character, and its alphabets:
# https://github.com/Yelp/detect-secrets/blob/v1.5.0/detect_secrets/plugins/high_entropy_strings.py
_RANDOM = (
    (re.compile(r"[0-9a-fA-F]{20,}"), 3.0),
    (re.compile(r"[A-Za-z0-9+/=_-]{20,}"), 4.5),
)


def _judge(resource: Resource, _: PlannedStack) -> Iterator[str]:
    try:
        containers = containers_of(resource)
    except (UnknownValueError, UnreadableError):  # DASH_CONTAINER_KNOWN fails then
        return
    for container, parameters in containers:
        for name, value in pairs_of(parameters, "environment"):
            if kind := kind_of_secret(name, value):
                yield f"container {container}: {name} looks like {kind}"


def kind_of_secret(name: str, value: str) -> str:
    """Return what sort of secret a variable looks like, by its name or value; "" where it looks like none."""
    if not value:
        return ""
    for kind, pattern in _VALUES.items():
        if pattern.search(value):
            return kind
    if _NAME.search(name) and not _HARMLESS_NAME.search(name):
        return "a secret by its name"
    if any(alphabet.fullmatch(value) and _bits(value) > limit for alphabet, limit in _RANDOM):
        return "a secret by its random value"
    return ""


def _bits(text: str) -> float:
    """Return the Shannon entropy of a text, in bits for each character."""
    return -sum(count / len(text) * math.log2(count / len(text)) for count in Counter(text).values())


RULES = (
    Rule(
        "DASH_CONTAINER_SECRET",
        "No secret stands in plain environment variables: everyone who may describe the task definition reads it",
        "keep it in Secrets Manager or SSM, and name its ARN in `secrets` of the container",
        "https://docs.aws.amazon.com/AmazonECS/latest/developerguide/specifying-sensitive-data.html",
        ("aws_ecs_task_definition",),
        _judge,
    ),
)
