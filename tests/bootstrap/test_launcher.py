"""The POSIX launcher: it finds its checkout and a Python, or says what is missing."""

import os
import shutil
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest

pytestmark = pytest.mark.unit

PROJECT = Path(__file__).parents[2]
SHELLS = [shell for shell in ("dash", "bash", "ksh", "busybox") if shutil.which(shell)]


@pytest.fixture
def launcher(tmp_path: Path) -> Path:
    """The launcher in a checkout whose bootstrap prints where it is and what it was given."""
    root = tmp_path / "a 'quoted' checkout"
    (root / "bootstrap").mkdir(parents=True)
    (root / "bootstrap" / "__main__.py").write_text("import sys; print(*sys.argv, sep='|')")
    return Path(shutil.copy2(PROJECT / "dashctl", root))


def fake_python(folder: Path, name: str, version: str) -> None:
    """Write a Python of this version: too old ones refuse, the others hand over to the real one."""
    folder.mkdir(exist_ok=True)
    real = f'exec "{sys.executable}" "$@"' if tuple(map(int, version.split("."))) >= (3, 11) else "exit 0"
    text = f'#!/bin/sh\n[ "$1" = --version ] && echo "Python {version}" && exit\n{real}\n'
    (folder / name).write_text(text)
    (folder / name).chmod(0o755)


def run(
    *command: str | Path, path: str = "/usr/bin:/bin", env: Mapping[str, str] | None = None, cwd: Path | None = None
) -> str:
    """Run with nothing of the caller's environment; return what was printed and the exit code."""
    given = {"PATH": path} | dict(env or {})
    result = subprocess.run(command, env=given, capture_output=True, text=True, timeout=30, cwd=cwd)
    return f"{result.stdout}{result.stderr}{result.returncode}"


@pytest.mark.parametrize("shell", SHELLS)
def test_runs_in_every_shell_and_passes_arguments_untouched(launcher: Path, shell: str) -> None:
    command = [shell, "sh"] if shell == "busybox" else [shell]
    given = run(*command, launcher, "data", "push", "a b.csv", "*", "", env={"DASHCTL_PYTHON": sys.executable})
    assert given == f"{launcher.parent}/bootstrap/__main__.py|data|push|a b.csv|*|\n0"


def test_finds_its_checkout_through_relative_and_chained_links(launcher: Path, tmp_path: Path) -> None:
    bin_folder = tmp_path / "bin"
    bin_folder.mkdir()
    (tmp_path / "link").symlink_to(launcher)
    (bin_folder / "dashctl").symlink_to(Path("..") / "link")
    expected = f"{launcher.parent}/bootstrap/__main__.py|up\n0"
    env = {"DASHCTL_PYTHON": sys.executable, "CDPATH": "/"}
    assert run(bin_folder / "dashctl", "up", env=env) == expected
    assert run("sh", "dashctl", "up", env=env, cwd=launcher.parent) == expected
    assert run("sh", "dashctl", "up", env=env, cwd=bin_folder) == expected


def test_passes_over_a_python_that_is_too_old(launcher: Path, tmp_path: Path) -> None:
    fake_python(tmp_path / "bin", "python3", "3.9.18")
    fake_python(tmp_path / "bin", "python3.12", "3.12.1")
    tools = link_tools(tmp_path)
    assert run(launcher, path=f"{tmp_path / 'bin'}:{tools}").endswith("__main__.py\n0")


def link_tools(tmp_path: Path) -> Path:
    """Return a folder with what the launcher needs of a machine, and no Python."""
    folder = tmp_path / "tools"
    folder.mkdir()
    for tool in ("sh", "dirname", "readlink"):
        (folder / tool).symlink_to(os.path.realpath(str(shutil.which(tool))))
    return folder


def test_says_what_to_do_where_python_is_too_old(launcher: Path, tmp_path: Path) -> None:
    fake_python(tmp_path / "bin", "python3", "3.9.18")
    told = run(launcher, path=f"{tmp_path / 'bin'}:{link_tools(tmp_path)}")
    assert told.startswith("dashctl: no Python 3.11 or newer on PATH (only Python 3.9.18): install Python 3.11")
    assert told.count("\n") == 1
    assert told.endswith("\n1")


def test_says_what_to_do_where_there_is_no_python(launcher: Path, tmp_path: Path) -> None:
    told = run(launcher, path=str(link_tools(tmp_path)))
    assert told.startswith("dashctl: no Python 3.11 or newer on PATH: install Python 3.11")
    assert told.endswith("\n1")


@pytest.mark.parametrize("named", ["/nonexistent/python", "false"])
def test_a_named_python_that_will_not_do_is_an_error(launcher: Path, named: str) -> None:
    told = run(launcher, env={"DASHCTL_PYTHON": named})
    assert told.startswith(f"dashctl: DASHCTL_PYTHON={named} is not Python 3.11 or newer: install")
    assert told.endswith("\n1")


def test_settings_of_the_callers_python_do_not_disturb_the_bootstrap(launcher: Path) -> None:
    env = {"DASHCTL_PYTHON": sys.executable, "PYTHONHOME": "/nonexistent", "PYTHONPATH": "/nonexistent"}
    assert run(launcher, "up", env=env).endswith("|up\n0")
