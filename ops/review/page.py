"""A report as a page of HTML: in one file, nothing of which is loaded from elsewhere."""

import html
import re
from collections.abc import Sequence
from typing import Any

from markdown_it import MarkdownIt
from markdown_it.token import Token

# The only HTML that the report is made with; everything else that looks like it is text.
_OURS = re.compile(r"</?details>|<summary>[^<>]*</summary>")

_STYLE = """\
:root { color-scheme: light dark; --ink: #1b1f24; --paper: #fff; --line: #d0d7de; --faint: #f3f5f7; }
@media (prefers-color-scheme: dark) { :root { --ink: #e4e8ec; --paper: #14181d; --line: #3a424c; --faint: #1e242b; } }
body { margin: 2rem auto; max-width: 75rem; padding: 0 1rem; color: var(--ink); background: var(--paper);
  font: 1rem/1.5 system-ui, sans-serif; }
table { border-collapse: collapse; display: block; overflow-x: auto; }
th, td { border: 1px solid var(--line); padding: .3rem .6rem; text-align: left; vertical-align: top; }
thead tr:not(:has(th:not(:empty))) { display: none; }
code, pre { background: var(--faint); font: .875em/1.5 ui-monospace, monospace; overflow-wrap: anywhere; }
pre { padding: .6rem; white-space: pre-wrap; }
blockquote { margin-left: 0; padding-left: 1rem; border-left: .25rem solid var(--line); }
summary { cursor: pointer; }
@media print {
  :root { color-scheme: light; --ink: #000; --paper: #fff; --line: #999; --faint: #eee; }
  body { max-width: none; margin: 0; font-size: .75rem; }
  table { display: table; } tr { break-inside: avoid; }
  details::details-content { content-visibility: visible; block-size: auto; }
}"""
_PAGE = """\
<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>{title}</title>
<style>
{style}
</style>
</head>
<body>
{body}</body>
</html>
"""


def as_page(markdown: str, title: str) -> str:
    """Return a report in Markdown as a page that can be read in light and dark, and printed."""
    parser = MarkdownIt("commonmark").enable("table").disable("image")
    parser.add_render_rule("html_block", _html_block)
    parser.add_render_rule("html_inline", _html_inline)
    return _PAGE.format(title=html.escape(title), style=_STYLE, body=parser.render(markdown))


def _html_block(_renderer: object, tokens: Sequence[Token], index: int, _options: object, _environment: Any) -> str:  # noqa: ANN401 - as markdown-it calls it
    lines = tokens[index].content.splitlines()
    return "".join(f"{line if _OURS.fullmatch(line) else html.escape(line)}\n" for line in lines)


def _html_inline(_renderer: object, tokens: Sequence[Token], index: int, _options: object, _environment: Any) -> str:  # noqa: ANN401 - as markdown-it calls it
    content = tokens[index].content
    return content if content == "<br>" else html.escape(content)
