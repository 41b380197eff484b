"""`./dashctl versions`."""

from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from ops.versions import Version


def versions(
    as_json: Annotated[bool, typer.Option("--json", help="Print them as JSON, for programs.")] = False,
) -> None:
    """List the dashboard's versions in the registry, the newest first: when each was deployed, and which one runs."""
    from ops.session import deployment
    from ops.versions import read_versions

    with deployment() as here:
        found = read_versions(here.aws)
    typer.echo(_as_json(found) if as_json else _as_table(found))


def _as_json(found: "list[Version]") -> str:
    import json
    from dataclasses import asdict

    return json.dumps([asdict(version) for version in found], default=str, indent=2)


def _as_table(found: "list[Version]") -> str:
    from ops.table import in_columns

    if not found:
        return (
            "there are no versions in the registry: ./dashctl image push --version …, or ./dashctl deploy --version …"
        )
    rows = [("version", "image", "pushed", "deployed last", "")]
    for version in found:
        pushed = f"{version.pushed_at:%Y-%m-%d %H:%M} UTC" if version.pushed_at else ""
        deployed = f"{version.deployed_at:%Y-%m-%d %H:%M} UTC" if version.deployed_at else "never"
        image = version.digest.removeprefix("sha256:")[:12]
        state = f"{version.running_tasks} tasks run it" if version.running_tasks else ""
        if version.serving:
            state = state or "the service runs it, with no task now"
        if version.failed:
            state = "was deployed in vain"
        rows.append((version.version, image, pushed, deployed, state))
    return in_columns(rows)
