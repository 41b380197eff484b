"""The report of a review, as Markdown."""

from collections.abc import Iterable, Iterator
from decimal import Decimal

from ops.costs.lines import CostLine
from ops.policy.allowed import Sorted
from ops.policy.finding import Finding
from ops.review.dangers.danger import Danger
from ops.review.fitting import Block, Item, fitted
from ops.review.outcome import CostReview, Review
from ops.review.sections import (
    DANGEROUS,
    FOUND,
    LISTED,
    NOTICED,
    drift_block,
    failure_blocks,
    head_block,
    stack_blocks,
    stack_failures,
)
from ops.review.text import code, plain, row, shortened, summary, table_head


def as_markdown(review: Review, longest: int | None) -> str:
    """Return the report of so many characters at most; whole where None is given."""
    return fitted(list(_blocks(review)), longest)


def _blocks(review: Review) -> Iterator[Block]:
    yield head_block(f"Review of {review.environment}", review.verdict, _facts(review), review.warnings)
    yield from failure_blocks(_failures(review))
    if review.stacks:
        yield from _dangers(review.dangers)
    if review.policy:
        yield _policy(review.policy)
    if review.stacks:
        yield from _costs(review.costs)
        yield drift_block(review.stacks)
        yield Block("## Stacks")
        yield from stack_blocks(review.stacks)


def _facts(review: Review) -> dict[str, str]:
    now, asked = (code(version) if version else "none" for version in (review.version_now, review.version_asked))
    return {
        "Environment": f"{plain(review.environment)}, account {plain(review.account)}, {plain(review.region)}",
        "Version": f"{now} now, {asked} asked for",
        "Commit": plain(review.commit),
        "Time": f"{review.at:%Y-%m-%d %H:%M} UTC",
    }


def _failures(review: Review) -> dict[str, str]:
    whole = {"The review": review.failure, "The scan for the policy": review.policy_failure}
    return {what: why for what, why in whole.items() if why} | stack_failures(review.stacks)


def _dangers(dangers: list[Danger]) -> Iterator[Block]:
    urgent = [Item(_danger(danger), DANGEROUS) for danger in dangers if danger.level == "danger"]
    yield Block("## Dangerous changes\n" if urgent else "## Dangerous changes\n\nNone was found.", urgent)
    if notices := [Item(_danger(danger), NOTICED) for danger in dangers if danger.level != "danger"]:
        yield Block("## Worth reading\n", notices)


def _danger(danger: Danger) -> str:
    where = f"{plain(danger.stack)}: {code(danger.address)}"
    return f"- **{plain(shortened(danger.summary, 500))}** ({where}). {plain(shortened(danger.reason, 1000))}"


def _policy(policy: Sorted) -> Block:
    findings = [Item(_finding(finding), FOUND) for finding in policy.refused]
    findings += [
        Item(f"- An entry of the allow-list allows nothing any more: {plain(str(entry))}.", FOUND)
        for entry in policy.stale
    ]
    told = (
        f"Findings that are not allowed: {len(policy.refused)}. Allowed ones, each for a reason: {len(policy.allowed)}."
    )
    return Block(f"## Policy\n\n{told}\n", findings)


def _finding(finding: Finding) -> str:
    found = f" Found: {plain(finding.found)}." if finding.found else ""
    where = f"{plain(finding.stack)}: {code(finding.address)}"
    why = f" {plain(finding.guideline)}" if finding.guideline else ""
    return f"- {code(finding.check)} {plain(finding.demand)} ({where}).{found} To do: {plain(finding.remedy)}.{why}"


def _costs(costs: CostReview) -> Iterator[Block]:
    notes = [plain(note) for note in costs.notes]
    if costs.change is None:
        yield Block("\n\n".join(["## Cost", *notes]))
        return
    change = costs.change
    told = (
        f"{_usd(change.before)} a month now, **{_usd(change.after)}** afterwards ({_difference(change.difference)}): "
        f"what is paid without a single visitor. Prices: {plain(costs.source)}."
    )
    head = ["## Cost", told, *notes]
    if change.lines:
        head.append(table_head("Stack", "Resource", "What", "Now", "Then", "Difference", "Assumption"))
    rows = [
        row(
            [
                *_where(line.stack, line.address, line.what),
                _usd(line.before),
                _usd(line.after),
                _difference(line.difference),
                plain(line.assumption),
            ]
        )
        for line in change.lines
    ]
    yield Block("\n\n".join(head), [Item(text, FOUND) for text in rows])
    if costs.lines:
        yield _all_costs(costs.lines)


def _all_costs(lines: Iterable[CostLine]) -> Block:
    columns = table_head("Stack", "Resource", "What", "Cost", "Assumption")
    rows = [
        row([*_where(line.stack, line.address, line.what), _usd(line.usd_month), plain(line.assumption)])
        for line in lines
    ]
    items = [Item(text, LISTED) for text in rows]
    return Block(f"{summary('All that is paid for afterwards')}\n{columns}", items, "\n\n</details>")


def _where(stack: str, address: str, what: str) -> list[str]:
    return [plain(stack), code(address), plain(what)]


def _usd(amount: Decimal) -> str:
    return f"{amount:,.2f} USD"


def _difference(amount: Decimal) -> str:
    return f"{amount:+,.2f} USD" if amount else "no difference"
