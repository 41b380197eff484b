"""What most tests of the stacks look at is what main.py would have emitted."""

from pathlib import Path

import pytest

from tests.stacks.conftest import Variant
from tests.stacks.synthesized import STACKS, Stack
from tests.stacks.synthesizing import Synthesizer

pytestmark = pytest.mark.unit


def content(stacks: dict[str, Stack]) -> dict[str, bytes]:
    return {name: (stack.folder / "cdk.tf.json").read_bytes() for name, stack in stacks.items()}


def test_an_environment_that_comes_after_others_is_byte_identical(
    prod: dict[str, Stack], reference: dict[str, Stack], variant: Variant
) -> None:
    variant("dev", vpc__nat="none", vpc__interface_endpoints="true", service__internet_access="false")
    for environment, by_main in (("prod", prod), ("reference", reference)):
        made = variant(environment)
        assert content(made) == content(by_main)
        assert sorted(made) == sorted(STACKS)


def test_one_that_is_refused_fails_alone(synthesizer: Synthesizer, variant: Variant, tmp_path: Path) -> None:
    with pytest.raises(AssertionError, match="'DASH__VPC__NAT': 'everywhere'"):
        synthesizer.synthesize(tmp_path, {"DASH_ENV": "local", "DASH__VPC__NAT": "everywhere"})
    assert sorted(variant("local", vpc__nat="single")) == sorted(STACKS)
