"""Composes the stacks of the environment that DASH_ENV names, and synthesizes them to Terraform JSON."""

import sys

from config import SettingsError, load_settings
from stacks.bindings import load_lazily


def main() -> None:
    """Write the Terraform of every stack to `cdktf.out` (or `$CDKTF_OUTDIR`)."""
    try:
        settings = load_settings()
    except SettingsError as error:
        sys.exit(f"error: {error}")
    load_lazily()
    from stacks.app import compose

    compose(settings).synth()


if __name__ == "__main__":
    main()
