"""Terraform providers from a mirror on this machine, where there is one: no registry and no download needed.

https://developer.hashicorp.com/terraform/cli/config/config-file#provider-installation
"""

import json
import os
import sys
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from bootstrap import stamps
from bootstrap.errors import BootstrapError
from bootstrap.paths import Paths

PROVIDER = "registry.terraform.io/hashicorp/aws"
#: What the AWS bindings were generated from, and therefore what a synth asks for.
PROVIDER_VERSION = "5.100.0"
#: Besides Terraform's own directories: any directory directly below these.
MACHINE_FOLDERS = (Path("/opt"), Path("/usr/share"), Path("/usr/local/share"))


def configure(
    paths: Paths, env: Mapping[str, str], platform: str, machine_folders: Iterable[Path] = MACHINE_FOLDERS
) -> Path | None:
    """Return the file that TF_CLI_CONFIG_FILE has to name, written if it is ours; None if it has to be unset.

    `platform` is Terraform's, such as "linux_amd64". A configuration of the user's own ($TF_CLI_CONFIG_FILE,
    ~/.terraformrc) is left alone, unless $TERRAFORM_PLUGIN_MIRROR names a mirror; that one has to hold the provider,
    else BootstrapError.
    """
    ours = paths.home / "terraformrc"
    named = env.get("TERRAFORM_PLUGIN_MIRROR")
    if named:
        mirror = Path(named).expanduser().absolute()
        if not _holds_provider(mirror, platform):
            raise BootstrapError(
                f"TERRAFORM_PLUGIN_MIRROR={named} does not hold {PROVIDER} {PROVIDER_VERSION} for {platform}: make one "
                "with `terraform providers mirror`, or unset it to use the registry"
            )
        return _write(ours, mirror)
    # A file that does not exist counts as not set: Terraform only warns of it, but cdktf prints errors.
    own = env.get("TF_CLI_CONFIG_FILE", "")
    if own != str(ours) and Path(own).is_file():
        return Path(own)
    if env.get("HOME") and (Path(env["HOME"]) / ".terraformrc").is_file():
        return None
    for mirror in _candidates(paths, env, machine_folders):
        if _holds_provider(mirror, platform):
            return _write(ours, mirror)
    return None


def _candidates(paths: Paths, env: Mapping[str, str], machine_folders: Iterable[Path]) -> Iterator[Path]:
    """Yield where a mirror may be: Terraform's implied directories first, as Terraform orders them.

    https://developer.hashicorp.com/terraform/cli/config/config-file#implied-local-mirror-directories
    """
    yield paths.root / "terraform.d" / "plugins"
    home = Path(env["HOME"]) if env.get("HOME") else None
    if home:
        yield home / ".terraform.d" / "plugins"
    if sys.platform == "darwin":
        if home:
            yield home / "Library" / "Application Support" / "io.terraform" / "plugins"
        yield Path("/Library/Application Support/io.terraform/plugins")
    else:
        data_home = env.get("XDG_DATA_HOME") or (home and home / ".local" / "share")
        data_dirs = (env.get("XDG_DATA_DIRS") or "/usr/local/share:/usr/share").split(":")
        yield from (Path(folder) / "terraform" / "plugins" for folder in (data_home, *data_dirs) if folder)
    for folder in machine_folders:
        try:
            names = sorted(os.listdir(folder))  # noqa: PTH208  (half the time of iterdir, on every start)
        except OSError:
            continue
        yield from (folder / name for name in names)


def _holds_provider(mirror: Path, platform: str) -> bool:
    """Tell whether the mirror has the provider, unpacked or packed, in the version and for the platform needed."""
    folder = mirror / PROVIDER
    packed = f"terraform-provider-{folder.name}_{PROVIDER_VERSION}_{platform}.zip"
    return (folder / PROVIDER_VERSION / platform).is_dir() or (folder / packed).is_file()


def _write(file: Path, mirror: Path) -> Path:
    provider = json.dumps(PROVIDER)
    text = (
        "# Written by ./dashctl: this provider comes from a mirror on this machine, any other from its registry.\n"
        "provider_installation {\n"
        f"  filesystem_mirror {{\n    path    = {json.dumps(str(mirror), ensure_ascii=False)}\n"
        f"    include = [{provider}]\n  }}\n"
        f"  direct {{\n    exclude = [{provider}]\n  }}\n"
        "}\n"
    )
    if not file.is_file() or file.read_text(encoding="utf-8") != text:
        stamps.write_atomically(file, text)
    return file
