"""Terraform providers from a mirror on this machine, where there is one: no registry and no download needed.

https://developer.hashicorp.com/terraform/cli/config/config-file#provider-installation
"""

import json
import os
import re
import sys
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from bootstrap import stamps
from bootstrap.errors import BootstrapError
from bootstrap.paths import Paths
from bootstrap.progress import note

PROVIDER = "registry.terraform.io/hashicorp/aws"
#: What the AWS bindings were generated from, and therefore what a synth asks for.
PROVIDER_VERSION = "5.100.0"
#: Besides Terraform's own directories: any directory directly below these.
MACHINE_FOLDERS = (Path("/opt"), Path("/usr/share"), Path("/usr/local/share"))

# https://developer.hashicorp.com/terraform/language/syntax/configuration#comments
_COMMENTS = re.compile(r'(?P<string>"(?:[^"\\]|\\.)*")|(?:#|//)[^\n]*|/\*.*?\*/', re.DOTALL)


def configure(
    paths: Paths, env: Mapping[str, str], platform: str, machine_folders: Iterable[Path] = MACHINE_FOLDERS
) -> Path | None:
    """Return the file that TF_CLI_CONFIG_FILE has to name, written if it is ours; None if it has to be unset.

    `platform` is Terraform's, such as "linux_amd64". A configuration that the user names ($TF_CLI_CONFIG_FILE) is left
    alone, unless $TERRAFORM_PLUGIN_MIRROR names a mirror; that one has to hold the provider, else BootstrapError.

    Terraform reads one such file, so ours holds what is in ~/.terraformrc too. That file is left alone where it says
    itself where providers come from, and, with a note, where ours cannot hold it: tokens are not copied.
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
    theirs = _read_own_settings(env)
    if "provider_installation" in theirs:
        return None
    for mirror in _candidates(paths, env, machine_folders):
        if not _holds_provider(mirror, platform):
            continue
        if _can_stand_in_ours(theirs):
            return _write(ours, mirror, theirs)
        note(
            f"the mirror {mirror} is not used, since ~/.terraformrc holds tokens or JSON: name a mirror there "
            f"(provider_installation), or set TERRAFORM_PLUGIN_MIRROR={mirror} to go without that file"
        )
        return None
    return None


def _read_own_settings(env: Mapping[str, str]) -> str:
    """Return what is in the user's ~/.terraformrc, without its comments; "" where there is none."""
    file = Path(env.get("HOME", "")) / ".terraformrc"
    if not env.get("HOME") or not file.is_file():
        return ""
    text = file.read_text(encoding="utf-8", errors="replace")
    return _COMMENTS.sub(lambda found: found["string"] or "", text).strip()


def _can_stand_in_ours(settings: str) -> bool:
    return not settings.startswith("{") and "credentials" not in settings


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


def _write(file: Path, mirror: Path, theirs: str = "") -> Path:
    provider = json.dumps(PROVIDER)
    text = (f"# Written by ./dashctl: what is in ~/.terraformrc\n{theirs}\n" if theirs else "") + (
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
