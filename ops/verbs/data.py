"""`./dashctl data …`."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from rich.console import Console

    from ops.data import Findings

app = typer.Typer(no_args_is_help=True, help="The data that the dashboard shows.")


@app.callback()
def data() -> None:
    """The data that the dashboard shows."""


@app.command()
def push(
    file: Annotated[
        Path, typer.Argument(metavar="FILE.csv", help="Columns country, continent, year, lifeExp, pop, gdpPercap.")
    ],
) -> None:
    """Check a CSV and upload it. A bad file is refused with row and column, and what was there stays."""
    import os

    from ops.data import Findings, check, upload
    from ops.session import deployment

    # ./dashctl runs in the checkout, wherever it was called.
    file = Path(os.environ.get("DASHCTL_CALLER_CWD", ".")).absolute() / file.expanduser()
    with deployment() as here:
        with here.progress.step("check"):
            found = check(file)
        if isinstance(found, Findings):
            _print_findings(here.progress.console, file, found)
            raise typer.Exit(1)
        here.progress.say(f"{found.rows} rows, {found.countries} countries, years {found.years[0]} to {found.years[1]}")
        with here.progress.step("upload") as step:
            uploaded = upload(here.aws, file)
            step.outcome = f"s3://{uploaded.bucket}/{uploaded.key}"
            if uploaded.version:
                step.outcome += f", version {uploaded.version}"
        here.progress.say("the dashboard shows it within a minute")


def _print_findings(console: "Console", file: Path, found: "Findings") -> None:
    from rich import box
    from rich.table import Table

    table = Table("row", "column", "what is wrong", box=box.SIMPLE)
    for finding in found.findings:
        row = "" if finding.row is None else str(finding.row)
        table.add_row(row, finding.column or "", finding.message)
    console.print(table)
    more = found.total - len(found.findings)
    count = ("1 fault" if found.total == 1 else f"{found.total} faults") + (
        f", the first {len(found.findings)} of them above" if more else ""
    )
    console.print(f"{file}: {count}; nothing was uploaded", markup=False)
