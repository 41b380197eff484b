"""ARIA attributes, whose names are no Python names."""

from typing import Any


def aria(**attributes: str) -> dict[str, Any]:
    """Properties for a component of ``dash.html``: ``html.Nav(…, **aria(label="Pages"))``."""
    return {f"aria-{name}": value for name, value in attributes.items()}
