"""Settings of the tests, so that a team may edit `config/*.toml` and its tests still pass.

They begin as those of the reference architecture; the golden files are made from them.
"""

import os
from collections.abc import Mapping
from pathlib import Path

from config import Settings, load_settings

FOLDER = Path(__file__).parent


def settings_of(environ: Mapping[str, str] = {}, folder: Path = FOLDER) -> Settings:
    """Return the settings that these variables make of the test's files, untouched by this process's own variables."""
    return load_settings({"DASH_CONFIG_FOLDER": str(folder), **environ})


def environ_for_children() -> dict[str, str]:
    """Return this process's variables with the test's settings, without any that choose or change an environment."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("DASH_")}
    return kept | {"DASH_CONFIG_FOLDER": str(FOLDER)}
