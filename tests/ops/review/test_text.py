"""Whatever a name or a value has in it, it is shown and does nothing."""

import html
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from ops.review.page import as_page
from ops.review.text import code, plain, quoted, row, summary, table_head

pytestmark = pytest.mark.unit

ANYTHING = st.text(alphabet=st.sampled_from("ab `|\\*_<>&[]()!#~$@\n\t\"'/:-+=.0\u202e\u00e9"), max_size=30)
GITHUB = MarkdownIt("commonmark").enable("table")


def shown(markdown: str) -> str:
    """Return what a reader sees of one line of Markdown."""
    return html.unescape(re.sub(r"<[^>]*>", "", GITHUB.render(markdown)))


@given(ANYTHING)
def test_plain_text_is_shown_as_it_is(text: str) -> None:
    seen = shown(f"x {plain(text)} x").replace("@\N{ZERO WIDTH SPACE}", "@")
    expected = " ".join(text.split()).replace("\u202e", "\\u202e")
    assert " ".join(seen.split()) == " ".join(f"x {expected} x".split())


@given(ANYTHING)
def test_a_table_keeps_its_columns_whatever_is_in_a_cell(text: str) -> None:
    rendered = GITHUB.render(f"{table_head('A', 'B', 'C')}\n{row([code(text), plain(text), 'end'])}\n")
    (body,) = re.findall(r"<tbody>(.*)</tbody>", rendered, re.DOTALL)
    assert body.count("<td>") == 3
    assert body.count("<tr>") == 1
    assert "<td>end</td>" in body
    assert set(re.findall(r"<[^>]*>", body)) <= {"<tr>", "</tr>", "<td>", "</td>", "<code>", "</code>"}


@pytest.mark.parametrize("character", "\\`*_{}[]<>#~&!$")
def test_every_mark_of_markup_is_escaped(character: str) -> None:
    assert plain(character) == f"\\{character}"


def test_a_backslash_before_a_pipe_does_not_set_it_free() -> None:
    """In cells of GitHub, of which markdown-it is more forgiving."""
    assert row(["a|b"]) == "| a\\|b |"
    assert row(["a\\|b"]) == "| a\\\\\\|b |"


def test_code_holds_what_would_end_it() -> None:
    assert GITHUB.render(code("a`b``c")) == "<p><code>a`b``c</code></p>\n"
    assert GITHUB.render(code("a\nb")) == "<p><code>a\\nb</code></p>\n"
    assert GITHUB.render(code("")) == "<p><code> </code></p>\n"


def test_nobody_is_mentioned_and_nothing_turns_around() -> None:
    assert "@team" not in plain("@team")
    assert plain("a\u202eb") == "a\\\\u202eb"


def test_lines_stay_lines_of_code() -> None:
    assert GITHUB.render(quoted("one\n# two\n\n<b>three")) == (
        "<pre><code>one\n# two\n\n&lt;b&gt;three\n</code></pre>\n"
    )


SCRIPT = "<script>alert(1)</script>"


def test_a_page_has_no_html_but_its_own() -> None:
    parts = [
        f"# {plain(SCRIPT)}",
        f"{table_head('A')}\n{row([f'{code(SCRIPT)}<br>{plain(SCRIPT)}'])}",
        quoted(SCRIPT),
        f"{summary(SCRIPT)}\nhidden\n\n</details>",
        f"[{plain(SCRIPT)}](javascript:alert)",
    ]
    page = as_page("\n\n".join(parts), SCRIPT)
    assert "<script" not in page
    assert page.count("&lt;script&gt;alert(1)&lt;/script&gt;") == 7
    assert 'href="javascript' not in page
    assert "<details>\n<summary>&lt;script&gt;" in page
    assert "</details>" in page
    assert "</code><br>" in page


@pytest.mark.parametrize(
    "markdown",
    [
        SCRIPT,
        f"text {SCRIPT}",
        "<img src=x onerror=alert(1)>",
        "text <img src=x onerror=alert(1)>",
        "<details ontoggle=alert(1)>",
        "<details>\n<summary><script>x</script></summary>",
        "<br onload=x>",
        "<!-- comment -->",
    ],
)
def test_html_that_is_not_ours_is_text_even_where_it_is_not_escaped(markdown: str) -> None:
    body = as_page(markdown, "t").partition("<body>")[2].partition("</body>")[0]
    assert set(re.findall(r"<[^>]*>", body)) <= {"<p>", "</p>", "<details>"}
    assert "&lt;" in body


def test_a_page_loads_nothing() -> None:
    page = as_page("# Title\n\n![picture](https://example.org/x.png)", "t")
    assert "default-src 'none'" in page
    assert not re.findall(r"url\(|@import|<link|<script|<img|src=", page)
