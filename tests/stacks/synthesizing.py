"""A process that synthesizes for the tests of this one."""

import json
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

from tests.settings import FOLDER, environ_for_children
from tests.stacks.synthesized import ROOT, Stack, read_stacks


class Synthesizer:
    """Has tests/synthesizer.py make one environment after another, which takes a tenth of the time of main.py.

    It starts with the first one, and anew after one that failed; its traceback is then in what pytest captured. A
    process apart, so that neither the bindings nor `NODE_OPTIONS` reach what other tests start.
    """

    def __init__(self) -> None:
        self._process: subprocess.Popen[str] | None = None

    def synthesize(self, folder: Path, environ: Mapping[str, str]) -> dict[str, Stack]:
        """Synthesize an environment to a folder, and return its stacks."""
        if self._process is None or self._process.poll() is not None:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "tests.synthesizer"],
                cwd=ROOT,
                env=environ_for_children(),
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                text=True,
            )
        assert self._process.stdin
        assert self._process.stdout
        request = {str(folder): {"DASH_CONFIG_FOLDER": str(FOLDER), **environ}}
        print(json.dumps(request), file=self._process.stdin, flush=True)
        answer = self._process.stdout.readline()
        if answer != "done\n":
            self.close()
            raise AssertionError(f"{dict(environ)} cannot be synthesized: {answer}")
        return read_stacks(folder)

    def close(self) -> None:
        """End the process."""
        if self._process:
            self._process.communicate()
