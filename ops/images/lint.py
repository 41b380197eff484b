"""What hadolint finds in the Dockerfile."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

from ops.errors import OpsError
from ops.images.stand_in import SOURCES

_LINT_SECONDS = 60
# Of https://github.com/hadolint/hadolint#rules; style and info are matters of taste.
_REFUSED = ("error", "warning")


def lint(dockerfile: Path = SOURCES / "Dockerfile") -> list[str]:
    """Return the findings, each a line `file:line: rule: what is wrong`. Raises OpsError where it cannot be checked."""
    name = f"{dockerfile.parent.name}/{dockerfile.name}"
    try:
        done = subprocess.run(
            [Path(sys.executable).parent / "hadolint", "--format", "json", name],
            cwd=dockerfile.parent.parent,
            env={"HOME": os.devnull},  # a person's own settings of hadolint could switch rules off
            capture_output=True,
            stdin=subprocess.DEVNULL,
            timeout=_LINT_SECONDS,
            check=False,
        )
        findings = json.loads(done.stdout)
    except (OSError, subprocess.SubprocessError) as error:
        raise OpsError(f"hadolint, which checks the Dockerfile, cannot be run: {error}") from None
    except ValueError:
        reason = (done.stderr.decode(errors="replace").strip().splitlines() or ["no reason given"])[0]
        raise OpsError(f"hadolint could not check {name}: {reason}") from None
    return [
        f"{name}:{found['line']}: {found['code']}: {' '.join(found['message'].split())}"
        for found in findings
        if found["level"] in _REFUSED
    ]
