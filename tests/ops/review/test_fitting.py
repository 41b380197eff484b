"""A report fits, the least important is left out first, and nothing is cut in the middle."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ops.review.fitting import LONGEST, Block, Item, fitted

pytestmark = pytest.mark.unit

WORDS = st.text(alphabet="abc ", min_size=1, max_size=80).map(lambda text: f"<{text}>")
ITEMS = st.lists(st.builds(Item, WORDS, st.integers(0, 3)), max_size=8)
BLOCKS = st.lists(st.builds(Block, WORDS, ITEMS, st.sampled_from(["", "\n\n</details>"])), max_size=6)


@settings(max_examples=300)
@given(BLOCKS, st.integers(200, 3_000))
def test_it_fits_whole_or_says_what_is_missing(blocks: list[Block], longest: int) -> None:
    whole, text = fitted(blocks, None), fitted(blocks, longest)
    assert len(text) <= longest
    if len(whole) + 100 * len(blocks) <= longest:
        assert text == whole
    if text != whole:
        assert "left out: the report has to fit" in text
    lines = {line for line in whole.splitlines() if line.startswith("<")}
    assert {line for line in text.splitlines() if line.startswith("<")} <= lines


@given(BLOCKS, st.integers(200, 3_000))
def test_of_two_items_the_more_important_stays(blocks: list[Block], longest: int) -> None:
    numbered = [
        Block(block.head, [Item(f"<{number}.{index}>{item.text}", item.rank) for index, item in enumerate(block.items)])
        for number, block in enumerate(blocks)
    ]
    lines = fitted(numbered, longest).splitlines()
    if any(line.startswith("*The rest") for line in lines):
        return
    items = [item for block in numbered for item in block.items]
    kept = [item.rank for item in items if item.text in lines]
    gone = [item.rank for item in items if item.text not in lines]
    assert max(kept, default=0) <= min(gone, default=3)


def test_what_is_left_out_is_counted_where_it_would_be() -> None:
    rows = [Item(f"row {number} {'x' * 50}", 1) for number in range(2_000)]
    text = fitted([Block("## Dangers", [Item("danger")]), Block("## Stack\n", rows, "\n\n</details>")])
    assert LONGEST - 500 < len(text) <= LONGEST
    assert text.startswith("## Dangers\ndanger\n\n## Stack\n\nrow 0 ")
    kept = text.count("\nrow ")
    assert text.endswith(f"\n\n</details>\n\n*{2_000 - kept} more left out: the report has to fit into a comment.*\n")


def test_parts_that_do_not_fit_at_all_are_left_out_from_the_end() -> None:
    text = fitted([Block("a" * 300), Block("b" * 300), Block("c" * 300)], 700)
    assert text.startswith(f"{'a' * 300}\n\n{'b' * 300 if 'b' in text else '*'}")
    assert "ccc" not in text
    assert text.endswith("*The rest is left out: the report has to fit into a comment.*\n")
