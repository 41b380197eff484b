"""The parts that the reports of a review and of drift have in common."""

from collections.abc import Iterator, Mapping, Sequence

from ops.review.additions import LEFT
from ops.review.changes import Change
from ops.review.differences import AttributeChange
from ops.review.drift import Drift
from ops.review.fitting import Block, Item
from ops.review.outcome import StackReview
from ops.review.text import code, plain, quoted, row, shortened, summary, table_head

# What is left out first where a report is too long.
CREATED, LISTED, CHANGED, FOUND, DRIFTED, NOTICED, DANGEROUS = range(7, 0, -1)

_LONGEST_OPEN = 15  # rows of a table that is shown without a click
_MOST_ATTRIBUTES = 12
_LONGEST_FAILURE = 2_000
_COLUMNS = table_head("Change", "Resource", "Attributes")
_WHO = (
    "Terraform cannot tell who did it. CloudTrail can, for 90 days: `aws cloudtrail lookup-events --lookup-attributes "
    "AttributeKey=ResourceName,AttributeValue=NAME`."
)  # https://docs.aws.amazon.com/awscloudtrail/latest/userguide/view-cloudtrail-events.html


def head_block(title: str, verdict: str, facts: Mapping[str, str], warnings: Sequence[str] = ()) -> Block:
    """Return what a report begins with; `facts` are Markdown."""
    table = "\n".join([table_head("", ""), *map(row, facts.items())])
    told = [f"# {plain(title)}", f"**{plain(verdict)}**", table, *(f"> {plain(warning)}" for warning in warnings)]
    return Block("\n\n".join(told))


def failure_blocks(failures: Mapping[str, str]) -> Iterator[Block]:
    """Yield what failed and why; nothing where nothing did."""
    if failures:
        yield Block("## What failed")
    for what, why in failures.items():
        yield Block(f"{plain(what)}:\n\n{quoted(shortened(why, _LONGEST_FAILURE))}")


def stack_failures(stacks: Sequence[StackReview]) -> dict[str, str]:
    """Return why stacks could not be planned."""
    return {f"Stack {stack.name}": f"{stack.note} {stack.failure}".strip() for stack in stacks if stack.failure}


def stack_blocks(stacks: Sequence[StackReview]) -> Iterator[Block]:
    """Yield what changes in each stack, and in which nothing does."""
    planned = [stack for stack in stacks if not stack.failure]
    told = [stack for stack in planned if stack.changes or stack.outputs or stack.pending]
    for stack in told:
        yield from _stack_parts(stack)
    if same := [stack.name for stack in planned if stack not in told]:
        yield Block(f"Nothing changes in {', '.join(map(plain, same))}.")


def drift_block(stacks: Sequence[StackReview]) -> Block:
    """Return what differs between AWS and Terraform's state."""
    drifted = [(stack.name, drift) for stack in stacks for drift in stack.drift]
    if not drifted:
        compared = [stack.name for stack in stacks if stack.against_aws and not stack.failure]
        told = f"AWS is as Terraform left it: {', '.join(compared)}." if compared else "No stack was compared with AWS."
        return Block(f"## Drift\n\n{told}")
    items = [Item(text, DRIFTED) for name, drift in drifted for text in _drift_rows(name, drift)]
    head = table_head("Stack", "Resource", "Attribute", "Terraform's state", "At AWS", "A deployment")
    return Block(f"## Drift\n\nChanged at AWS, not by Terraform:\n\n{head}", items, f"\n\n{_WHO}")


def _drift_rows(stack: str, drift: Drift) -> Iterator[str]:
    if not drift.attributes:
        yield row([plain(stack), code(drift.address), "", "there", "**gone**", plain(drift.remedy)])
    for changed in drift.attributes:
        before = "" if drift.remedy == LEFT else code(changed.before)
        cells = [code(drift.address), code(changed.path), before, code(changed.after), plain(drift.remedy)]
        yield row([plain(stack), *cells])


def _stack_parts(stack: StackReview) -> Iterator[Block]:
    head = [f"### {plain(stack.name)}: {stack.counts}"]
    head += [plain(stack.note)] if stack.note else []
    if stack.outputs:
        outputs = ", ".join(map(code, stack.outputs[:_MOST_ATTRIBUTES]))
        head.append(f"Outputs change, for which the stacks that read them are planned anew when deployed: {outputs}.")
    yield Block("\n\n".join(head))
    is_long = len(stack.changes) > _LONGEST_OPEN
    if shown := [change for change in stack.changes if not (is_long and change.action == "create")]:
        yield Block(_COLUMNS, _items(shown))
    if created := stack.changes[len(shown) :]:
        yield Block(f"{summary(f'{len(created)} to create')}\n{_COLUMNS}", _items(created), "\n\n</details>")


def _items(changes: Sequence[Change]) -> list[Item]:
    return [Item(_change_row(change), CREATED if change.action == "create" else CHANGED) for change in changes]


def _change_row(change: Change) -> str:
    attributes = [_attribute(changed) for changed in change.attributes[:_MOST_ATTRIBUTES]]
    more = len(change.attributes) - len(attributes)
    attributes += [f"and {more} more"] if more else []
    action = change.action if change.action in {"create", "change"} else f"**{change.action}**"
    return row([action, code(change.address), "<br>".join(attributes)])


def _attribute(changed: AttributeChange) -> str:
    forces = ", **which replaces it**" if changed.forces_replacement else ""
    return f"{code(changed.path)}: {code(changed.before)} → {code(changed.after)}{forces}"
