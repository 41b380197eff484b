"""Scans plans with Checkov, in one process for all of them and without a network.

https://www.checkov.io/2.Basics/CLI%20Command%20Reference.html
"""

import json
import os
import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from ops.apart import installed_apart
from ops.errors import OpsError
from ops.policy.finding import Finding, Scan
from ops.policy.planned import PlannedStack

_SECONDS = 300
_PASSED, _FAILED = 0, 1  # any other exit code: Checkov crashed
# Checkov names the page of a check only to who logs in to its platform.
_GUIDELINE = "https://www.checkov.io/5.Policy%20Index/terraform.html"


def installed_checkov() -> Path:
    """Return the Python of Checkov's own environment, installed where it is not there yet (205 MB).

    Raises OpsError where that is not possible; the bootstrap has told why, on stderr.
    """
    python = installed_apart("checkov")
    if python is None:
        raise OpsError("Checkov is not installed, and without it there is no scan: run ./dashctl policy again")
    return python


def scan_with_checkov(python: Path, stacks: Mapping[str, PlannedStack], folder: Path) -> Scan:
    """Scan the plans of stacks, which are written into the new `folder`.

    Raises OpsError where Checkov does not run to its end, does not read a plan, or checks nothing in it.
    """
    folder.mkdir()
    files = {}
    for name, stack in stacks.items():
        files[f"/{name}.json"] = stack
        (folder / f"{name}.json").write_text(json.dumps(stack.plan), encoding="utf-8")
    report = _report(_run(python, [file.removeprefix("/") for file in files], folder))
    if unread := report["results"]["parsing_errors"]:
        raise OpsError(f"Checkov cannot read the plan of {', '.join(Path(file).stem for file in unread)}")
    results = report["results"]
    checked = {result["file_path"] for kind in ("passed_checks", "failed_checks") for result in results[kind]}
    if unchecked := [files[file].name for file in files if file not in checked]:
        raise OpsError(f"Checkov checked nothing in the plan of {', '.join(unchecked)}, which has resources")
    return Scan(
        tuple(_finding(result, files[result["file_path"]]) for result in results["failed_checks"]),
        len(results["passed_checks"]),
    )


def _run(python: Path, files: list[str], folder: Path) -> str:
    """Run Checkov and return what it printed."""
    named = [argument for file in files for argument in ("--file", file)]
    # Without --skip-download it asks its platform for the pages of its checks.
    options = ["--framework", "terraform_plan", "--output", "json", "--compact", "--skip-download"]
    try:
        ended = subprocess.run(
            # Not its script, whose first line names this Python: no such line works where its path has a space.
            [str(python), "-m", "checkov.main", *named, *options],
            cwd=folder,
            env=_environ(folder),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            check=False,
            timeout=_SECONDS,
        )
    except OSError as error:
        raise OpsError(f"Checkov cannot be run: {python}: {error.strerror}") from None
    except subprocess.TimeoutExpired:
        raise OpsError(f"Checkov did not end within {_SECONDS} s: run ./dashctl policy with fewer stacks") from None
    errors = list(filter(None, ended.stderr.decode(errors="replace").splitlines()))
    # It goes on after an error in a check, without a result.
    told = [line for line in errors if "[ERROR]" in line]
    if ended.returncode not in (_PASSED, _FAILED) or told:
        last = (told or errors or ["it did not say why"])[-1].strip()
        raise OpsError(f"Checkov failed (exit code {ended.returncode}): {last}")
    return ended.stdout.decode(errors="replace")


def _environ(folder: Path) -> dict[str, str]:
    """Return an environment in which no settings of the user's change what is checked, or send it anywhere.

    Checkov reads .checkov.yaml in its folder and in the home, CKV_* and BC_* variables.
    """
    kept = {name: os.environ[name] for name in ("PATH", "LANG", "TMPDIR") if name in os.environ}
    return kept | {"HOME": str(folder), "LOG_LEVEL": "ERROR"}


def _report(text: str) -> dict[str, Any]:
    try:
        report = json.loads(text)
        counts = report["summary"]
        results = report["results"]
        if counts["passed"] != len(results["passed_checks"]) or counts["failed"] != len(results["failed_checks"]):
            raise ValueError("its summary and its results differ")
    except (ValueError, KeyError, TypeError) as error:
        raise OpsError(f"what Checkov printed is not its report of a scan ({error!r})") from None
    whole: dict[str, Any] = report
    return whole


def _finding(result: Mapping[str, Any], stack: PlannedStack) -> Finding:
    address = result["resource_address"] or result["resource"]
    # Checks of connections between resources name the attribute by which they find them too.
    keys = ", ".join(sorted({*(result["check_result"].get("evaluated_keys") or ())} - {"", "resource_type"}))
    return Finding(
        check=result["check_id"],
        demand=result["check_name"],
        stack=stack.name,
        address=address,
        construct=stack.construct_of(address),
        found="",
        remedy=f"set what the check looks at: {keys}" if keys else "set what the check asks for",
        guideline=result.get("guideline") or _GUIDELINE,
    )
