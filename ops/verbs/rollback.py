"""`./dashctl rollback`."""

from typing import Annotated

import typer

from ops.verbs.deploy import Timeout, Yes


def rollback(
    to: Annotated[
        str | None,
        typer.Option(metavar="VERSION", help="The version to go back to; by default the one that was deployed before."),
    ] = None,
    yes: Yes = False,
    timeout: Timeout = None,
) -> None:
    """Deploy an older version again, and wait until it is seen to run. Nothing else changes, and data stay."""
    from contextlib import nullcontext

    from ops.approval import Approval
    from ops.delivery import SERVICE, see_it_run, seen_before
    from ops.deployment import VERSION_VARIABLE
    from ops.local.local_aws import local_aws
    from ops.session import deployment
    from ops.versions import require_image, version_before

    with deployment() as here, local_aws(here) if here.settings.local else nullcontext():
        here.aws.require_account()
        deployed = here.deployed_version()
        wanted = to or version_before(here)
        require_image(here.aws, wanted)
        here.synth()
        here.progress.say(f"back to version {wanted}, from {deployed}")
        before = seen_before(here)
        variables = {VERSION_VARIABLE: wanted}
        plans = Approval(here, given=yes).of_plans([SERVICE], variables)
        here.apply(SERVICE, variables=variables, plans=plans)
        url = see_it_run(here, before=before, timeout_minutes=timeout)
        here.progress.say(f"version {wanted} runs: {url}")
