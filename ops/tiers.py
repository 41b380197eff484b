"""Which tiers of tests this machine can run, and what the others lack."""

import functools
import os
import shutil
import subprocess
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from ops.apart import installed_apart
from ops.errors import OpsError
from ops.local.task_container import engine_is_usable
from ops.policy.checkov import installed_checkov

ROOT = Path(__file__).resolve().parent.parent

UNIT, PROXY, TERRAFORM, POLICY, SUCCESSOR = "unit", "proxy", "terraform", "policy", "successor"
EMULATOR, CONTAINERS, BROWSER = "emulator", "containers", "browser"
TIERS = (UNIT, PROXY, TERRAFORM, POLICY, SUCCESSOR, EMULATOR, CONTAINERS, BROWSER)
# A tier runs only where the one that it needs can run too.
_NEEDS = {EMULATOR: TERRAFORM, CONTAINERS: EMULATOR, BROWSER: EMULATOR}

_INSTALL_SECONDS = 900  # the AWS provider is 0.7 GB

_CHROMIUM_COMMANDS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
_CHROMIUM_APPLICATIONS = (
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
)
# https://playwright.dev/python/docs/browsers#managing-browser-binaries
_PLAYWRIGHT_FOLDERS = (".cache/ms-playwright", "Library/Caches/ms-playwright")
_PLAYWRIGHT_BINARIES = (
    "chromium-*/chrome-linux*/chrome",
    "chromium-*/chrome-mac*/Chromium.app/Contents/MacOS/Chromium",
    "chromium-*/chrome-mac*/Google Chrome for Testing.app/Contents/MacOS/Google Chrome for Testing",
)


@dataclass(frozen=True)
class Ability:
    """The tiers that can run, why each other one cannot, and the browser that was found."""

    runnable: tuple[str, ...]
    lacking: dict[str, str]
    chromium: Path | None


def ability(wanted: tuple[str, ...]) -> Ability:
    """Find out which of the wanted tiers can run."""
    chromium = find_chromium() if BROWSER in wanted else None
    checks: dict[str, Callable[[], str]] = {
        PROXY: _proxy_lacks,
        TERRAFORM: _terraform_lacks,
        # Checkov is only installed where it will be used.
        POLICY: lambda: lacks(TERRAFORM) or _policy_lacks(),
        SUCCESSOR: _successor_lacks,
        EMULATOR: _emulator_lacks,
        CONTAINERS: _containers_lack,
        BROWSER: lambda: _browser_lacks(chromium),
    }

    @functools.cache
    def lacks(tier: str) -> str:
        own = checks[tier]() if tier in checks else ""
        return own or (lacks(_NEEDS[tier]) if tier in _NEEDS else "")

    lacking = {tier: reason for tier in wanted if (reason := lacks(tier))}
    return Ability(tuple(tier for tier in wanted if tier not in lacking), lacking, chromium)


def find_chromium() -> Path | None:
    """Return Chromium or Chrome: that of $CHROMIUM, an installed one, or one that Playwright installed."""
    if named := os.environ.get("CHROMIUM"):
        return Path(named) if Path(named).is_file() else None
    for command in _CHROMIUM_COMMANDS:
        if found := shutil.which(command):
            return Path(found)
    own = os.environ.get("PLAYWRIGHT_BROWSERS_PATH")
    folders = [Path(own)] if own else [Path.home() / folder for folder in _PLAYWRIGHT_FOLDERS]
    installed = [path for folder in folders for pattern in _PLAYWRIGHT_BINARIES for path in folder.glob(pattern)]
    return next(
        (path for path in (*map(Path, _CHROMIUM_APPLICATIONS), *sorted(installed, reverse=True)) if path.is_file()),
        None,
    )


def _proxy_lacks() -> str:
    return "" if shutil.which("haproxy") else "no HAProxy; install it with `apt install haproxy`"


def _terraform_lacks() -> str:
    binary = os.environ.get("TERRAFORM_BINARY_NAME") or "terraform"
    if not shutil.which(binary):
        return f"no Terraform: {binary} is not there; ./dashctl installs it"
    with tempfile.TemporaryDirectory() as folder:
        shutil.copy(ROOT / "tests/stacks/golden/vpc.tf.json", Path(folder, "cdk.tf.json"))
        try:
            init = subprocess.run(
                [binary, "init", "-backend=false", "-input=false", "-no-color"],
                cwd=folder,
                capture_output=True,
                text=True,
                check=False,
                timeout=_INSTALL_SECONDS,
            )
        except subprocess.TimeoutExpired:
            return f"the AWS provider was not installed within {_INSTALL_SECONDS} s"
    return f"the AWS provider cannot be installed: {_first_error(init.stderr)}" if init.returncode else ""


def _policy_lacks() -> str:
    try:
        installed_checkov()
    except OpsError:
        return "no Checkov; ./dashctl policy installs it"
    return ""


def _successor_lacks() -> str:
    absent = [name for name in ("cdktn", "last_cdktf") if installed_apart(name) is None]
    return f"{' and '.join(absent)} cannot be installed; the reason stands above" if absent else ""


def _emulator_lacks() -> str:
    executable = os.environ.get("DASHCTL_EMULATOR", "")
    return "" if executable and Path(executable).is_file() else "no AWS emulator; ./dashctl installs it"


def _containers_lack() -> str:
    return "" if engine_is_usable() else "no Docker engine that shares this machine's network"


def _browser_lacks(chromium: Path | None) -> str:
    if chromium:
        return ""
    if named := os.environ.get("CHROMIUM"):
        return f"CHROMIUM={named} is not there"
    return "no Chromium; install it with `apt install chromium`, or set CHROMIUM"


def _first_error(text: str) -> str:
    lines = [line.strip("│╷╵ ") for line in text.splitlines()]
    return " ".join(filter(None, lines))[:300] or "no reason was given"
