"""Loading the bindings lazily changes nothing but the time it takes."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.stacks.synthesized import ENVIRONMENTS, ROOT, STACKS, synthesize

pytestmark = pytest.mark.terraform


def tree(folder: Path) -> dict[str, bytes]:
    """Return every file below a folder, by its relative path."""
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_the_emitted_terraform_is_byte_identical_without_it(tmp_path: Path) -> None:
    synthesize(tmp_path / "lazy", ENVIRONMENTS["prod"])
    synthesize(tmp_path / "eager", ENVIRONMENTS["prod"] | {"DASH_EAGER_BINDINGS": "1"})
    lazy, eager = tree(tmp_path / "lazy"), tree(tmp_path / "eager")
    assert lazy == eager
    assert sum(path.endswith("cdk.tf.json") for path in lazy) == len(STACKS)


@pytest.mark.parametrize(("eager", "expected"), [("0", False), ("1", True)])
def test_a_service_that_no_stack_uses_is_loaded_only_without_it(eager: str, expected: bool) -> None:
    program = (
        "from stacks.bindings import load_lazily; load_lazily(); import sys, cdktf_cdktf_provider_aws.vpc;"
        "print('cdktf_cdktf_provider_aws.glue_job' in sys.modules)"
    )
    result = subprocess.run(
        [sys.executable, "-c", program],
        cwd=ROOT,
        env=os.environ | {"DASH_EAGER_BINDINGS": eager},
        check=True,
        capture_output=True,
        text=True,
        timeout=300,
    )
    assert result.stdout.strip() == str(expected)
