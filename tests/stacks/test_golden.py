"""The emitted Terraform of each stack stands in golden/, so that a review of a change sees what it does to AWS.

After a change that is meant: `./dashctl test tests/stacks/test_golden.py --update-golden`, and commit what differs.
"""

import json
from pathlib import Path

import pytest

from tests.stacks.synthesized import STACKS, Stack

pytestmark = pytest.mark.unit

GOLDEN = Path(__file__).parent / "golden"


@pytest.mark.parametrize("name", STACKS)
def test_emits_what_the_golden_file_shows(name: str, prod: dict[str, Stack], request: pytest.FixtureRequest) -> None:
    emitted = json.dumps(prod[name].json, indent=2, sort_keys=True) + "\n"
    path = GOLDEN / f"{name}.tf.json"
    if request.config.getoption("--update-golden"):
        path.write_text(emitted)
    assert emitted == path.read_text(), f"{path.name} differs; if that is meant, run this test with --update-golden"


def test_every_stack_has_a_golden_file_and_no_other_is_left(prod: dict[str, Stack]) -> None:
    assert sorted(prod) == sorted(STACKS) == sorted(path.name.split(".")[0] for path in GOLDEN.glob("*.tf.json"))
