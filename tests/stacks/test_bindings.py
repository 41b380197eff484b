"""Loading the bindings lazily changes nothing but the time it takes."""

import subprocess
import sys
from pathlib import Path

import pytest

from tests.settings import environ_for_children
from tests.stacks.synthesized import ENVIRONMENTS, ROOT, STACKS

pytestmark = pytest.mark.terraform

# What main.py does, and whether a service is loaded then that no stack uses.
PROGRAM = (
    "import runpy, sys; runpy.run_path('main.py', run_name='__main__');"
    "print('cdktf_cdktf_provider_aws.glue_job' in sys.modules)"
)


def synthesize(folder: Path, eager: str) -> bool:
    """Synthesize prod, with the bindings loaded eagerly ("1") or not; tell whether an unused service was loaded."""
    variables = {"CDKTF_OUTDIR": str(folder), "DASH_EAGER_BINDINGS": eager}
    ended = subprocess.run(
        [sys.executable, "-c", PROGRAM],
        cwd=ROOT,
        env=environ_for_children() | ENVIRONMENTS["prod"] | variables,
        check=True,
        capture_output=True,
        text=True,
        timeout=300,
    )
    return ended.stdout.split()[-1] == "True"


def tree(folder: Path) -> dict[str, bytes]:
    """Return every file below a folder, by its relative path."""
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_the_emitted_terraform_is_byte_identical_without_it(tmp_path: Path) -> None:
    assert not synthesize(tmp_path / "lazy", "0")
    assert synthesize(tmp_path / "eager", "1")
    lazy, eager = tree(tmp_path / "lazy"), tree(tmp_path / "eager")
    assert lazy == eager
    assert sum(path.endswith("cdk.tf.json") for path in lazy) == len(STACKS)
