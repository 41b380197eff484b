"""The command line: every verb, and how its errors reach the reader."""

import os
import signal
import sys
from typing import Annotated, NoReturn

import typer

from ops.errors import OpsError
from ops.verbs.data import app as data
from ops.verbs.deploy import deploy
from ops.verbs.destroy import destroy
from ops.verbs.diff import diff
from ops.verbs.down import down
from ops.verbs.logs import logs
from ops.verbs.open import open_dashboard
from ops.verbs.policy import policy
from ops.verbs.status import status
from ops.verbs.synth import synth
from ops.verbs.test import run_tests
from ops.verbs.up import up

INTERRUPTED = 130  # the shell's code for a program that Ctrl-C ended

app = typer.Typer(
    name="dashctl",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
    epilog="./dashctl cdktf …, ./dashctl terraform … and ./dashctl python … run these tools as installed here.",
)
app.command(rich_help_panel="This machine")(up)
app.command(rich_help_panel="This machine")(down)
app.command(rich_help_panel="This machine")(status)
app.command("open", rich_help_panel="This machine")(open_dashboard)
app.command(rich_help_panel="This machine")(logs)
app.add_typer(data, name="data", rich_help_panel="Any environment")
app.command(rich_help_panel="Any environment")(synth)
app.command(rich_help_panel="Any environment")(policy)
app.command(rich_help_panel="Any environment")(diff)
app.command(rich_help_panel="Any environment")(deploy)
app.command(rich_help_panel="Any environment")(destroy)
app.command(
    "test",
    rich_help_panel="Development",
    context_settings={"allow_extra_args": True, "ignore_unknown_options": True},
)(run_tests)


@app.callback()
def choose_environment(
    env: Annotated[
        str | None, typer.Option("--env", "-e", metavar="NAME", help="The environment: config/NAME.toml.")
    ] = None,
) -> None:
    """A Plotly Dash dashboard on AWS, or on a local AWS on this machine."""
    if env:
        os.environ["DASH_ENV"] = env


def main() -> NoReturn:
    """Run the verb of the command line, and exit with its code: 1 after an error, 130 after an interrupt."""
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # `kill` ends a verb as Ctrl-C does
    try:
        app(prog_name="./dashctl")
    except OpsError as error:
        _print_error(str(error))
        sys.exit(1)
    except SystemExit as ended:
        if ended.code == INTERRUPTED:
            _print_error("interrupted: run the same command again to go on", label="")
        raise
    except Exception as error:
        from config import SettingsError  # not above: the schema takes longer to load than all of --help

        if not isinstance(error, SettingsError):
            raise
        _print_error(str(error))
        sys.exit(1)
    sys.exit(0)


def _print_error(message: str, label: str = "error: ") -> None:
    from rich.console import Console
    from rich.text import Text

    Console(stderr=True, soft_wrap=True).print(Text(label + message, style="red"))
