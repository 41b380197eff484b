"""The environment that every verb runs in."""

import os
from collections.abc import Mapping
from pathlib import Path

from bootstrap.apart import APART
from bootstrap.paths import Paths


def environment(
    paths: Paths, caller: Mapping[str, str], terraform: Path | None, terraform_config: Path | None
) -> dict[str, str]:
    """Return the caller's environment with what is installed put first.

    All of the caller's passes through: AWS_*, TF_VAR_*, DASH_ENV, proxies, settings of pip and npm. Set here:

    - PATH: .dashctl/bin, the virtual environment, Node, node_modules/.bin, then the caller's; VIRTUAL_ENV.
    - TERRAFORM_BINARY_NAME: the absolute path of Terraform, which cdktf and ops read.
    - TF_CLI_CONFIG_FILE: `terraform_config`; unset where that is None.
    - DASHCTL_EMULATOR, DASHCTL_CHECKOV and the like: the programs of bootstrap/apart.py, which need not be installed.
    - JSII_RUNTIME_PACKAGE_CACHE_ROOT: the cache of the bindings, beside the rest; a home may be missing or read-only.
    - CHECKPOINT_DISABLE, DISABLE_VERSION_CHECK: without them the CDKTF command line can hang without a network.

    Set unless the caller did:

    - TF_PLUGIN_CACHE_DIR: one copy of the provider (0.7 GB) for all stacks. With it
      TF_PLUGIN_CACHE_MAY_BREAK_DEPENDENCY_LOCK_FILE: Terraform otherwise downloads into the cache again for each stack
      that has no lock file yet, and the lock files of synthesized stacks are not kept:
      https://developer.hashicorp.com/terraform/cli/config/config-file#allowing-the-provider-plugin-cache-to-break-the-dependency-lock-file
    - CDKTF_SKIP_PROVIDER_LOCK: the same as `--skip-provider-lock` on each command of cdktf. It would run `terraform
      providers lock -platform=linux_amd64` in every new stack, which asks the registry whatever mirror is configured
      (https://github.com/hashicorp/terraform-cdk/issues/3622), for a lock file that is not kept.
    """
    env = {name: value for name, value in caller.items() if name not in ("PYTHONHOME", "__PYVENV_LAUNCHER__")}
    ours = [str(folder) for folder in (paths.bin, paths.venv / "bin", paths.node_bin, paths.node_modules / ".bin")]
    theirs = [folder for folder in env.get("PATH", os.defpath).split(os.pathsep) if folder not in ours]
    env["PATH"] = os.pathsep.join(ours + theirs)
    env["VIRTUAL_ENV"] = str(paths.venv)
    env |= {apart.variable: str(paths.apart(apart.name) / "bin" / apart.program) for apart in APART}
    env["JSII_RUNTIME_PACKAGE_CACHE_ROOT"] = str(paths.jsii_cache)
    env["CHECKPOINT_DISABLE"] = "1"
    env["DISABLE_VERSION_CHECK"] = "1"
    if terraform:
        env["TERRAFORM_BINARY_NAME"] = str(terraform)
    env.pop("TF_CLI_CONFIG_FILE", None)
    if terraform_config:
        env["TF_CLI_CONFIG_FILE"] = str(terraform_config)
    if not env.get("TF_PLUGIN_CACHE_DIR"):
        env["TF_PLUGIN_CACHE_DIR"] = str(paths.home / "plugin-cache")
        env.setdefault("TF_PLUGIN_CACHE_MAY_BREAK_DEPENDENCY_LOCK_FILE", "1")
    env.setdefault("CDKTF_SKIP_PROVIDER_LOCK", "true")
    return env
