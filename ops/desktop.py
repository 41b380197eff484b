"""Opens a page where a person sits before the machine."""

import os
import sys
from collections.abc import Mapping


def has_desktop(environ: Mapping[str, str] = os.environ, platform: str = sys.platform) -> bool:
    """Tell whether a browser opened here would be seen: not in CI, over ssh or where output goes to no terminal."""
    if environ.get("CI") or environ.get("SSH_CONNECTION") or environ.get("SSH_TTY") or not sys.stdout.isatty():
        return False
    return platform == "darwin" or bool(environ.get("DISPLAY") or environ.get("WAYLAND_DISPLAY"))


def open_page(url: str) -> bool:
    """Open an address in the browser; return False where there is none."""
    import webbrowser

    try:
        return webbrowser.open(url)
    except webbrowser.Error:
        return False
