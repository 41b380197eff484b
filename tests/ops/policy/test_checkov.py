"""Checkov is run without a network or a user's settings, and nothing that it leaves out passes."""

import json
import sys
from pathlib import Path
from typing import Any

import pytest

from ops.errors import OpsError
from ops.policy import checkov
from ops.policy.checkov import scan_with_checkov
from ops.policy.planned import PlannedStack
from tests.ops.policy.plans import GoodPlan

pytestmark = pytest.mark.unit

STACKS = {name: PlannedStack(name, GoodPlan().stack().plan, {}) for name in ("vpc", "alb")}


def result(check: str, file: str, **more: Any) -> dict[str, Any]:  # noqa: ANN401 - any JSON
    return {
        "check_id": check,
        "check_name": f"Ensure {check}",
        "check_result": {"evaluated_keys": ["resource_type", "b", "a"]},
        "file_path": file,
        "resource": "aws_vpc.vpc",
        "resource_address": "aws_vpc.vpc",
        **more,
    }


def report(passed: list[dict[str, Any]], failed: list[dict[str, Any]], unread: list[str] | None = None) -> str:
    summary = {"passed": len(passed), "failed": len(failed)}
    results = {"passed_checks": passed, "failed_checks": failed, "parsing_errors": unread or []}
    return json.dumps({"summary": summary, "results": results})


GOOD = report([result("CKV_1", "/vpc.json"), result("CKV_2", "/alb.json")], [result("CKV_3", "/alb.json")])


@pytest.fixture
def fake(tmp_path: Path) -> Path:
    """A stand-in for Checkov: it records how it is called, and prints and does what the test writes."""
    script = tmp_path / "fake.py"
    script.write_text(
        "import json, os, pathlib, sys, time\n"
        f"here = pathlib.Path({str(tmp_path)!r})\n"
        "call = {'arguments': sys.argv[1:], 'environ': dict(os.environ), 'files': sorted(os.listdir())}\n"
        "(here / 'call.json').write_text(json.dumps(call))\n"
        "print((here / 'stdout').read_text())\n"
        "print((here / 'stderr').read_text() if (here / 'stderr').exists() else '', file=sys.stderr)\n"
        "time.sleep(60 if (here / 'hang').exists() else 0)\n"
        "sys.exit(int((here / 'code').read_text()) if (here / 'code').exists() else 1)\n"
    )
    executable = tmp_path / "checkov"
    executable.write_text(f'#!/bin/sh\nexec "{sys.executable}" "{script}" "$@"\n')
    executable.chmod(0o755)
    (tmp_path / "stdout").write_text(GOOD)
    return executable


def scan(fake: Path) -> Any:  # noqa: ANN401 - a Scan
    return scan_with_checkov(fake, STACKS, fake.parent / "plans")


def test_failures_are_told_by_stack_and_address(fake: Path) -> None:
    found = scan(fake)
    assert found.passed == 2
    (finding,) = found.findings
    assert (finding.check, finding.stack, finding.address) == ("CKV_3", "alb", "aws_vpc.vpc")
    assert finding.remedy == "set what the check looks at: a, b"


def test_it_reads_every_plan_at_once_offline_and_without_settings(fake: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("BC_API_KEY", "CKV_SKIP_CHECK", "PRISMA_API_URL", "AWS_PROFILE"):
        monkeypatch.setenv(name, "set by the user")
    scan(fake)
    call = json.loads((fake.parent / "call.json").read_text())
    arguments = call["arguments"]
    assert [arguments[at + 1] for at, word in enumerate(arguments) if word == "--file"] == call["files"][::-1]
    assert call["files"] == ["alb.json", "vpc.json"]
    assert "--skip-download" in arguments
    assert call["environ"]["HOME"] == str(fake.parent / "plans")
    assert "set by the user" not in call["environ"].values()


@pytest.mark.parametrize(
    ("stdout", "problem"),
    [
        (report([result("CKV_1", "/vpc.json")], [], ["/tmp/x/alb.json"]), "cannot read the plan of alb"),
        (report([result("CKV_1", "/vpc.json")], []), "checked nothing in the plan of alb"),
        ('{"passed": 0, "failed": 0, "parsing_errors": 0}', "is not its report of a scan"),
        ('{"summary": {"passed": 9, "failed": 0}, "results": {"passed_checks": [], "failed_checks": []}}', "differ"),
        ("", "is not its report of a scan"),
        ("Traceback", "is not its report of a scan"),
    ],
)
def test_what_was_not_scanned_does_not_pass(stdout: str, problem: str, fake: Path) -> None:
    (fake.parent / "stdout").write_text(stdout)
    with pytest.raises(OpsError, match=problem):
        scan(fake)


def test_a_crash_is_told_with_its_reason(fake: Path) -> None:
    (fake.parent / "code").write_text("2")
    (fake.parent / "stderr").write_text("Traceback\nKeyError: 'required_version'\n")
    with pytest.raises(OpsError, match=r"Checkov failed \(exit code 2\): KeyError: 'required_version'"):
        scan(fake)


def test_a_check_that_ended_in_an_error_fails(fake: Path) -> None:
    (fake.parent / "stderr").write_text("2026-11-24 [MainThread  ] [ERROR]  Failed to run check CKV_AWS_1\n")
    with pytest.raises(OpsError, match="Failed to run check CKV_AWS_1"):
        scan(fake)


def test_one_that_hangs_is_ended(fake: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(checkov, "_SECONDS", 1)
    (fake.parent / "hang").touch()
    with pytest.raises(OpsError, match="did not end within 1 s"):
        scan(fake)


def test_one_that_is_missing_is_told(tmp_path: Path) -> None:
    with pytest.raises(OpsError, match=r"Checkov cannot be run: .*nothing: No such file"):
        scan_with_checkov(tmp_path / "nothing", STACKS, tmp_path / "plans")


def test_one_that_cannot_be_installed_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(checkov, "installed_apart", lambda name: None if name == "checkov" else Path(sys.executable))
    with pytest.raises(OpsError, match="Checkov is not installed"):
        checkov.installed_checkov()
