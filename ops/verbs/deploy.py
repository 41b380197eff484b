"""`./dashctl deploy`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from ops.deployment import Deployment

Yes = Annotated[bool, typer.Option("--yes", "-y", help="Do not ask before applying.")]
Timeout = Annotated[
    float | None,
    typer.Option(min=1, metavar="MINUTES", help="Wait no longer for the tasks; by default as long as they may take."),
]


def deploy(
    stacks: Annotated[
        list[str] | None, typer.Argument(metavar="[STACK]…", help="All stacks where none is named.")
    ] = None,
    version: Annotated[
        str | None,
        typer.Option(
            help="The dashboard's version, built and pushed where it is missing; by default the deployed one."
        ),
    ] = None,
    yes: Yes = False,
    data: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE",
            help="Data to upload, CSV or Parquet, with the service; by default a sample if there are none.",
        ),
    ] = None,
    timeout: Timeout = None,
) -> None:
    """Deploy a version: makes what is missing, shows what would change, asks, and waits until it is seen to run.

    Exits with 0 only when every running task is of this version and healthy, and the dashboard answers.
    """
    from contextlib import nullcontext

    from ops.local.local_aws import local_aws
    from ops.session import absolute, deployment

    file = absolute(data) if data else None
    with deployment() as here, local_aws(here) if here.settings.local else nullcontext():
        here.aws.require_account()
        here.synth()
        _deploy(here, stacks or [], version, yes, file, timeout)


def _deploy(
    here: Deployment, stacks: list[str], version: str | None, yes: bool, file: Path | None, timeout: float | None
) -> None:
    from ops.approval import Approval
    from ops.delivery import SERVICE, apply_with_data, provide_image, require_good, see_it_run, seen_before
    from ops.deployment import VERSION_VARIABLE
    from ops.errors import OpsError
    from ops.session import plain_http_warning
    from ops.state_bucket import STACK

    here.require_known(stacks)
    chosen = here.with_missing_producers(stacks) if stacks else here.names
    names = [name for name in chosen if name != STACK]
    wanted = _require_version(here, version) if SERVICE in names else None
    if file and wanted is None:
        raise OpsError("--data goes with the service: ./dashctl data push FILE uploads data without a deployment")
    if file:
        require_good(file, here.settings)
    approval = Approval(here, given=yes)
    approval.of_state_bucket()
    here.ensure_state()
    if wanted is None:
        here.apply(*names, plans=approval.of_plans(names, {}))
    else:
        provide_image(here, wanted, approval)
        before = seen_before(here)
        variables = {VERSION_VARIABLE: wanted}
        apply_with_data(here, names, variables, approval.of_plans(names, variables), file)
        url = see_it_run(here, before=before, timeout_minutes=timeout)
        here.progress.say(f"version {wanted} runs: {url}")
    if warning := plain_http_warning(here.settings):
        here.progress.say(warning)


def _require_version(here: Deployment, version: str | None) -> str:
    """Return the version to deploy. Raises OpsError, before anything is made, where it is not there and cannot be."""
    from ops.deployment import VERSION_VARIABLE
    from ops.errors import OpsError
    from ops.images.provide import check_can_provide
    from ops.session import version_variables

    wanted = version_variables(here, version).get(VERSION_VARIABLE)
    if wanted is None:
        raise OpsError("no version is deployed yet: name the one to deploy with --version, for example --version 1.0.0")
    check_can_provide(here, wanted)
    return wanted
