"""`./dashctl review`."""

from pathlib import Path
from typing import Annotated

import typer


def review(
    stacks: Annotated[
        list[str] | None, typer.Argument(metavar="[STACK]…", help="All stacks where none is named.")
    ] = None,
    version: Annotated[str | None, typer.Option(help="The dashboard's version; by default the deployed one.")] = None,
    markdown: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Write the report as Markdown, short enough for a comment.")
    ] = None,
    html: Annotated[Path | None, typer.Option(metavar="FILE", help="Write the whole report as a page.")] = None,
) -> None:
    """Report what a deployment would change, for a person to decide: dangers, policy, cost, drift and every resource.

    Exits with 0 where nothing changes, 2 where something does, 3 where a person has to approve it, and 1 where the
    review failed; the report is written all the same.
    """
    from config import load_settings
    from ops.deployment import Deployment
    from ops.review.files import require_writable, write_whole
    from ops.review.fitting import LONGEST
    from ops.review.gather import review as gather
    from ops.review.markdown import as_markdown
    from ops.review.page import as_page
    from ops.review.terminal import print_markdown, progress_beside_report
    from ops.session import absolute

    markdown_file, html_file = (absolute(file) if file else None for file in (markdown, html))
    for file in filter(None, (markdown_file, html_file)):
        require_writable(file)
    with progress_beside_report() as progress:
        reviewed = gather(Deployment(load_settings(), progress), stacks or [], version)
    if markdown_file:
        write_whole(markdown_file, as_markdown(reviewed, LONGEST))
    if html_file:
        write_whole(html_file, as_page(as_markdown(reviewed, None), f"Review of {reviewed.environment}"))
    if markdown_file or html_file:
        typer.echo(reviewed.verdict)
    else:
        print_markdown(as_markdown(reviewed, None))
    raise typer.Exit(reviewed.exit_code)
