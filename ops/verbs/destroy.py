"""`./dashctl destroy`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from ops.deployment import Deployment


def destroy(
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Do not ask.")] = False,
) -> None:
    """Destroy everything but the bucket of the Terraform state; asks for the environment's name first."""
    from ops.deployment import VERSION_VARIABLE
    from ops.errors import OpsError
    from ops.session import ask, deployment
    from ops.state_bucket import STACK

    with deployment() as here:
        here.aws.require_account()
        here.synth()
        counts = _resource_counts(here, [name for name in here.names if name != STACK])
        environment = here.settings.environment
        if not counts:
            here.progress.say(f"nothing is deployed in environment '{environment}'")
            return
        listed = ", ".join(f"{name} ({count})" for name, count in counts.items())
        here.progress.say(f"to be destroyed in environment '{environment}': {listed}: {sum(counts.values())} resources")
        if not yes and ask(here, f"Type the environment's name, {environment}, to destroy them:") != environment:
            raise OpsError("that is not the environment's name: nothing was destroyed")
        # Terraform wants a value even where it destroys.
        here.destroy(*counts, variables={VERSION_VARIABLE: here.deployed_version() or "none"})
        here.progress.say(f"kept: the bucket of the Terraform state, {here.settings.state_bucket_name}")


def _resource_counts(here: Deployment, names: list[str]) -> dict[str, int]:
    """Return how many resources each stack has that has any, consumers first."""
    states = {name: here.state(name) for name in reversed(names)}
    return {name: state.resource_count for name, state in states.items() if state and state.resource_count}
