"""`./dashctl destroy`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from ops.deployment import Deployment
    from ops.teardown.managed import States


def destroy(
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Do not ask.")] = False,
) -> None:
    """Destroy everything but the bucket of the Terraform state: shows what would be lost, asks for the environment's
    name, and says what is left at AWS afterwards (exit code 1 where anything is)."""
    from ops.session import deployment
    from ops.teardown.managed import deployed_states

    with deployment() as here:
        here.aws.require_account()
        here.synth()
        if states := deployed_states(here):
            _remove(here, states, yes)
        else:
            here.progress.say(f"nothing is deployed in environment '{here.settings.environment}'")
        _look_for_leftovers(here)


def _remove(here: Deployment, states: States, yes: bool) -> None:
    from ops.errors import OpsError
    from ops.session import ask
    from ops.teardown.holdings import read_holdings
    from ops.teardown.managed import listed
    from ops.teardown.protection import require_unprotected
    from ops.teardown.removal import remove

    settings, say = here.settings, here.progress.say
    with here.progress.step("look at what would be lost"):
        holdings = read_holdings(here.aws, states)
    count = sum(state.resource_count for state in states.values())
    say(f"to be destroyed in environment '{settings.environment}': {listed(states)}: {count} resources")
    if holdings:
        say("lost for good:")
    for holding in holdings:
        say(f"  {holding.description}")
    require_unprotected(settings, holdings)
    question = f"Type the environment's name, {settings.environment}, to destroy all of this:"
    if not yes and ask(here, question) != settings.environment:
        raise OpsError("that is not the environment's name: nothing was destroyed")
    remove(here, states)
    say(f"kept: the bucket of the Terraform state, {settings.state_bucket_name}")


def _look_for_leftovers(here: Deployment) -> None:
    from ops.errors import OpsError
    from ops.teardown.leftovers import find_leftovers, tags_in_words
    from ops.teardown.remedies import remedy

    aws = here.aws
    try:
        with here.progress.step("look for leftovers") as step:
            left = find_leftovers(aws)
            step.outcome = f"{len(left)} resources" if left else f"none with the tags {tags_in_words(aws)}"
    except OpsError as error:
        here.progress.say(f"it is not known whether anything is left: {error}")
        return
    if left:
        lines = [f"  {arn.text}: {remedy(arn, here.settings.aws.region)}" for arn in left]
        raise OpsError("\n".join(["left at AWS, where it may cost something, and removed by:", *lines]))
