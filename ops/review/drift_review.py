"""Finds out what differs between AWS, Terraform's states and the code."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from ops.deployment import ROOT, Deployment
from ops.review.commit import commit_of
from ops.review.offline import OfflinePlans
from ops.review.outcome import CHANGES, FAILED, NO_CHANGES, StackReview
from ops.review.stacks import plan_stacks
from ops.session import version_variables


@dataclass(frozen=True)
class DriftReview:
    """What differs in the stacks that are deployed: at AWS, and what the code has otherwise than the states."""

    environment: str
    account: str
    region: str
    version: str | None
    commit: str
    at: datetime
    stacks: tuple[StackReview, ...]
    not_deployed: tuple[str, ...]

    @property
    def not_applied(self) -> tuple[StackReview, ...]:
        """What a deployment of the code would change for another reason than drift."""
        return tuple(_without_drift(stack) for stack in self.stacks)

    @property
    def exit_code(self) -> int:
        """What `./dashctl drift` ends with; the codes are those of `./dashctl review`."""
        if any(stack.failure for stack in self.stacks):
            return FAILED
        differs = any(stack.drift or stack.changes or stack.outputs or stack.pending for stack in self.stacks)
        return CHANGES if differs else NO_CHANGES

    @property
    def verdict(self) -> str:
        """One sentence that says how much differs."""
        failed = [stack.name for stack in self.stacks if stack.failure]
        at_aws = sum(len(stack.drift) for stack in self.stacks)
        in_code = sum(len(stack.changes) for stack in self.not_applied)
        told = [f"{', '.join(failed)} could not be planned"] if failed else []
        told += [f"resources changed at AWS: {at_aws}"] if at_aws else []
        told += [f"resources that the code has otherwise: {in_code}"] if in_code else []
        if self.exit_code == CHANGES and not told:
            told = ["only outputs differ, or what cannot be planned yet"]
        if not told:
            return "Nothing differs." if self.stacks else "Nothing is deployed, so that nothing differs."
        return f"{'The search failed' if failed else 'AWS, the states and the code differ'}: {'; '.join(told)}."


def review_drift(deployment: Deployment, names: Sequence[str]) -> DriftReview:
    """Look for drift in these stacks; in all where none is named.

    What fails of a stack is in its review. Raises OpsError where a stack does not exist, or AWS cannot be asked.
    """
    deployment.aws.require_account()
    deployment.synth()
    deployment.require_known(names)
    chosen = [name for name in deployment.names if not names or name in names]
    states = {name: deployment.state(name) for name in chosen}
    deployed = [name for name, state in states.items() if state and state.resource_count]
    variables = version_variables(deployment, None)
    settings = deployment.settings
    return DriftReview(
        environment=settings.environment,
        account=settings.aws.account_id,
        region=settings.aws.region,
        version=deployment.deployed_version(),
        commit=commit_of(ROOT),
        at=datetime.now(UTC),
        # Only what is not deployed is told from an offline plan.
        stacks=plan_stacks(deployment, deployed, variables, OfflinePlans()).reviews if deployed else (),
        not_deployed=tuple(name for name in chosen if name not in deployed),
    )


def _without_drift(stack: StackReview) -> StackReview:
    undone = {drift.address for drift in stack.drift}
    return replace(stack, changes=tuple(change for change in stack.changes if change.address not in undone))
