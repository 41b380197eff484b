"""`./dashctl drift`."""

from typing import Annotated

import typer


def drift(
    stacks: Annotated[
        list[str] | None, typer.Argument(metavar="[STACK]…", help="All stacks where none is named.")
    ] = None,
) -> None:
    """Report what differs from Terraform's states and the code.

    Exits with 0 where nothing does, 2 where something does, and 1 where that could not be found out.
    """
    from config import load_settings
    from ops.deployment import Deployment
    from ops.review.drift_markdown import as_markdown
    from ops.review.drift_review import review_drift
    from ops.review.terminal import print_markdown, progress_beside_report

    with progress_beside_report() as progress:
        found = review_drift(Deployment(load_settings(), progress), stacks or [])
    print_markdown(as_markdown(found))
    raise typer.Exit(found.exit_code)
