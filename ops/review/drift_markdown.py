"""The report of drift, as Markdown."""

from collections.abc import Iterator

from ops.review.drift_review import DriftReview
from ops.review.fitting import LONGEST, Block, fitted
from ops.review.sections import drift_block, failure_blocks, head_block, stack_blocks, stack_failures
from ops.review.text import code, plain


def as_markdown(review: DriftReview, longest: int | None = LONGEST) -> str:
    """Return the report of so many characters at most; whole where None is given."""
    return fitted(list(_blocks(review)), longest)


def _blocks(review: DriftReview) -> Iterator[Block]:
    facts = {
        "Environment": f"{plain(review.environment)}, account {plain(review.account)}, {plain(review.region)}",
        "Version": code(review.version) if review.version else "none",
        "Commit": plain(review.commit),
        "Time": f"{review.at:%Y-%m-%d %H:%M} UTC",
    }
    yield head_block(f"Drift of {review.environment}", review.verdict, facts)
    yield from failure_blocks(stack_failures(review.stacks))
    if review.stacks:
        yield drift_block(review.stacks)
        yield Block("## The code\n\nWhat a deployment of this commit would change besides.")
        yield from stack_blocks(review.not_applied)
    if review.not_deployed:
        yield Block(f"Not deployed, so that nothing differs: {', '.join(map(plain, review.not_deployed))}.")
