"""`./dashctl policy`."""

from typing import Annotated

import typer


def policy(
    stacks: Annotated[
        list[str] | None, typer.Argument(metavar="[STACK]…", help="All stacks where none is named.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object, for programs.")] = False,
) -> None:
    """Scan what the stacks would make, without AWS; exits with 1 where a check fails that is not allowed."""
    import json

    from rich.console import Console

    from config import load_settings
    from ops.deployment import ROOT, Deployment
    from ops.policy import report
    from ops.policy.scan import allow_list, scan
    from ops.progress import Progress

    file = allow_list()
    console = Console(stderr=as_json, highlight=False, soft_wrap=True)
    with Progress(console) as progress:
        outcome = scan(Deployment(load_settings(), progress), stacks or [], file)
    if as_json:
        typer.echo(json.dumps(report.as_json(outcome), indent=2))
    else:
        shown = file.relative_to(ROOT) if file.is_relative_to(ROOT) else file
        for line in report.lines(outcome, str(shown)):
            typer.echo(line)
    raise typer.Exit(0 if outcome.passed else 1)
