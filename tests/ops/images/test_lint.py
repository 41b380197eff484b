"""What hadolint finds in Dockerfiles."""

import sys
from pathlib import Path

import pytest

from ops.errors import OpsError
from ops.images.lint import lint

pytestmark = pytest.mark.unit

GOOD = "FROM python:3.12.13-slim-bookworm\n"


def write(tmp_path: Path, text: str) -> Path:
    file = tmp_path / "dashboard" / "Dockerfile"
    file.parent.mkdir()
    file.write_text(text)
    return file


def test_the_dashboards_own_is_without_findings() -> None:
    assert lint() == []


def test_warnings_and_errors_are_findings_with_their_line_and_rule(tmp_path: Path) -> None:
    # DL3006 is a warning, DL4000 an error, DL3059 only information.
    file = write(tmp_path, "FROM debian\nMAINTAINER jane\nRUN true\nRUN true\n")
    tag, maintainer = lint(file)
    assert tag == "dashboard/Dockerfile:1: DL3006: Always tag the version of an image explicitly"
    assert maintainer.startswith("dashboard/Dockerfile:2: DL4000: ")


def test_what_is_no_dockerfile_is_a_finding(tmp_path: Path) -> None:
    (finding,) = lint(write(tmp_path, "FRO x\n"))
    assert finding.startswith("dashboard/Dockerfile:1: DL1000: unexpected 'F'")


def test_a_persons_own_settings_do_not_switch_rules_off(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("HADOLINT_IGNORE", "DL3006")
    (tmp_path / ".hadolint.yaml").write_text("ignored: [DL3006]\n")
    folder = tmp_path / "checkout"
    folder.mkdir()
    assert len(lint(write(folder, "FROM debian\n"))) == 1


def test_a_file_that_is_not_there_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "dashboard").mkdir()
    with pytest.raises(OpsError, match=r"hadolint could not check dashboard/Dockerfile: .*does not exist"):
        lint(tmp_path / "dashboard" / "Dockerfile")


def test_without_hadolint_nothing_passes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "executable", str(tmp_path / "python"))
    with pytest.raises(OpsError, match="hadolint, which checks the Dockerfile, cannot be run"):
        lint(write(tmp_path, GOOD))
