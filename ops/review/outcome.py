"""What a review found, and what that means for who decides."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from ops.review.changes import ACTIONS, Change
from ops.review.drift import Drift

if TYPE_CHECKING:
    from ops.costs.change import CostChange
    from ops.costs.lines import CostLine
    from ops.policy.allowed import Sorted
    from ops.review.dangers.danger import Danger

#: The exit codes of `./dashctl review`; the first three are those of `terraform plan -detailed-exitcode`.
NO_CHANGES, FAILED, CHANGES, NEEDS_APPROVAL = 0, 1, 2, 3

_VERDICTS = {
    NO_CHANGES: "Nothing changes",
    FAILED: "The review failed",
    CHANGES: "There are changes, none of them dangerous",
    NEEDS_APPROVAL: "A person has to approve this",
}


@dataclass(frozen=True)
class StackReview:
    """What a deployment would change in a stack, and what differs there at AWS.

    `note` says how that was found out where it was not by a plan `against_aws`, `failure` why it could not be. A stack
    is `pending` that is deployed and can be planned only after another one.
    """

    name: str
    changes: tuple[Change, ...] = ()
    outputs: tuple[str, ...] = ()
    drift: tuple[Drift, ...] = ()
    dangers: tuple[Danger, ...] = ()
    note: str = ""
    failure: str = ""
    pending: bool = False
    against_aws: bool = True

    @property
    def counts(self) -> str:
        """How many resources are destroyed, replaced, changed and created, in words."""
        if self.failure:
            return "could not be planned"
        if self.pending:
            return "cannot be told yet"
        if not self.changes:
            return "only outputs change" if self.outputs else "nothing changes"
        return _counts(self.changes)


@dataclass(frozen=True)
class CostReview:
    """What changes in the fixed cost of a month, every line of it afterwards, and where the prices are from.

    `change` is None where the cost is not estimated; `notes` tell why, and what is not in it.
    """

    change: CostChange | None = None
    lines: tuple[CostLine, ...] = ()
    source: str = ""
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class Review:
    """What a deployment of an environment would change, and what of it a person has to know.

    `policy` is None where the stacks could not be scanned, of which `policy_failure` tells why; `failure` is of the
    whole review.
    """

    environment: str
    account: str
    region: str
    commit: str
    at: datetime
    version_now: str | None = None
    version_asked: str | None = None
    stacks: tuple[StackReview, ...] = ()
    policy: Sorted | None = None
    policy_failure: str = ""
    costs: CostReview = CostReview()
    warnings: tuple[str, ...] = ()
    failure: str = ""

    @property
    def dangers(self) -> list[Danger]:
        """The dangerous changes of all stacks: those that need approval first, otherwise as they were found."""
        found = [danger for stack in self.stacks for danger in stack.dangers]
        return sorted(found, key=lambda danger: danger.level != "danger")

    @property
    def exit_code(self) -> int:
        """What `./dashctl review` ends with."""
        if self._failures:
            return FAILED
        if self._approvals:
            return NEEDS_APPROVAL
        changes = any(stack.changes or stack.outputs or stack.pending for stack in self.stacks)
        return CHANGES if changes else NO_CHANGES

    @property
    def verdict(self) -> str:
        """One sentence to decide from."""
        changed = [stack for stack in self.stacks if stack.changes]
        counts = _counts(change for stack in changed for change in stack.changes)
        drifted = sum(len(stack.drift) for stack in self.stacks)
        told = [*self._failures, *self._approvals]
        told += [f"{counts} in {_counted(len(changed), 'stack')}"] if changed else []
        told += [f"{stack.name} cannot be told yet" for stack in self.stacks if stack.pending]
        told += [f"{_counted(drifted, 'resource')} at AWS not as Terraform left it"] if drifted else []
        if self.exit_code == CHANGES and not told:
            told = ["only outputs"]
        return f"{': '.join(filter(None, [_VERDICTS[self.exit_code], '; '.join(told)]))}."

    @property
    def _failures(self) -> list[str]:
        names = [stack.name for stack in self.stacks if stack.failure]
        told = [f"{', '.join(names)} could not be planned"] if names else []
        told += ["the stacks could not be scanned"] if self.policy_failure else []
        return told or (["it could not be finished"] if self.failure else [])

    @property
    def _approvals(self) -> list[str]:
        dangerous = sum(danger.level == "danger" for danger in self.dangers)
        findings = len(self.policy.refused) if self.policy else 0
        told = [_counted(dangerous, "dangerous change")] if dangerous else []
        return told + ([f"{_counted(findings, 'policy finding')} not allowed"] if findings else [])


def _counts(changes: Iterable[Change]) -> str:
    actions = Counter(change.action for change in changes)
    return ", ".join(f"{actions[action]} to {action}" for action in ACTIONS if actions[action])


def _counted(number: int, noun: str) -> str:
    return f"{number} {noun}{'' if number == 1 else 's'}"
