"""The command line of ./dashctl: installs what is missing, then becomes the program that does the work."""

import os
import signal
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NoReturn

from bootstrap.errors import BootstrapError, explain_os_error
from bootstrap.install import ensure
from bootstrap.paths import Paths
from bootstrap.progress import note


def main(root: Path, arguments: Sequence[str]) -> int:
    """Run a verb of the checkout at `root`. Returns its exit code, unless this process becomes its program."""
    try:
        caller_folder = Path.cwd()
    except FileNotFoundError:
        note("the current folder no longer exists: change to another (cd)")
        return 1
    paths = Paths(root)
    try:
        env = ensure(paths, os.environ) | {"DASHCTL_CALLER_CWD": str(caller_folder)}
        command, folder = program(paths, env, arguments)
        if arguments[:1] == ["cdktf"]:
            from bootstrap import cdktf

            return cdktf.run(command, folder or caller_folder, env)
        _become(command, folder or caller_folder, env)
    except BootstrapError as error:
        note(str(error))
    except KeyboardInterrupt:
        note("interrupted; run it again to finish the installation")
        return 130
    except OSError as error:
        note(explain_os_error(error))
    return 1


def program(paths: Paths, env: Mapping[str, str], arguments: Sequence[str]) -> tuple[list[str], Path | None]:
    """Return the command that a verb stands for, and the folder that it runs in; None: the caller's.

    `cdktf`, `terraform` and `python` are handed to those programs as they are; cdktf looks for its cdktf.json in the
    current folder. Any other verb is one of ops/.
    """
    match list(arguments):
        case ["python", *rest]:
            return [str(paths.python), *rest], None
        case ["terraform", *rest]:
            return [env["TERRAFORM_BINARY_NAME"], *rest], None
        case ["cdktf", *rest]:
            return [str(paths.node_modules / ".bin" / "cdktf"), *rest], paths.root
        case verb:
            return [str(paths.python), "-m", "ops", *verb], paths.root


def _become(command: list[str], folder: Path, env: Mapping[str, str]) -> NoReturn:
    """Replace this process, so that signals, stdin and the exit code are the program's own."""
    # Python ignores these two, and a program would inherit that: `./dashctl terraform … | head` would not end.
    signal.signal(signal.SIGPIPE, signal.SIG_DFL)
    signal.signal(signal.SIGXFSZ, signal.SIG_DFL)
    os.chdir(folder)
    os.execve(command[0], command, env)  # noqa: S606  (no shell is wanted)
