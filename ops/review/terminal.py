"""Shows a report where the verb was called."""

import sys

from rich.console import Console

from ops.progress import Progress


def progress_beside_report() -> Progress:
    """Return a Progress that leaves standard output to the report."""
    return Progress(Console(stderr=True, highlight=False, soft_wrap=True))


def print_markdown(markdown: str) -> None:
    """Print a report: on a terminal laid out, for programs as it is."""
    if not sys.stdout.isatty():
        sys.stdout.write(markdown)
        return
    from rich.markdown import Markdown

    Console().print(Markdown(markdown.replace("<br>", "; ")))  # rich shows no HTML
