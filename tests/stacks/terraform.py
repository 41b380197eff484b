"""Runs Terraform on synthesized stacks, away from any backend and account."""

import json
import os
import shutil
import subprocess
from collections.abc import Mapping
from contextlib import nullcontext
from pathlib import Path
from typing import Any

from filelock import FileLock

from ops.offline.copies import made_up_states, offline_provider
from ops.terraform import CONFIGURATION


def terraform(
    folder: Path, *arguments: str, variables: Mapping[str, str] | None = None
) -> subprocess.CompletedProcess[str]:
    """Run terraform in a folder and return what it printed; the caller judges the exit code."""
    environ = {name: value for name, value in os.environ.items() if not name.startswith(("AWS_", "TF_VAR_"))}
    environ |= {f"TF_VAR_{name}": value for name, value in (variables or {}).items()}
    with _one_at_a_time() if arguments[0] == "init" else nullcontext():
        return subprocess.run(
            [os.environ.get("TERRAFORM_BINARY_NAME", "terraform"), *arguments],
            cwd=folder,
            env=environ,
            capture_output=True,
            text=True,
            timeout=300,
        )


def _one_at_a_time() -> FileLock | nullcontext[None]:
    # "The plugin cache directory is not guaranteed to be concurrency safe":
    # https://developer.hashicorp.com/terraform/cli/config/config-file#provider-plugin-cache
    cache = os.environ.get("TF_PLUGIN_CACHE_DIR")
    return FileLock(Path(cache) / "init.lock") if cache and Path(cache).is_dir() else nullcontext()


def succeed(folder: Path, *arguments: str, variables: Mapping[str, str] | None = None) -> str:
    """Run terraform in a folder, expect it to succeed, and return its output."""
    result = terraform(folder, *arguments, variables=variables)
    assert result.returncode == 0, result.stdout + result.stderr
    return result.stdout


def offline_copy(source: Path, folder: Path, endpoint: str) -> Path:
    """Copy a synthesized stack so that it plans with the real provider, but without AWS; `endpoint` answers for it."""
    folder.mkdir(parents=True)
    shutil.copy(source / CONFIGURATION, folder)
    backend_and_provider = {
        "terraform": {"backend": {"local": {}}},
        "provider": {"aws": [offline_provider(endpoint)]},
    }
    override = backend_and_provider | made_up_states(source, folder)
    (folder / "offline_override.tf.json").write_text(json.dumps(override))
    succeed(folder, "init", "-input=false")
    return folder


def planned(folder: Path, variables: Mapping[str, str] | None = None) -> dict[str, Any]:
    """Plan a stack and return the plan as `terraform show -json` gives it."""
    succeed(folder, "plan", "-input=false", "-lock=false", "-out=plan", variables=variables)
    plan: dict[str, Any] = json.loads(succeed(folder, "show", "-json", "plan"))
    return plan


def planned_resources(plan: dict[str, Any], type_: str) -> list[dict[str, Any]]:
    """Return the values of the resources of a type that a plan would make."""
    return [
        resource["values"]
        for resource in plan["planned_values"]["root_module"]["resources"]
        if resource["type"] == type_ and resource["mode"] == "managed"
    ]
