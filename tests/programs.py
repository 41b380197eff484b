"""Programs that tests put in the place of real ones."""

import shlex
import sys
from pathlib import Path


def write_program(path: Path, source: str) -> None:
    """Write an executable that runs Python source.

    A line `#!/path/of/python` would do, but not where that path has a space in it, as that of a checkout may have.
    """
    code = path.with_name(f"{path.name}.source.py")
    code.write_text(source)
    path.write_text(f'#!/bin/sh\nexec {shlex.quote(sys.executable)} {shlex.quote(str(code))} "$@"\n')
    path.chmod(0o755)
