"""`./dashctl up`."""

from typing import Annotated

import typer


def up(
    no_open: Annotated[bool, typer.Option("--no-open", help="Do not open the dashboard in a browser.")] = False,
) -> None:
    """Bring the dashboard up on this machine: local AWS, all stacks, sample data and tasks. It can be run again."""
    from ops.desktop import has_desktop, open_page
    from ops.local.bring_up import bring_up
    from ops.session import deployment

    with deployment() as here:
        url = bring_up(here)
    here.progress.say(f"\nthe dashboard: {url}\nto stop it: ./dashctl down")
    if not no_open and has_desktop():
        open_page(url)
