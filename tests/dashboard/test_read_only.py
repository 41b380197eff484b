"""The dashboard where nothing can be written: the task's root file system is read-only.

Linux's Landlock forbids it to the process and its children, without a container and without rights:
https://docs.kernel.org/userspace-api/landlock.html
"""

import ctypes
import http.client
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.dashboard.conftest import CSV, ROOT, Dashboard, accepts, stop, wait_until
from tests.dashboard.fake_s3 import BUCKET
from tests.dashboard.raw_s3 import raw_s3, whole
from tests.deployment import free_port

# The system calls have the same numbers on every architecture.
CREATE_RULESET, RESTRICT_SELF = 444, 446
VERSION_FLAG = 1
NO_NEW_PRIVILEGES = 38
# To write to a file (bit 1), to remove (4, 5) and to make anything (6 to 12). No rule allows any of it anywhere.
WRITING = sum(1 << bit for bit in (1, *range(4, 13)))

LIBC = ctypes.CDLL(None, use_errno=True)

pytestmark = [
    pytest.mark.unit,
    pytest.mark.skipif(
        sys.platform != "linux" or LIBC.syscall(CREATE_RULESET, None, 0, VERSION_FLAG) < 1,
        reason="this kernel has no Landlock",
    ),
]


def forbid_writing() -> None:
    """Forbid it to this process; what is open already stays so."""
    handled = ctypes.c_uint64(WRITING)
    rules = LIBC.syscall(CREATE_RULESET, ctypes.byref(handled), ctypes.sizeof(handled), 0)
    if LIBC.prctl(NO_NEW_PRIVILEGES, 1, 0, 0, 0) or LIBC.syscall(RESTRICT_SELF, rules, 0):
        raise OSError(ctypes.get_errno(), "Landlock failed")


@pytest.fixture
def dashboard(tmp_path: Path) -> Iterator[Dashboard]:
    """The dashboard with the small data set, which can write nothing but its log."""
    port, log_path = free_port(), tmp_path / "log"
    with raw_s3(whole(CSV)) as s3, log_path.open("wb") as log:
        environment = {
            "PATH": os.environ["PATH"],
            "AWS_ACCESS_KEY_ID": "test",
            "AWS_SECRET_ACCESS_KEY": "test",
            "AWS_REGION": "eu-central-1",
            "AWS_ENDPOINT_URL_S3": s3.url,
            "BUCKET_NAME": BUCKET,
            "HOST": "127.0.0.1",
            "PORT": str(port),
            "PRE_STOP_SECONDS": "0",
        }
        process = subprocess.Popen(
            [sys.executable, "-m", "dashboard"],
            cwd=ROOT,
            env=environment,
            stdout=log,
            stderr=subprocess.STDOUT,
            preexec_fn=forbid_writing,  # noqa: PLW1509 - no thread of the tests holds a lock that this could wait for
        )
        try:
            wait_until(lambda: accepts(port), "listening", process)
            yield Dashboard(process, port, log_path)
        finally:
            stop(process)


def test_writing_is_forbidden(tmp_path: Path) -> None:
    code = f"open({str(tmp_path / 'file')!r}, 'w')"
    run = subprocess.run(
        [sys.executable, "-c", code],
        preexec_fn=forbid_writing,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert "PermissionError" in run.stderr


def test_it_serves_its_pages_and_data_and_ends_in_order(dashboard: Dashboard) -> None:
    dashboard.wait_for_log("rows")
    assert dashboard.request("GET", "/ready")[0] == 200
    assert dashboard.request("GET", "/")[0] == 200
    connection = http.client.HTTPConnection("127.0.0.1", dashboard.port, timeout=20)
    connection.request("GET", "/_dash-layout", headers={"Accept-Encoding": "br"})
    answer = connection.getresponse()
    assert (answer.status, answer.headers["Content-Encoding"]) == (200, "br")
    connection.close()
    stop(dashboard.process)
    assert dashboard.process.returncode == 0
    faults = [line for line in dashboard.log() if line["level"] not in {"INFO", "DEBUG"}]
    assert faults == []
