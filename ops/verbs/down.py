"""`./dashctl down`."""

from typing import Annotated

import typer


def down(
    volumes: Annotated[
        bool, typer.Option("--volumes", help="Also delete the data, the state and the logs, without asking.")
    ] = False,
) -> None:
    """Stop what `up` started on this machine; its data and state are kept for the next `up`."""
    from ops.local.take_down import take_down
    from ops.session import deployment

    with deployment() as here:
        take_down(here, volumes=volumes)
