"""What the workflows do with what ./dashctl says: comments, issues, approvals, and which commit may be deployed."""

import json
import os
import subprocess
from pathlib import Path

import pytest

from tests.programs import write_program

pytestmark = pytest.mark.unit

SCRIPTS = Path(__file__).parents[1] / ".github" / "scripts"


class Script:
    """A script of the pipelines, with a gh that writes down how it was called and answers what it is told to."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.calls = folder / "calls"
        self.calls.touch()
        self.answers("")
        self.file = folder / "told.txt"
        self.file.write_text("a difference\n")

    def answers(self, text: str, *, compared: str = "") -> None:
        source = f"""
import json, pathlib, sys
arguments = sys.argv[1:]
bodies = [part.partition("@")[2] for part in arguments if part.startswith("body=@")]
bodies += [arguments[arguments.index("--body-file") + 1]] if "--body-file" in arguments else []
body = pathlib.Path(bodies[0]).read_text() if bodies else None
with open({str(self.calls)!r}, "a") as calls:
    calls.write(json.dumps([arguments, body]) + "\\n")
if "--paginate" in arguments or arguments[1] in ("list", "graphql"):
    print({text!r})
elif "/compare/c0ffee...50da" in arguments[1]:
    print(json.dumps({{"status": {compared!r}}}))
"""
        write_program(self.folder / "gh", source)

    def run(self, name: str, *arguments: str, attempt: int = 1) -> subprocess.CompletedProcess[str]:
        environ = {
            "COMMIT": "c0ffee",
            "DASH_ENV": "prod",
            "GITHUB_REPOSITORY": "example/dashboard",
            "GITHUB_RUN_ATTEMPT": str(attempt),
            "GITHUB_SHA": "c0ffee",
            "PATH": f"{self.folder}:{os.environ['PATH']}",
            "PULL_REQUEST": "7",
        }
        command = [str(SCRIPTS / name), *arguments]
        return subprocess.run(command, env=environ, capture_output=True, text=True, timeout=30)

    def written(self) -> list[tuple[list[str], str]]:
        """Return how gh was called to change something, and the text that it was given."""
        calls = [json.loads(line) for line in self.calls.read_text().splitlines()]
        return [(arguments, body) for arguments, body in calls if body is not None or "close" in arguments]


@pytest.fixture
def script(tmp_path: Path) -> Script:
    return Script(tmp_path)


def test_the_first_review_becomes_a_comment(script: Script) -> None:
    assert script.run("comment", "review of prod", str(script.file)).returncode == 0
    ((arguments, body),) = script.written()
    assert arguments[:4] == ["api", "--silent", "--method", "POST"]
    assert arguments[4] == "repos/example/dashboard/issues/7/comments"
    assert body == "<!-- review of prod -->\na difference\n"


def test_the_next_review_takes_the_place_of_the_comment(script: Script) -> None:
    script.answers("31\n32")
    assert script.run("comment", "review of prod", str(script.file)).returncode == 0
    ((arguments, _),) = script.written()
    assert arguments[3:5] == ["PATCH", "repos/example/dashboard/issues/comments/31"]


def test_a_review_that_github_would_not_take_is_cut(script: Script) -> None:
    script.file.write_text("x" * 70_000)
    assert script.run("comment", "review of prod", str(script.file)).returncode == 0
    ((_, body),) = script.written()
    assert len(body) < 65_536
    assert body.endswith("… cut: run `./dashctl review` to see all of it.\n")


def reviewed(*reviews: tuple[int, str, str, str]) -> str:
    """Return reviews as GitHub lists them, one a page: who (0 is nobody any more), state, commit, association."""
    return json.dumps(
        [
            [
                {"user": {"id": who, "login": f"reader-{who}"} if who else None, "state": state, "commit_id": commit}
                | {"author_association": association}
            ]
            for who, state, commit, association in reviews
        ]
    )


@pytest.mark.parametrize("code", ["0", "2"])
def test_a_harmless_review_passes(code: str, script: Script) -> None:
    assert script.run("judge", code).returncode == 0


@pytest.mark.parametrize("code", ["1", "130", ""])
def test_a_review_that_failed_fails(code: str, script: Script) -> None:
    script.answers(reviewed((1, "APPROVED", "c0ffee", "MEMBER")))
    ended = script.run("judge", code)
    assert ended.returncode == 1
    assert "::error::the review of prod failed" in ended.stdout


@pytest.mark.parametrize(
    ("reviews", "passes"),
    [
        ([], False),
        ([(1, "APPROVED", "c0ffee", "MEMBER")], True),
        ([(0, "APPROVED", "c0ffee", "MEMBER")], False),
        ([(1, "APPROVED", "c0ffee", "CONTRIBUTOR")], False),
        ([(1, "APPROVED", "0ld", "OWNER")], False),
        ([(1, "COMMENTED", "c0ffee", "OWNER")], False),
        ([(1, "DISMISSED", "c0ffee", "OWNER")], False),
        ([(1, "APPROVED", "c0ffee", "OWNER"), (1, "DISMISSED", "c0ffee", "OWNER")], False),
        ([(1, "APPROVED", "c0ffee", "OWNER"), (1, "CHANGES_REQUESTED", "c0ffee", "OWNER")], False),
        ([(1, "APPROVED", "c0ffee", "OWNER"), (1, "COMMENTED", "c0ffee", "OWNER")], True),
        ([(1, "CHANGES_REQUESTED", "0ld", "OWNER"), (2, "APPROVED", "c0ffee", "COLLABORATOR")], True),
    ],
)
def test_a_dangerous_one_needs_an_approval_of_this_commit(
    reviews: list[tuple[int, str, str, str]], passes: bool, script: Script
) -> None:
    script.answers(reviewed(*reviews))
    ended = script.run("judge", "3")
    assert (ended.returncode == 0) is passes, ended.stdout + ended.stderr
    assert ("approve the pull request, and run this job again" in ended.stdout) is not passes


def test_drift_opens_an_issue(script: Script) -> None:
    assert script.run("drift-issue", "2", str(script.file)).returncode == 0
    ((arguments, body),) = script.written()
    assert arguments[:6] == ["issue", "create", "--repo", "example/dashboard", "--title", "Drift in prod"]
    assert "    a difference\n" in body


def test_drift_that_github_would_not_take_is_cut(script: Script) -> None:
    script.file.write_text("x\n" * 29_000)
    assert script.run("drift-issue", "2", str(script.file)).returncode == 0
    ((_, body),) = script.written()
    assert len(body) < 65_536
    assert body.endswith("… cut: run `./dashctl drift` to see all of it.\n")


def test_drift_that_is_known_updates_its_issue(script: Script) -> None:
    script.answers("5")
    assert script.run("drift-issue", "2", str(script.file)).returncode == 0
    ((arguments, _),) = script.written()
    assert arguments[:3] == ["issue", "edit", "5"]


def test_an_issue_is_closed_once_nothing_differs(script: Script) -> None:
    assert script.run("drift-issue", "0", str(script.file)).returncode == 0
    assert script.written() == []
    script.answers("5")
    assert script.run("drift-issue", "0", str(script.file)).returncode == 0
    ((arguments, _),) = script.written()
    assert arguments[:3] == ["issue", "close", "5"]


def test_looking_for_drift_in_vain_is_no_drift(script: Script) -> None:
    ended = script.run("drift-issue", "1", str(script.file))
    assert ended.returncode == 1
    assert "::error::looking for drift in prod failed" in ended.stdout
    assert script.written() == []


def deployments(*states: tuple[str, str]) -> str:
    """Return the deployments of an environment as GitHub lists them, the newest last: commit and state."""
    nodes = [{"commitOid": commit, "state": state} for commit, state in states]
    return json.dumps({"data": {"repository": {"deployments": {"nodes": nodes}}}})


@pytest.mark.parametrize(
    ("states", "compared", "passes"),
    [
        ([], "", True),
        ([("0ld", "INACTIVE"), ("50da", "ACTIVE"), ("c0ffee", "IN_PROGRESS")], "behind", True),
        ([("0ld", "INACTIVE"), ("50da", "ACTIVE"), ("c0ffee", "IN_PROGRESS")], "ahead", False),
        ([("50da", "ACTIVE"), ("c0ffee", "IN_PROGRESS")], "diverged", True),
        ([("50da", "FAILURE"), ("c0ffee", "IN_PROGRESS")], "ahead", True),
    ],
)
def test_no_run_takes_an_environment_back_to_an_older_commit(
    states: list[tuple[str, str]], compared: str, passes: bool, script: Script
) -> None:
    script.answers(deployments(*states), compared=compared)
    ended = script.run("newest")
    assert (ended.returncode == 0) is passes, ended.stdout + ended.stderr
    assert ("prod has the newer commit 50da already" in ended.stdout) is not passes


def test_a_run_that_a_person_starts_again_does(script: Script) -> None:
    script.answers(deployments(("50da", "ACTIVE")), compared="ahead")
    assert script.run("newest", attempt=2).returncode == 0
