"""The stack that holds everyone's state."""

from collections.abc import Iterator

from ops.review.dangers.danger import Found
from ops.review.dangers.rule import Rule
from ops.review.dangers.transition import Transition, Transitions

_STACK = "state"
_TYPES = (
    "aws_s3_bucket",
    "aws_s3_bucket_lifecycle_configuration",
    "aws_s3_bucket_ownership_controls",
    "aws_s3_bucket_policy",
    "aws_s3_bucket_public_access_block",
    "aws_s3_bucket_server_side_encryption_configuration",
    "aws_s3_bucket_versioning",
)
_TAGS = {"tags", "tags_all"}


def _touched(transition: Transition, transitions: Transitions) -> Iterator[Found]:
    if transitions.stack != _STACK or transition.before is None:
        return
    before = transition.before.values
    after = transition.after.values if transition.after else {}
    changed = {name for name in {*before, *after} if before.get(name) != after.get(name)}
    if changed - _TAGS:
        yield Found(
            "danger",
            "the bucket of the states is changed",
            "It holds the state of every stack: without it Terraform knows nothing of what is deployed.",
        )


RULES = (Rule(_TYPES, _touched),)
