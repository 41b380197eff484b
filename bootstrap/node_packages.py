"""The packages of package-lock.json, cdktf-cli among them, installed with the Node that the Python wheel brings."""

import json
import os
from pathlib import Path

from bootstrap.errors import BootstrapError
from bootstrap.paths import Paths
from bootstrap.tools import Tools, clean_environment


def install(paths: Paths, tools: Tools) -> list[Path]:
    """Install into an empty node_modules; return the executable.

    Raises BootstrapError if package-lock.json is damaged.
    """
    lock_file = paths.root / "package-lock.json"
    try:
        json.loads(lock_file.read_bytes())
    except ValueError as error:
        raise BootstrapError(f"{lock_file} is damaged ({error}): restore it (git checkout {lock_file.name})") from error
    import shutil

    shutil.rmtree(paths.node_modules, ignore_errors=True)  # as npm ci would, but with our stamp for certain
    node = paths.node_bin / "node"
    # The wheel's own `npm` script resolves its library relative to bin/, where it is not.
    npm = paths.node_bin.parent / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
    options = ["--ignore-scripts", "--no-audit", "--no-fund", "--no-update-notifier", "--no-progress"]
    command = [str(node), str(npm), "ci", *options]
    tools.run("npm", command, log="node-packages", env=_npm_environment(paths), cwd=paths.root)
    return [paths.node_modules / ".bin" / "cdktf"]


def _npm_environment(paths: Paths) -> dict[str, str]:
    """Return the caller's environment, so that npm's own settings count, with the wheel's Node first on PATH."""
    env = clean_environment()
    env["PATH"] = f"{paths.node_bin}{os.pathsep}{env.get('PATH', os.defpath)}"
    # Node knows only the certificates that it brings; a company's proxy is trusted by the machine's own.
    env.setdefault("NODE_USE_SYSTEM_CA", "1")
    # npm gives up where it cannot write its cache; a home that is missing or read-only is no reason not to install.
    home = Path(env.get("HOME") or "/nonexistent")
    if not os.access(home, os.W_OK):
        env.setdefault("npm_config_cache", str(paths.home / "npm-cache"))
    return env
