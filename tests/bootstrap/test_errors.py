"""Every way that pip or npm fails, or a file operation, becomes one line that says what to do."""

import errno
import os
from pathlib import Path

import pytest

from bootstrap import cli
from bootstrap.errors import BootstrapError, explain, explain_os_error

pytestmark = pytest.mark.unit

PIP_UNREACHABLE = """\
WARNING: Retrying (Retry(total=0, connect=None, read=None, redirect=None, status=None)) after connection broken by \
'NewConnectionError('<HTTPSConnection>: Failed to establish a new connection: [Errno -3] Temporary failure in name \
resolution')': /simple/annotated-doc/
ERROR: Could not find a version that satisfies the requirement annotated-doc==0.0.4 (from versions: none)
ERROR: No matching distribution found for annotated-doc==0.0.4
"""
PIP_HASH = """\
ERROR: THESE PACKAGES DO NOT MATCH THE HASHES FROM THE REQUIREMENTS FILE. If you have updated the package versions, \
please update the hashes. Otherwise, examine the package contents carefully; someone may have tampered with them.
    bindings==1.0 from file:///bindings-1.0-py3-none-any.whl:
        Expected sha256 00
             Got        11
"""
PIP_DISK = "ERROR: Could not install packages due to an OSError: [Errno 28] No space left on device\n"
VENV = """\
The virtual environment was not created successfully because ensurepip is not
available.  On Debian/Ubuntu systems, you need to install the python3-venv
package using the following command.

    apt install python3.11-venv
"""
NPM_UNREACHABLE = """\
npm error code EAI_AGAIN
npm error syscall getaddrinfo
npm error errno EAI_AGAIN
npm error request to https://registry.npmjs.org/cdktf failed, reason: getaddrinfo EAI_AGAIN registry.npmjs.org
npm error network This is a problem related to network connectivity.
npm error A complete log of this run can be found in: /home/user/.npm/_logs/debug-0.log
"""
NPM_CERTIFICATE = "npm error code SELF_SIGNED_CERT_IN_CHAIN\nnpm error self-signed certificate in certificate chain\n"
NPM_DISK = "npm error code ENOSPC\nnpm error nospc ENOSPC: no space left on device, write\n"
NPM_HASH = "npm error code EINTEGRITY\nnpm error sha512-aa integrity checksum failed when using sha512\n"


@pytest.mark.parametrize(
    ("tool", "output", "advice"),
    [
        ("pip", PIP_UNREACHABLE, "the Python package index cannot be reached: check the network and proxy"),
        ("pip", PIP_HASH, "a downloaded package is not the one that the lock file names"),
        ("pip", PIP_DISK, "the disk is full: free about 2 GB"),
        ("pip", "ERROR: 401 Client Error: Unauthorized\n", "the Python package index or its proxy refused"),
        ("pip", "ERROR: [Errno 13] Permission denied: '/x'\n", "no permission to write"),
        ("python -m venv", VENV, "this Python cannot make virtual environments: install its venv module"),
        ("python -m venv", "python3: No module named venv\n", "this Python cannot make virtual environments"),
        ("npm", NPM_UNREACHABLE, "the npm registry cannot be reached: check the network and proxy"),
        ("npm", NPM_CERTIFICATE, "the certificate of the npm registry is not trusted"),
        ("npm", NPM_DISK, "the disk is full: free about 2 GB"),
        ("npm", NPM_HASH, "a downloaded package is not the one that the lock file names"),
        ("npm", "Segmentation fault\n", "npm failed (npm says: Segmentation fault)"),
        ("npm", "", "npm failed; log: "),
    ],
)
def test_a_tools_failure_becomes_one_line(tool: str, output: str, advice: str) -> None:
    told = explain(tool, output, Path("/checkout/.dashctl/log/tool.log"))
    assert told.startswith(advice)
    assert told.endswith("log: /checkout/.dashctl/log/tool.log")
    assert "\n" not in told


def test_the_telling_line_is_quoted() -> None:
    assert "(npm says: npm error request to https://registry.npmjs.org/cdktf failed" in explain(
        "npm", NPM_UNREACHABLE, Path("log")
    )
    assert "(pip says: ERROR: No matching distribution found for annotated-doc==0.0.4)" in explain(
        "pip", PIP_UNREACHABLE, Path("log")
    )


@pytest.mark.parametrize(
    ("number", "told"),
    [
        (errno.ENOSPC, "the disk is full: free about 2 GB"),
        (errno.EDQUOT, "the disk is full: free about 2 GB"),
        (errno.EACCES, "no permission for /checkout/.dashctl: "),
        (errno.EROFS, "no permission for /checkout/.dashctl: "),
        (errno.ENOENT, "No such file or directory: /checkout/.dashctl"),
    ],
)
def test_a_file_operation_that_fails_becomes_one_line(number: int, told: str) -> None:
    error = OSError(number, os.strerror(number), "/checkout/.dashctl")
    assert explain_os_error(error).startswith(told)


@pytest.mark.parametrize(
    ("raised", "status", "told"),
    [
        (BootstrapError("do this"), 1, "dashctl: do this\n"),
        (KeyboardInterrupt(), 130, "dashctl: interrupted; run it again to finish the installation\n"),
        (OSError(errno.ENOSPC, "No space left on device"), 1, "dashctl: the disk is full"),
    ],
)
def test_the_command_line_shows_errors_without_a_traceback(
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    tmp_path: Path,
    raised: BaseException,
    status: int,
    told: str,
) -> None:
    def fail(*_: object) -> None:
        raise raised

    monkeypatch.setattr(cli, "ensure", fail)
    assert cli.main(tmp_path, ["up"]) == status
    output = capsys.readouterr()
    assert output.out == ""
    assert output.err.startswith(told)
    assert output.err.count("\n") == 1


def test_a_folder_that_no_longer_exists_is_named(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    gone = tmp_path / "gone"
    gone.mkdir()
    monkeypatch.chdir(gone)
    gone.rmdir()
    assert cli.main(tmp_path, ["up"]) == 1
    assert "the current folder no longer exists" in capsys.readouterr().err
