"""Which tiers can run on a machine, and what `./dashctl test` makes of it."""

import subprocess
from pathlib import Path

import pytest
from typer.testing import CliRunner

from ops import tiers
from ops.cli import app
from ops.errors import OpsError

pytestmark = pytest.mark.unit


@pytest.fixture
def bare(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A machine with nothing on it; returns its only folder of commands."""
    commands = tmp_path / "bin"
    commands.mkdir()
    for name in ("TERRAFORM_BINARY_NAME", "DASHCTL_EMULATOR", "CHROMIUM", "PLAYWRIGHT_BROWSERS_PATH"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("PATH", str(commands))
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setattr(tiers, "_CHROMIUM_APPLICATIONS", ())
    return commands


def executable(path: Path) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("#!/bin/sh\n")
    path.chmod(0o755)
    return path


def test_a_bare_machine_runs_the_unit_tier_and_says_what_the_others_lack(
    bare: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tiers, "installed_apart", lambda _: None)
    able = tiers.ability(tiers.TIERS)

    assert able.runnable == ("unit",)
    assert able.lacking["terraform"] == "no Terraform: terraform is not there; ./dashctl installs it"
    assert able.lacking["policy"] == able.lacking["terraform"]
    assert able.lacking["successor"] == "cdktn and last_cdktf cannot be installed; the reason stands above"
    assert able.lacking["emulator"] == "no AWS emulator; ./dashctl installs it"
    assert able.lacking["containers"] == "no Docker engine that shares this machine's network"
    assert able.lacking["proxy"] == "no HAProxy; install it with `apt install haproxy`"
    assert "no Chromium; install it with `apt install chromium`" in able.lacking["browser"]


def test_the_proxy_tier_needs_haproxy_and_nothing_else(bare: Path) -> None:
    executable(bare / "haproxy")
    assert tiers.ability(("unit", "proxy")).runnable == ("unit", "proxy")


def test_the_browser_tier_needs_terraform_and_the_emulator_too(bare: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    executable(bare / "chromium")
    monkeypatch.setattr(tiers, "_emulator_lacks", lambda: "")
    assert "no Terraform" in tiers.ability(("browser",)).lacking["browser"]

    checks: list[str] = []

    def terraform_lacks() -> str:
        checks.append("terraform")
        return ""

    monkeypatch.setattr(tiers, "_terraform_lacks", terraform_lacks)
    assert tiers.ability(("terraform", "emulator", "browser")).runnable == ("terraform", "emulator", "browser")
    assert checks == ["terraform"]

    monkeypatch.setattr(tiers, "_emulator_lacks", lambda: "no emulator")
    assert tiers.ability(("terraform", "browser")).lacking == {"browser": "no emulator"}


def test_the_policy_tier_installs_checkov_and_needs_terraform(bare: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    installations: list[str] = []

    def install() -> Path:
        installations.append("checkov")
        return bare / "checkov"

    monkeypatch.setattr(tiers, "installed_checkov", install)
    assert "no Terraform" in tiers.ability(("policy",)).lacking["policy"]
    assert installations == []

    monkeypatch.setattr(tiers, "_terraform_lacks", lambda: "")
    assert tiers.ability(("policy",)).runnable == ("policy",)
    assert installations == ["checkov"]

    def fail() -> Path:
        raise OpsError("the index cannot be reached")

    monkeypatch.setattr(tiers, "installed_checkov", fail)
    assert tiers.ability(("unit", "policy")).lacking == {"policy": "no Checkov; ./dashctl policy installs it"}


def test_the_successor_tier_installs_what_it_compares_with(bare: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tiers, "installed_apart", lambda name: bare / name)
    assert tiers.ability(("successor",)).runnable == ("successor",)

    monkeypatch.setattr(tiers, "installed_apart", lambda name: bare if name == "cdktn" else None)
    assert tiers.ability(("unit", "successor")).lacking == {
        "successor": "last_cdktf cannot be installed; the reason stands above"
    }


def test_the_emulator_tier_needs_the_emulator(bare: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tiers, "_terraform_lacks", lambda: "")
    assert tiers.ability(("emulator",)).lacking == {"emulator": "no AWS emulator; ./dashctl installs it"}

    monkeypatch.setenv("DASHCTL_EMULATOR", str(executable(bare / "emulator")))
    assert tiers.ability(("emulator",)).runnable == ("emulator",)


def test_the_tier_of_containers_needs_an_engine_and_the_emulator(bare: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tiers, "engine_is_usable", lambda: True)
    monkeypatch.setattr(tiers, "_emulator_lacks", lambda: "no emulator")
    assert tiers.ability(("containers",)).lacking == {"containers": "no emulator"}
    monkeypatch.setattr(tiers, "_emulator_lacks", lambda: "")
    monkeypatch.setattr(tiers, "_terraform_lacks", lambda: "")
    assert tiers.ability(("containers",)).runnable == ("containers",)


def test_chromium_is_found_by_name_in_the_path_and_among_those_of_playwright(
    bare: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert tiers.find_chromium() is None
    playwright = executable(Path.home() / ".cache/ms-playwright/chromium-1200/chrome-linux64/chrome")
    assert tiers.find_chromium() == playwright
    installed = executable(bare / "chromium-browser")
    assert tiers.find_chromium() == installed
    named = executable(bare / "my-browser")
    monkeypatch.setenv("CHROMIUM", str(named))
    assert tiers.find_chromium() == named
    named.unlink()
    assert tiers.find_chromium() is None


class Commands:
    """Records the commands that are run; those with a failing part in them fail."""

    def __init__(self, failing: str = "") -> None:
        self.failing = failing
        self.run: list[list[str]] = []
        self.environments: list[dict[str, str]] = []

    def __call__(self, command: list[str], *, env: dict[str, str], **_: object) -> subprocess.CompletedProcess[str]:
        self.run.append(command)
        self.environments.append(env)
        return subprocess.CompletedProcess(command, int(bool(self.failing) and self.failing in command))


@pytest.fixture
def without_browser(monkeypatch: pytest.MonkeyPatch) -> None:
    able = tiers.Ability(("unit", "terraform"), {"browser": "no Chromium"}, None)
    monkeypatch.setattr(tiers, "ability", lambda _wanted: able)


@pytest.mark.usefixtures("without_browser")
def test_what_cannot_run_is_deselected_and_named_at_the_end(monkeypatch: pytest.MonkeyPatch) -> None:
    commands = Commands()
    monkeypatch.setattr(subprocess, "run", commands)

    ended = CliRunner().invoke(app, ["test", "-k", "some"])

    assert ended.exit_code == 0
    pytest_command = commands.run[-1]
    assert pytest_command[pytest_command.index("-m", 2) + 1] == "unit or terraform"
    assert pytest_command[-2:] == ["-k", "some"]
    assert ended.output.splitlines()[-1] == (
        "passed: ruff check, ruff format, mypy, pytest (unit, terraform); not run: browser (no Chromium)"
    )


@pytest.mark.usefixtures("without_browser")
@pytest.mark.parametrize("failing", ["ruff", "mypy", "pytest"])
def test_any_failure_fails_the_whole(monkeypatch: pytest.MonkeyPatch, failing: str) -> None:
    monkeypatch.setattr(subprocess, "run", Commands(failing))

    ended = CliRunner().invoke(app, ["test"])

    assert ended.exit_code == 1
    assert ended.output.splitlines()[-1].startswith(f"failed: {failing}")


@pytest.mark.usefixtures("without_browser")
def test_tests_are_kept_from_the_settings_of_a_deployment(monkeypatch: pytest.MonkeyPatch) -> None:
    commands = Commands()
    monkeypatch.setattr(subprocess, "run", commands)
    for name in ("DASH_ENV", "DASH__TASK__CPU", "CDKTF_OUTDIR"):
        monkeypatch.setenv(name, "1")

    CliRunner().invoke(app, ["test", "--tier", "unit"])

    assert len(commands.run) == 1
    assert not {"DASH_ENV", "DASH__TASK__CPU", "CDKTF_OUTDIR"} & commands.environments[0].keys()


def test_a_run_in_which_nothing_could_run_does_not_pass(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tiers, "ability", lambda _wanted: tiers.Ability((), {"browser": "no Chromium"}, None))

    ended = CliRunner().invoke(app, ["test", "--tier", "browser"])

    assert ended.exit_code == 1
    assert "not run: browser (no Chromium)" in ended.output


@pytest.mark.usefixtures("without_browser")
def test_programs_are_found_where_only_the_path_of_root_looks(monkeypatch: pytest.MonkeyPatch) -> None:
    commands = Commands()
    monkeypatch.setattr(subprocess, "run", commands)
    monkeypatch.setenv("PATH", "/usr/bin")

    CliRunner().invoke(app, ["test", "--tier", "unit"])

    assert commands.environments[0]["PATH"].split(":") == ["/usr/bin", "/usr/local/sbin", "/usr/sbin"]
