"""Runs cdktf so that Ctrl-C loses nothing: it ends at once then, while Terraform is still saving the state."""

import os
import signal
import subprocess
import tempfile
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from types import FrameType

from bootstrap.progress import note

_WRAPPER = Path(__file__).with_name("terraform-for-cdktf")


def run(command: Sequence[str], folder: Path, env: Mapping[str, str]) -> int:
    """Run cdktf in `folder`, wait for the Terraform processes that it leaves, and return its exit code."""
    with tempfile.TemporaryDirectory(prefix="dashctl-") as temporary:
        pipe = Path(temporary) / "terraform-runs"
        os.mkfifo(pipe)
        reader = os.open(pipe, os.O_RDONLY | os.O_NONBLOCK)
        own = {
            "DASHCTL_TERRAFORM": env["TERRAFORM_BINARY_NAME"],
            "DASHCTL_TERRAFORM_RUNS": str(pipe),
            "TERRAFORM_BINARY_NAME": str(_WRAPPER),
        }
        process = subprocess.Popen(command, cwd=folder, env={**env, **own})

        def pass_on(number: int, _: FrameType | None) -> None:
            process.send_signal(number)

        # The terminal sends Ctrl-C to cdktf itself; a handler, unlike SIG_IGN, is not inherited by programs.
        signal.signal(signal.SIGINT, lambda *_: None)
        signal.signal(signal.SIGTERM, pass_on)
        status = process.wait()
        if _is_open(reader):
            note("waiting for Terraform to stop and to save its state")
            signal.signal(signal.SIGINT, signal.default_int_handler)
            with suppress(KeyboardInterrupt):  # a second Ctrl-C stops the waiting only
                while _is_open(reader):
                    time.sleep(0.1)
    return status if status >= 0 else 128 - status


def _is_open(reader: int) -> bool:
    """Tell whether a process has the pipe open for writing."""
    try:
        return bool(os.read(reader, 1))
    except BlockingIOError:
        return True
