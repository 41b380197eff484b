"""`./dashctl deploy`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from ops.deployment import Deployment, StackPlan


def deploy(
    stacks: Annotated[
        list[str] | None, typer.Argument(metavar="[STACK]…", help="All stacks where none is named.")
    ] = None,
    version: Annotated[
        str | None, typer.Option(help="The dashboard's version in the registry; by default the deployed one.")
    ] = None,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Do not ask before applying.")] = False,
) -> None:
    """Deploy the stacks, and those that they need and that are not there yet: shows what would change, and asks."""
    from ops.session import deployment, plain_http_warning, version_variables
    from ops.state_bucket import STACK

    with deployment() as here:
        here.aws.require_account()
        here.synth()
        here.require_known(stacks or [])
        chosen = here.with_missing_producers(stacks) if stacks else here.names
        names = [name for name in chosen if name != STACK]
        variables = version_variables(here, version)
        if "service" in names:
            _require_image(here, variables)
        without_asking = yes or here.settings.local is not None
        plans = None
        if not without_asking:
            _confirm_state_bucket(here)
        here.ensure_state()
        if not without_asking:
            plans = here.plan(*names, variables=variables, keep=True)
            if not _confirm(here, plans):
                return
        here.apply(*names, variables=variables, plans=plans)
        if url := here.outputs("service").get("dashboard_url"):
            here.progress.say(f"the dashboard: {url}")
        if warning := plain_http_warning(here.settings):
            here.progress.say(warning)


def _require_image(here: Deployment, variables: dict[str, str]) -> None:
    """Raise OpsError unless a version is named and its image is in the registry, before anything is made."""
    from ops.deployment import VERSION_VARIABLE
    from ops.errors import OpsError

    version, repository = variables.get(VERSION_VARIABLE), here.settings.repository_name
    if version is None:
        raise OpsError("no version is deployed yet: name the one to deploy with --version, for example --version 1.0.0")
    found = _image_exists(here, version)
    if found is None:
        raise OpsError(
            f"the registry {repository} does not exist yet: run ./dashctl deploy ecr bucket, push the image, "
            "then run this again"
        )
    if not found:
        url = here.outputs("ecr").get("repository_url", repository)
        raise OpsError(
            f"version {version} is not in the registry {repository}: push its image first "
            f"(docker push {url}:{version}), or name another with --version"
        )


def _image_exists(here: Deployment, version: str) -> bool | None:
    """Tell whether the registry has a version; None where there is no registry."""
    from botocore.exceptions import ClientError

    with here.aws.errors():
        try:
            found = here.aws.ecr.describe_images(
                repositoryName=here.settings.repository_name, imageIds=[{"imageTag": version}]
            )
        except ClientError as error:
            match error.response.get("Error", {}).get("Code"):
                case "RepositoryNotFoundException":
                    return None
                case "ImageNotFoundException":
                    return False
            raise
    return bool(found["imageDetails"])  # the emulator answers with none where AWS says ImageNotFoundException


def _confirm_state_bucket(here: Deployment) -> None:
    from ops.session import ask
    from ops.state_bucket import bucket_exists

    bucket, account = here.settings.state_bucket_name, here.settings.aws.account_id
    if not bucket_exists(here.aws) and not _agreed(
        ask(here, f"Make the bucket {bucket} for the Terraform state, in account {account}? [y/N]")
    ):
        raise typer.Exit(1)


def _confirm(here: Deployment, plans: dict[str, StackPlan]) -> bool:
    """Show the plans; return whether they shall be applied, False where they change nothing."""
    from ops.deployment import require_planned
    from ops.session import ask

    require_planned(plans)
    for name, planned in plans.items():
        if planned.plan is None:
            here.progress.say(f"{name}: planned once what it needs is there")
            continue
        here.progress.say(f"{name}: {planned.plan.summary}")
        for line in planned.plan.lines():
            here.progress.say(f"  {line}")
    if all(planned.plan is not None and not planned.plan for planned in plans.values()):
        return False
    settings = here.settings
    where = f"environment '{settings.environment}' (account {settings.aws.account_id}, {settings.aws.region})"
    if not _agreed(ask(here, f"Apply this to {where}? [y/N]")):
        raise typer.Exit(1)
    return True


def _agreed(answer: str) -> bool:
    return answer.lower() in {"y", "yes"}
