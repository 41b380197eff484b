"""Leaves out of a report what does not fit, the least important first, and says so."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate

#: What GitHub takes as a comment has 65,536 characters at most
#: (https://github.com/orgs/community/discussions/27190); the rest is for whoever posts it.
LONGEST = 65_000
_NOTE = "\n\n*{} more left out: the report has to fit into a comment.*"
_REST = "\n\n*The rest is left out: the report has to fit into a comment.*"


@dataclass(frozen=True)
class Item:
    """Lines that are left out together, those of a higher rank before those of a lower."""

    text: str
    rank: int = 0


@dataclass(frozen=True)
class Block:
    """A part of a report: what it begins with, the items of a list or a table, and what it ends with."""

    head: str
    items: Sequence[Item] = ()
    tail: str = ""

    def text(self, left_out: set[int]) -> str:
        """Return the block without these items."""
        kept = [item.text for index, item in enumerate(self.items) if index not in left_out]
        note = _NOTE.format(len(left_out)) if left_out else ""
        return "\n".join([self.head, *kept]) + self.tail + note


def fitted(blocks: Sequence[Block], longest: int | None = LONGEST) -> str:
    """Return blocks as a text of so many characters at most; whole where None is given."""
    left_out: list[set[int]] = [set() for _ in blocks]
    if longest is not None:
        length = sum(len(block.text(set())) + len(_NOTE) + 12 for block in blocks)
        ranked = [
            (item.rank, number, index) for number, block in enumerate(blocks) for index, item in enumerate(block.items)
        ]
        for _, number, index in sorted(ranked, reverse=True):
            if length <= longest:
                break
            left_out[number].add(index)
            length -= len(blocks[number].items[index].text) + 1
    texts = [f"{block.text(left)}\n\n" for block, left in zip(blocks, left_out, strict=True)]
    whole = "".join(texts).strip()
    if longest is None or len(whole) < longest:
        return f"{whole}\n"
    room = longest - len(_REST) - 1
    kept = [text for text, length in zip(texts, accumulate(map(len, texts)), strict=True) if length <= room]
    return f"{''.join(kept).strip()}{_REST}\n"
