"""Words for the outcome of a scan: for people, and as JSON for programs."""

from collections.abc import Iterator
from dataclasses import asdict
from typing import Any

from ops.policy.finding import Finding
from ops.policy.scan import Outcome


def lines(outcome: Outcome, file: str) -> Iterator[str]:
    """Yield the report, line by line; `file` is what to call the allow-list."""
    for finding in outcome.findings.refused:
        yield from _block(finding)
    for entry in outcome.findings.stale:
        yield f"stale entry  {entry}"
        yield f"  found      nothing in {outcome.environment} fails this check there any more"
        yield f"  do         delete the entry from {file}, or take {outcome.environment} out of its environments"
        yield ""
    yield _summary(outcome, file)


def as_json(outcome: Outcome) -> dict[str, Any]:
    """Return the outcome as JSON: whether it passed, the counts, and every finding."""
    return {
        "environment": outcome.environment,
        "passed": outcome.passed,
        "checks": outcome.check_count,
        "resources": outcome.resource_count,
        "stacks": list(outcome.stacks),
        "failed": [asdict(finding) for finding in outcome.findings.refused],
        "allowed": [asdict(finding) | {"reason": entry.reason} for finding, entry in outcome.findings.allowed],
        "stale": [entry.model_dump() for entry in outcome.findings.stale],
    }


def _block(finding: Finding) -> Iterator[str]:
    yield f"{finding.check}  {finding.demand}"
    construct = f"  ({finding.construct})" if finding.construct else ""
    yield f"  resource   {finding.stack}: {finding.address}{construct}"
    if finding.found:
        yield f"  found      {finding.found}"
    yield f"  do         {finding.remedy}"
    yield f"  why        {finding.guideline}"
    yield ""


def _summary(outcome: Outcome, file: str) -> str:
    refused, stale = len(outcome.findings.refused), len(outcome.findings.stale)
    scanned = (
        f"{outcome.environment}: {outcome.check_count} checks on {_counted(outcome.resource_count, 'resource')} "
        f"in {_counted(len(outcome.stacks), 'stack')}"
    )
    allowed = f"{len(outcome.findings.allowed)} allowed by {file}" if outcome.findings.allowed else ""
    failed = f"{refused} failed" if refused else "" if stale else "all passed"
    parts = [failed, f"{_counted(stale, 'stale entry', 'stale entries')} in {file}" if stale else "", allowed]
    return f"{scanned}: {'; '.join(filter(None, parts))}"


def _counted(number: int, one: str, many: str = "") -> str:
    return f"{number} {one if number == 1 else many or f'{one}s'}"
