"""`./dashctl diff`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from ops.deployment import StackPlan

NO_CHANGES, CHANGES = 0, 2  # those of `terraform plan -detailed-exitcode`


def diff(
    stacks: Annotated[
        list[str] | None, typer.Argument(metavar="[STACK]…", help="All stacks where none is named.")
    ] = None,
    version: Annotated[str | None, typer.Option(help="The dashboard's version; by default the deployed one.")] = None,
) -> None:
    """Show what a deployment would change; exits with 2 where it would change anything, with 1 where a plan fails."""
    from ops.deployment import VERSION_VARIABLE, require_planned
    from ops.errors import OpsError
    from ops.session import deployment, plain_http_warning, version_variables
    from ops.state_bucket import bucket_exists

    with deployment() as here:
        here.aws.require_account()
        here.synth()
        if not bucket_exists(here.aws):
            raise OpsError(
                f"nothing is deployed yet: the bucket of the Terraform state, {here.settings.state_bucket_name}, "
                "does not exist: run ./dashctl deploy (local: ./dashctl up) first"
            )
        variables = version_variables(here, version)
        names = [name for name in here.names if not stacks or name in stacks]
        here.require_known(stacks or [])
        unversioned = "service" in names and VERSION_VARIABLE not in variables
        planned = [name for name in names if not (unversioned and name == "service")]
        plans = here.plan(*planned, variables=variables)
    for name in names:
        _show(name, plans.get(name))
    if warning := plain_http_warning(here.settings):
        typer.echo(warning)
    require_planned(plans)
    changes = any(name not in plans or plans[name].plan is None or plans[name].plan for name in names)
    raise typer.Exit(CHANGES if changes else NO_CHANGES)


def _show(name: str, planned: StackPlan | None) -> None:
    if planned is None:
        typer.echo(f"{name}: not deployed yet; name a version with --version to plan it")
    elif planned.failure:
        typer.echo(f"{name}: its plan failed")
    elif planned.plan is None:
        typer.echo(f"{name}: not planned: {planned.obstacle}")
    else:
        typer.echo(f"{name}: {planned.plan.summary}")
        for line in planned.plan.lines():
            typer.echo(f"  {line}")
