"""`./dashctl data …`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from ops.data import Findings, Summary
    from ops.deployment import Deployment
    from ops.releases import Release

app = typer.Typer(no_args_is_help=True, help="The data that the dashboard shows.")

DataFile = Annotated[
    Path,
    typer.Argument(
        metavar="FILE", help="CSV or Parquet, with columns country, continent, year, lifeExp, pop, gdpPercap."
    ),
]


@app.callback()
def data() -> None:
    """The data that the dashboard shows."""


@app.command()
def validate(file: DataFile) -> None:
    """Check a file without uploading it: exits with 1 where the dashboard would refuse it, and says why."""
    from ops.session import absolute, deployment

    with deployment() as here:
        _say_summary(here, _require_good(here, absolute(file)))


@app.command()
def push(file: DataFile) -> None:
    """Check a file and upload it as a new release. A bad one is refused by row and column, and what was there stays."""
    from ops import releases
    from ops.session import absolute, deployment

    file = absolute(file)
    with deployment() as here:
        summary = _require_good(here, file)
        _say_summary(here, summary)
        with here.progress.step("upload") as step:
            uploaded = releases.push(here.aws, file, summary)
            step.outcome = f"s3://{uploaded.bucket}/{uploaded.key}"
            if uploaded.version:
                step.outcome += f", version {uploaded.version}"
            if not uploaded.new:
                step.outcome += " holds the same data already: nothing was uploaded"
                return
        if not uploaded.version:
            here.progress.say("the bucket keeps no versions: what was there before is gone")
        _say_when(here)


@app.command("list")
def list_releases(
    last: Annotated[int, typer.Option(min=1, max=1000, help="So many releases, the newest ones.")] = 20,
    as_json: Annotated[bool, typer.Option("--json", help="Print them as JSON, for programs.")] = False,
) -> None:
    """List the releases of the data: S3's versions of the object, the newest first."""
    from ops.releases import read_releases
    from ops.session import deployment

    with deployment() as here:
        found = read_releases(here.aws, last)
    typer.echo(_as_json(found) if as_json else _as_table(found))


@app.command()
def rollback(
    to: Annotated[
        str | None,
        typer.Option(metavar="VERSION", help="The release to restore; by default the last one with other data."),
    ] = None,
) -> None:
    """Make an older release live again, as a copy: nothing is lost, and nothing is deployed."""
    from ops.releases import roll_back
    from ops.session import deployment

    with deployment() as here:
        with here.progress.step("rollback") as step:
            done = roll_back(here.aws, to)
            step.outcome = f"version {done.restored.version} of {_time(done.restored)}{_content(done.restored)}"
        here.progress.say(f"it is live as version {done.version}, instead of version {done.replaced.version}")
        _say_when(here)


def _require_good(here: Deployment, file: Path) -> Summary:
    from ops.data import Findings, check

    with here.progress.step("check") as step:
        found = check(file, here.settings)
        if isinstance(found, Findings):
            step.outcome = "refused"
    if isinstance(found, Findings):
        _print_findings(here, file, found)
        raise typer.Exit(1)
    return found


def _print_findings(here: Deployment, file: Path, found: Findings) -> None:
    from rich import box
    from rich.table import Table
    from rich.text import Text

    table = Table("row", "column", "what is wrong", box=box.SIMPLE)
    for finding in found.findings:
        # Text, for what a message quotes from the file could look like rich's own markup.
        table.add_row(*(Text(cell) for cell in (_shown(finding.row), _shown(finding.column), finding.message)))
    here.progress.console.print(table)
    more = found.total - len(found.findings)
    count = ("1 fault" if found.total == 1 else f"{found.total} faults") + (
        f", the first {len(found.findings)} of them above" if more else ""
    )
    here.progress.say(f"{file}: {count}; nothing was uploaded")


def _say_summary(here: Deployment, found: Summary) -> None:
    years = f"{found.years[0]} to {found.years[1]}"
    here.progress.say(f"{found.rows} rows, {found.countries} countries, years {years}")


def _say_when(here: Deployment) -> None:
    here.progress.say(f"every task looks for new data each {here.settings.dashboard.poll_seconds} s, and then shows it")


def _as_json(releases: list[Release]) -> str:
    import json
    from dataclasses import asdict

    found = []
    for release in releases:
        fields = asdict(release)
        facts = fields.pop("facts")
        found.append({**fields, "modified_at": release.modified_at.isoformat(), **facts})
    return json.dumps(found, indent=2)


def _as_table(releases: list[Release]) -> str:
    from ops.table import in_columns, size_in_words

    if not releases:
        return "no data yet: ./dashctl data push FILE uploads some"
    rows = [("", "version", "since (UTC)", "size", "rows", "countries", "years", "by", "")]
    for release in releases:
        facts = release.facts
        note = f"restored from {_shown(facts.restored_from)}" if facts.restored_from else _shown(facts.file)
        rows.append(
            (
                "live" if release.live else "",
                release.version,
                _time(release),
                "" if release.deleted else size_in_words(release.size),
                _shown(facts.rows),
                _shown(facts.countries),
                _shown(facts.years),
                # arn:aws:sts::123456789012:assumed-role/Admin/jane
                _shown(facts.by).rpartition(":")[2],
                "deleted" if release.deleted else note,
            )
        )
    return in_columns(rows)


def _time(release: Release) -> str:
    return f"{release.modified_at:%Y-%m-%d %H:%M:%S}"


def _content(release: Release) -> str:
    facts = release.facts
    return "" if facts.rows is None else f": {facts.rows} rows, {_shown(facts.countries)} countries, {facts.years}"


def _shown(value: object) -> str:
    """Return a value as text, "" for None, without what would steer a terminal: anyone may have written it."""
    text = "" if value is None else str(value)
    return "".join(character if character.isprintable() else "\ufffd" for character in text)
