"""What every verb begins with."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from config import Settings, load_settings
from ops.deployment import VERSION_VARIABLE, Deployment
from ops.errors import OpsError
from ops.progress import Progress


@contextmanager
def deployment() -> Iterator[Deployment]:
    """Yield the deployment of the environment that DASH_ENV names, with a Progress that shows what it does."""
    settings = load_settings()
    with Progress() as progress:
        yield Deployment(settings, progress)


def version_variables(deployment: Deployment, version: str | None) -> dict[str, str]:
    """Return the variables for a version of the dashboard, by default the deployed one; none where there is neither."""
    version = version or os.environ.get(f"TF_VAR_{VERSION_VARIABLE}") or deployment.deployed_version()
    return {VERSION_VARIABLE: version} if version else {}


def plain_http_warning(settings: Settings) -> str:
    """Return what a deployment without HTTPS means for its readers; nothing for one that has it, or is local."""
    if settings.https.enabled or settings.local:
        return ""
    return (
        "plain HTTP: what readers see and send crosses the network in the clear, and nobody has to sign in; set "
        f"https.domain in config/{settings.environment}.toml"
    )


def absolute(file: Path) -> Path:
    """Return where a file lies: ./dashctl runs in the checkout, wherever it was called."""
    return Path(os.environ.get("DASHCTL_CALLER_CWD", ".")).absolute() / file.expanduser()


def ask(deployment: Deployment, question: str) -> str:
    """Return the answer to a question, without the space around it. Raises OpsError where nobody can answer."""
    if not sys.stdin.isatty():
        raise OpsError("there is no terminal to ask on: give --yes to go ahead without asking")
    with deployment.progress.paused():
        return deployment.progress.console.input(f"{question} ", markup=False).strip()
