"""Rules for buckets and the registry."""

from collections.abc import Iterator

from ops.policy.planned import PlannedStack, Resource
from ops.policy.policy_document import Statement, statements_of
from ops.policy.rules.rule import Rule

_S3 = "https://docs.aws.amazon.com/AmazonS3/latest/userguide"
_BLOCKS = ("block_public_acls", "block_public_policy", "ignore_public_acls", "restrict_public_buckets")


def _tls(bucket: Resource, stack: PlannedStack) -> Iterator[str]:
    denied = [
        name
        for policy in stack.attached_to(bucket, "aws_s3_bucket_policy", "bucket")
        for statement in statements_of(policy, "policy", stack)
        if _denies_plain_http(statement)
        for name in statement.resources
    ]
    objects = any(name.endswith("/*") for name in denied)
    itself = any(not name.endswith("/*") for name in denied)
    if "*" not in denied and not (objects and itself):
        yield "no policy denies requests without TLS to the bucket and its objects"


def _denies_plain_http(statement: Statement) -> bool:
    return (
        not statement.allows
        and any(name == "*" for _, name in statement.principals)
        and bool({"s3:*", "*"}.intersection(statement.actions))
        and [(test, variable.lower(), values) for test, variable, values in statement.conditions]
        == [("Bool", "aws:securetransport", ("false",))]
    )


def _public(bucket: Resource, stack: PlannedStack) -> Iterator[str]:
    blocks = stack.attached_to(bucket, "aws_s3_bucket_public_access_block", "bucket")
    if not blocks:
        yield "has no public access block"
    for block in blocks:
        if lacking := [name for name in _BLOCKS if block.get(name) is not True]:
            yield f"its public access block lacks {', '.join(lacking)}"


def _mutable(repository: Resource, _: PlannedStack) -> Iterator[str]:
    mutability = repository.get("image_tag_mutability")
    if mutability != "IMMUTABLE":
        yield f"image_tag_mutability is {mutability or 'not set'}"


RULES = (
    Rule(
        "DASH_BUCKET_TLS",
        "A bucket answers through TLS only",
        "deny s3:* on it and its objects to everyone where aws:SecureTransport is false",
        f"{_S3}/security-best-practices.html#transit",
        ("aws_s3_bucket",),
        _tls,
    ),
    Rule(
        "DASH_BUCKET_PUBLIC",
        "A bucket blocks public access in all four ways",
        "add an aws_s3_bucket_public_access_block with all four set to true",
        f"{_S3}/access-control-block-public-access.html",
        ("aws_s3_bucket",),
        _public,
    ),
    Rule(
        "DASH_ECR_TAGS",
        "A tag, once pushed, always means the same image",
        "set image_tag_mutability to IMMUTABLE",
        "https://docs.aws.amazon.com/AmazonECR/latest/userguide/image-tag-mutability.html",
        ("aws_ecr_repository",),
        _mutable,
    ),
)
