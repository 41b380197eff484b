"""What is shown and asked before anything is applied to AWS."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import typer

from ops.deployment import Deployment, StackPlan, require_planned
from ops.session import ask
from ops.state_bucket import bucket_exists


class Approval:
    """A person's approval of what a deployment does, asked for where it is not `given`; a no exits with 1.

    On this machine nobody is asked.
    """

    def __init__(self, deployment: Deployment, *, given: bool) -> None:
        self._deployment = deployment
        self._given = given or deployment.settings.local is not None

    def of_state_bucket(self) -> None:
        """Ask before the bucket of the Terraform state is made, where it is missing."""
        settings = self._deployment.settings
        if not bucket_exists(self._deployment.aws):
            bucket, account = settings.state_bucket_name, settings.aws.account_id
            self._ask(f"Make the bucket {bucket} for the Terraform state, in account {account}?")

    def apply(self, names: Sequence[str], variables: Mapping[str, str], purpose: str) -> None:
        """Plan stacks, show what would change, ask, and apply that. `purpose` is what it is for, as a demand."""
        plans = self.of_plans(names, variables, purpose, always=True)
        self._deployment.apply(*names, variables=variables, plans=plans)

    def of_plans(
        self, names: Sequence[str], variables: Mapping[str, str], purpose: str = "Apply this", *, always: bool = False
    ) -> dict[str, StackPlan] | None:
        """Plan stacks, show what would change, ask, and return what to apply; None on this machine.

        Where nothing changes nothing is asked, but `always`. Planned also where the approval is given: what was done is
        then in the log, and a role that may only read a stack can pass over it.
        """
        here = self._deployment
        if here.settings.local:
            return None
        plans = here.plan(*names, variables=variables, keep=True)
        try:
            self._approve(plans, purpose, always=always)
        except BaseException:
            here.forget_plans(*names)
            raise
        return plans

    def _approve(self, plans: Mapping[str, StackPlan], purpose: str, *, always: bool) -> None:
        here = self._deployment
        require_planned(plans)
        for name, planned in plans.items():
            if planned.plan is None:
                here.progress.say(f"{name}: planned once what it needs is there")
                continue
            here.progress.say(f"{name}: {planned.plan.summary}")
            for line in planned.plan.lines():
                here.progress.say(f"  {line}")
        if always or any(planned.plan is None or planned.plan for planned in plans.values()):
            self._ask(f"{purpose} {self._where}?")

    @property
    def _where(self) -> str:
        settings = self._deployment.settings
        return f"in environment '{settings.environment}' (account {settings.aws.account_id}, {settings.aws.region})"

    def _ask(self, question: str) -> None:
        if not self._given and ask(self._deployment, f"{question} [y/N]").lower() not in {"y", "yes"}:
            raise typer.Exit(1)
