"""Where a browser is opened."""

import sys

import pytest

from ops.desktop import has_desktop

pytestmark = pytest.mark.unit


@pytest.mark.parametrize(
    ("environ", "platform", "terminal", "desktop"),
    [
        ({"DISPLAY": ":0"}, "linux", True, True),
        ({"WAYLAND_DISPLAY": "wayland-0"}, "linux", True, True),
        ({}, "darwin", True, True),
        ({}, "linux", True, False),
        ({"DISPLAY": ":0"}, "linux", False, False),
        ({"DISPLAY": ":0", "CI": "true"}, "linux", True, False),
        ({"DISPLAY": ":10", "SSH_CONNECTION": "1 2 3 4"}, "linux", True, False),
        ({"SSH_TTY": "/dev/ttys1"}, "darwin", True, False),
    ],
)
def test_a_page_is_opened_only_before_a_person(
    environ: dict[str, str], platform: str, terminal: bool, desktop: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys.stdout, "isatty", lambda: terminal, raising=False)
    assert has_desktop(environ, platform) is desktop
