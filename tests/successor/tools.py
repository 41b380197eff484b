"""What stacks are synthesized with, and what each tool emits otherwise than the project's own."""

import json
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest

from ops.apart import installed_apart
from tests.settings import FOLDER, environ_for_children
from tests.stacks.synthesized import ENVIRONMENTS
from tests.stacks.variants import VARIANTS
from tests.successor.emitted import Change, Place

ALL_VARIANTS: dict[str, tuple[str, dict[str, str]]] = {"local": ("local", {}), **VARIANTS}

_MAKE_SECONDS = 300


@dataclass(frozen=True)
class Tool:
    """A tool and its AWS bindings.

    Parameters: `name`, of its environment in bootstrap/apart.py; `in_each_stack` and `in_manifest`, all that it may and
    must emit otherwise, by the place in a stack's cdk.tf.json and in manifest.json.
    """

    name: str
    in_each_stack: Mapping[Place, Change]
    in_manifest: Mapping[Place, Change]

    def expected(self, files: set[str]) -> dict[Place, Change]:
        """Return all that may and must differ in these files."""
        return {
            (file, *place): change
            for file in files
            for place, change in (self.in_manifest if file == "manifest.json" else self.in_each_stack).items()
        }

    def python(self) -> Path:
        """Return the Python of its environment, which is installed where it is not there yet."""
        python = installed_apart(self.name)
        if python is None:
            pytest.fail(f"{self.name} cannot be installed; the reason stands in what was written to stderr")
        return python


_PROVIDER = ("terraform", "required_providers", "aws")

CDK_TERRAIN = Tool(
    "cdktn",
    in_each_stack={
        ("//", "metadata", "version"): ('"0.21.0"', '"0.24.0"'),
        (*_PROVIDER, "version"): ('"5.100.0"', '"6.69.1"'),
        # The same provider: https://developer.hashicorp.com/terraform/language/providers/requirements#source-addresses
        (*_PROVIDER, "source"): ('"aws"', '"hashicorp/aws"'),
    },
    in_manifest={("version",): ('"0.21.0"', '"0.24.0"')},
)
LAST_CDKTF = Tool("last_cdktf", in_each_stack={(*_PROVIDER, "version"): ('"5.100.0"', '"6.25.0"')}, in_manifest={})


def synthesize_all(python: Path, sources: Path, folder: Path) -> None:
    """Synthesize each variant into a folder of its name, from `sources`, with the packages of `python`."""
    requests = {
        str(folder / name): {"DASH_CONFIG_FOLDER": str(FOLDER)}
        | ENVIRONMENTS[environment]
        | {f"DASH__{key.upper()}": value for key, value in settings.items()}
        for name, (environment, settings) in ALL_VARIANTS.items()
    }
    run(python, sources, "-m", "tests.synthesizer", text=json.dumps(requests))


def run(python: Path, sources: Path, *arguments: str, text: str = "", **variables: str) -> None:
    """Run a program of `sources` with the packages of `python`."""
    # A cache of their own: bootstrap/bindings_cache.py waits for an index of all that is in the project's.
    own = {} if python == Path(sys.executable) else {"JSII_RUNTIME_PACKAGE_CACHE_ROOT": str(python.parents[1] / "jsii")}
    subprocess.run(
        [python, *arguments],
        cwd=sources,
        env=environ_for_children() | own | variables,
        input=text,
        text=True,
        check=True,
        timeout=_MAKE_SECONDS,
    )
