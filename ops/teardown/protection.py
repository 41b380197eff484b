"""Refuses a destroy that would stop half way at what is protected."""

from __future__ import annotations

from collections.abc import Sequence
from operator import attrgetter

from config import Settings
from ops.errors import OpsError
from ops.teardown.holdings import Holding, Protection


def require_unprotected(settings: Settings, holdings: Sequence[Holding]) -> None:
    """Raise OpsError with every protection in force, and how to switch it off."""
    protected = [(holding, holding.protection) for holding in holdings if holding.protection]
    if not protected:
        return
    environment = settings.environment
    lines = [f"  {holding.description}: {_remedy(settings, protection)}" for holding, protection in protected]
    stacks = " ".join(sorted({holding.stack for holding, _ in protected}))
    raise OpsError(
        "\n".join(
            [
                f"environment '{environment}' is protected, so nothing was destroyed:",
                *lines,
                f"deploy that first, ./dashctl deploy {stacks} --env {environment}: until then it protects",
            ]
        )
    )


def _remedy(settings: Settings, protection: Protection) -> str:
    wanted = f"{protection.key} = {str(protection.off).lower()}"
    if attrgetter(protection.key)(settings) == protection.off:
        return f"{wanted} is set, but not deployed"
    return f"set {wanted} in config/{settings.environment}.toml"
