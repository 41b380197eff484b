"""Text and values as GitHub Flavored Markdown, whatever is in them.

https://github.github.com/gfm/
"""

import html
import re
from collections.abc import Iterable

_LONGEST_NAME = 200
_MARKUP = re.compile(r"[\\`*_{}\[\]<>#~&!$]")
# A pipe ends a cell, in code too; a backslash before it would take away the one that escapes it:
# https://github.github.com/gfm/#example-200
_PIPE, _ESCAPED_PIPE = re.compile(r"(\\*)\|"), r"\1\1\\|"
_ESCAPES = {"\n": "\\n", "\r": "\\r", "\t": "\\t"}


def plain(text: str) -> str:
    """Return text that is shown as it is: no markup, no HTML, nobody is mentioned."""
    escaped = _MARKUP.sub(lambda found: f"\\{found[0]}", printable(" ".join(text.split())))
    # A name after @ is told of the comment: https://docs.github.com/en/get-started/writing-on-github
    return escaped.replace("@", "@\N{ZERO WIDTH SPACE}")


def code(text: str) -> str:
    """Return text as code on one line."""
    shown = shortened(printable(text))
    # https://github.github.com/gfm/#code-spans
    fence = "`" * (max(map(len, re.findall("`+", shown)), default=0) + 1)
    space = " " if len(fence) > 1 else ""
    return f"{fence}{space}{shown or ' '}{space}{fence}"


def row(cells: Iterable[str]) -> str:
    """Return a row of a table."""
    return f"| {' | '.join(_PIPE.sub(_ESCAPED_PIPE, cell) for cell in cells)} |"


def table_head(*names: str) -> str:
    """Return the first two lines of a table."""
    return f"{row(names)}\n{row('---' for _ in names)}"


def quoted(text: str) -> str:
    """Return lines of text as a block of code."""
    lines = [printable(line) for line in text.splitlines()]
    return "\n".join(f"    {line}" for line in lines)


def summary(text: str) -> str:
    """Return the beginning of a part that is shown when its summary is clicked; `</details>` ends it."""
    return f"<details>\n<summary>{html.escape(printable(text))}</summary>\n"


def shortened(text: str, longest: int = _LONGEST_NAME) -> str:
    """Return text, or so many characters of it."""
    return text if len(text) <= longest else f"{text[:longest]}…"


def printable(text: str) -> str:
    """Return text in which what cannot be seen is written out, such as marks that turn its direction around."""
    return "".join(
        character if character.isprintable() else _ESCAPES.get(character, f"\\u{ord(character):04x}")
        for character in text
    )
