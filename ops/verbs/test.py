"""`./dashctl test`."""

from typing import Annotated

import typer

LINT = "lint"
_SCRIPTS = (".github/scripts/judge", ".github/scripts/newest")
_CHECKED = ("main.py", "config", "stacks", "ops", "dashboard", "bootstrap", "bench", "tests", *_SCRIPTS)


def run_tests(
    context: typer.Context,
    tier: Annotated[
        list[str] | None,
        typer.Option(
            help="Run only this: lint, unit, proxy, terraform, policy, successor, emulator, containers or browser. "
            "Can be repeated."
        ),
    ] = None,
) -> None:
    """Run the linters, the type checker and every tier of tests that this machine can; the rest goes to pytest."""
    import os
    import subprocess

    from ops.errors import OpsError
    from ops.tiers import ROOT, TIERS, ability

    # Debian installs HAProxy where only root's PATH looks.
    os.environ["PATH"] = os.pathsep.join([os.environ.get("PATH", ""), "/usr/local/sbin", "/usr/sbin"])
    known = (LINT, *TIERS)
    wanted = tuple(tier or known)
    for name in wanted:
        if name not in known:
            raise OpsError(f"there is no tier '{name}': the tiers are {', '.join(known)}")

    failed: list[str] = []
    passed: list[str] = []

    def run(name: str, command: list[str], **variables: str) -> None:
        typer.secho(f"── {name}", bold=True)
        ended = subprocess.run(command, cwd=ROOT, env={**_environment(), **variables}, check=False)
        (failed if ended.returncode else passed).append(name)

    if LINT in wanted:
        for name, command in _lint_commands().items():
            run(name, command)
    lacking: dict[str, str] = {}
    if tiers := tuple(name for name in TIERS if name in wanted):
        able = ability(tiers)
        lacking = able.lacking
        if able.runnable:
            chromium = {"CHROMIUM": str(able.chromium)} if able.chromium else {}
            run(f"pytest ({', '.join(able.runnable)})", _pytest_command(able.runnable, context.args), **chromium)

    not_run = "".join(f"; not run: {name} ({reason})" for name, reason in lacking.items())
    summary = f"failed: {', '.join(failed)}" if failed else f"passed: {', '.join(passed) or 'nothing'}"
    typer.secho(f"{summary}{not_run}", fg="red" if failed or not passed else "green")
    raise typer.Exit(1 if failed or not passed else 0)


def _lint_commands() -> dict[str, list[str]]:
    import sys

    return {
        "ruff check": [sys.executable, "-m", "ruff", "check", "."],
        "ruff format": [sys.executable, "-m", "ruff", "format", "--check", "."],
        "mypy": [sys.executable, "-m", "mypy", "--cache-dir", ".mypy_cache", "--scripts-are-modules", *_CHECKED],
    }


def _pytest_command(tiers: tuple[str, ...], arguments: list[str]) -> list[str]:
    import os
    import sys

    # One more than cores, which are idle while Terraform waits for AWS; three at most, as it and its provider take
    # about 0.8 GB each. tests/conftest.py orders the groups.
    workers = min(3, (os.cpu_count() or 1) + 1)
    parallel = ["-n", str(workers), "--dist", "loadgroup", "--no-loadscope-reorder"]
    return [sys.executable, "-m", "pytest", "-m", " or ".join(tiers), *parallel, *arguments]


def _environment() -> dict[str, str]:
    """Return the environment without what would point the tests at a deployment."""
    import os

    chosen = ("DASH_ENV", "DASH_CONFIG_FOLDER", "CDKTF_OUTDIR")
    return {name: value for name, value in os.environ.items() if name not in chosen and not name.startswith("DASH__")}
