"""The command line: every verb, and how its errors reach the reader."""

import signal
import sys
from typing import Annotated, NoReturn

import typer

from ops.environment_option import VerbsOfAnEnvironment, choose_environment
from ops.errors import OpsError
from ops.verbs.data import app as data
from ops.verbs.deploy import deploy
from ops.verbs.destroy import destroy
from ops.verbs.diff import diff
from ops.verbs.down import down
from ops.verbs.drift import drift
from ops.verbs.exec import exec_in_task
from ops.verbs.image import app as image
from ops.verbs.logs import logs
from ops.verbs.open import open_dashboard
from ops.verbs.policy import policy
from ops.verbs.review import review
from ops.verbs.rollback import rollback
from ops.verbs.status import status
from ops.verbs.synth import synth
from ops.verbs.test import run_tests
from ops.verbs.up import up
from ops.verbs.versions import versions

INTERRUPTED = 130  # the shell's code for a program that Ctrl-C ended

app = typer.Typer(
    name="dashctl",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
    cls=VerbsOfAnEnvironment,
    epilog="./dashctl cdktf …, ./dashctl terraform … and ./dashctl python … run these tools as installed here.",
)
app.command(rich_help_panel="This machine")(up)
app.command(rich_help_panel="This machine")(down)
app.command(rich_help_panel="Deploying")(deploy)
app.command(rich_help_panel="Deploying")(rollback)
app.command(rich_help_panel="Deploying")(versions)
app.add_typer(image, name="image", rich_help_panel="Deploying")
app.command(rich_help_panel="Deploying")(destroy)
app.command(rich_help_panel="Reviewing")(synth)
app.command(rich_help_panel="Reviewing")(policy)
app.command(rich_help_panel="Reviewing")(diff)
app.command(rich_help_panel="Reviewing")(review)
app.command(rich_help_panel="Reviewing")(drift)
app.command(rich_help_panel="Operating")(status)
app.command(rich_help_panel="Operating")(logs)
app.command("exec", rich_help_panel="Operating")(exec_in_task)
app.command("open", rich_help_panel="Operating")(open_dashboard)
app.add_typer(data, name="data", rich_help_panel="Operating")
app.command(
    "test",
    rich_help_panel="Development",
    context_settings={"allow_extra_args": True, "ignore_unknown_options": True},
)(run_tests)


@app.callback()
def dashctl(
    env: Annotated[
        str | None, typer.Option("--env", "-e", metavar="NAME", help="The environment: config/NAME.toml.")
    ] = None,
) -> None:
    """A Plotly Dash dashboard on AWS, or on a local AWS on this machine."""
    choose_environment(env)


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
