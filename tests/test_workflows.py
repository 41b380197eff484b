"""The pipelines: safe by zizmor and by rules of our own, and everything that they run is there."""

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import typer
import yaml  # type: ignore[import-untyped]

from ops.cli import app
from tests.programs import write_program

pytestmark = pytest.mark.unit

ROOT = Path(__file__).parents[1]
FOLDER = ROOT / ".github" / "workflows"
WORKFLOWS = sorted(path.name for path in FOLDER.glob("*.yml"))
SCRIPTS = ROOT / ".github" / "scripts"
BIN = Path(sys.executable).parent

_PINNED = re.compile(r"[\w-]+/[\w-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+")
# https://docs.github.com/en/actions/how-tos/reuse-automations/reuse-workflows
_OWN = re.compile(r"\$/\.github/workflows/[\w-]+\.yml")


def workflow(name: str) -> dict[str, Any]:
    found: dict[str, Any] = yaml.safe_load((FOLDER / name).read_text())
    return found


def jobs() -> Iterator[tuple[str, dict[str, Any]]]:
    for name in WORKFLOWS:
        for job_name, job in workflow(name)["jobs"].items():
            yield f"{name}: {job_name}", job


def steps() -> Iterator[tuple[str, dict[str, Any]]]:
    for where, job in jobs():
        for step in job.get("steps", ()):
            yield f"{where}: {step['name']}", step


def commands() -> Iterator[list[str]]:
    """Return the words of every call of ./dashctl, without what is redirected."""
    for _, step in steps():
        for line in step.get("run", "").splitlines():
            if "./dashctl " in line:
                yield re.split(r" (?:>|\|\|)", line.strip().partition("./dashctl ")[2])[0].split()


def triggers(name: str) -> dict[str, Any]:
    found: dict[str, Any] = dict(workflow(name))[True]  # type: ignore[index]  # YAML 1.1 reads `on` as true
    return found


def test_all_pipelines_are_here() -> None:
    assert WORKFLOWS == ["deploy.yml", "drift.yml", "main.yml", "nightly.yml", "pull-request.yml", "review.yml"]


def test_zizmor_finds_nothing() -> None:
    command = [str(BIN / "zizmor"), "--offline", "--persona=pedantic", "--no-progress", "--no-ignores", str(FOLDER)]
    ended = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=60)
    assert ended.returncode == 0, ended.stdout + ended.stderr
    assert "No findings to report" in ended.stdout + ended.stderr
    assert all(f"completed {FOLDER / name}" in ended.stderr for name in WORKFLOWS)


def test_they_follow_githubs_schema() -> None:
    command = [str(BIN / "check-jsonschema"), "--builtin-schema", "vendor.github-workflows"]
    ended = subprocess.run(
        [*command, *(str(FOLDER / name) for name in WORKFLOWS)], capture_output=True, text=True, timeout=60
    )
    assert ended.returncode == 0, ended.stdout + ended.stderr


@pytest.mark.parametrize("name", WORKFLOWS)
def test_every_action_is_pinned_by_its_commit_and_says_its_version(name: str) -> None:
    used = re.findall(r"^\s*(?:- )?uses: (.*)$", (FOLDER / name).read_text(), re.MULTILINE)
    assert used
    assert [one for one in used if not _PINNED.fullmatch(one) and not _OWN.fullmatch(one)] == []
    assert all((ROOT / one.removeprefix("$/")).is_file() for one in used if _OWN.fullmatch(one))


def test_an_action_has_one_commit_everywhere() -> None:
    text = "".join((FOLDER / name).read_text() for name in WORKFLOWS)
    pinned = set(re.findall(r"uses: ([\w/-]+)@(.*)", text))
    assert len(pinned) == len({action for action, _ in pinned}) >= 4


@pytest.mark.parametrize("name", WORKFLOWS)
def test_nothing_is_permitted_but_to_jobs(name: str) -> None:
    assert workflow(name)["permissions"] == {}


def test_jobs_have_the_fewest_permissions() -> None:
    permitted = {where: set(job["permissions"].items()) for where, job in jobs()}
    read, aws = ("contents", "read"), ("id-token", "write")
    comment, issue = ("pull-requests", "write"), ("issues", "write")
    assert permitted == {
        "deploy.yml: deploy": {read, aws},
        "drift.yml: drift": {read, aws, issue},
        "main.yml: build": {read},
        "main.yml: deploy-dev": {read, aws},
        "main.yml: deploy-prod": {read, aws},
        "main.yml: test": {read},
        "nightly.yml: drift-dev": {read, aws, issue},
        "nightly.yml: drift-prod": {read, aws, issue},
        "pull-request.yml: review-dev": {read, aws, comment},
        "pull-request.yml: review-prod": {read, aws, comment},
        "pull-request.yml: test": {read},
        "review.yml: review": {read, aws, comment},
    }


def test_they_begin_by_these_events_only() -> None:
    begun = {name: set(triggers(name)) for name in WORKFLOWS}
    assert begun == {
        "deploy.yml": {"workflow_call"},
        "drift.yml": {"workflow_call"},
        "main.yml": {"push"},
        "nightly.yml": {"schedule", "workflow_dispatch"},
        "pull-request.yml": {"pull_request"},
        "review.yml": {"workflow_call"},
    }
    assert triggers("main.yml")["push"] == {"branches": ["main"]}


def test_jobs_run_on_a_named_image_and_end() -> None:
    running = {where: job for where, job in jobs() if "steps" in job}
    assert {job["runs-on"] for job in running.values()} == {"ubuntu-24.04"}
    assert [where for where, job in running.items() if not 0 < job["timeout-minutes"] <= 60] == []


def test_no_checkout_leaves_githubs_token_behind() -> None:
    checkouts = [step for _, step in steps() if step.get("uses", "").startswith("actions/checkout@")]
    assert len(checkouts) == 6
    assert all(step["with"]["persist-credentials"] is False for step in checkouts)


def test_no_text_of_others_becomes_part_of_a_script() -> None:
    assert [where for where, step in steps() if "${{" in step.get("run", "")] == []


def test_what_they_run_are_verbs_with_these_options() -> None:
    found = list(commands())
    assert {words[0] for words in found} == {"deploy", "drift", "image", "review"}
    for words in found:
        command: Any = typer.main.get_command(app)
        rest = iter(words)
        while hasattr(command, "commands"):
            verb = next(rest)
            assert verb in command.commands, f"./dashctl has no {verb}: {' '.join(words)}"
            command = command.commands[verb]
        known = {option for parameter in command.params for option in parameter.opts}
        assert {word for word in rest if word.startswith("--")} <= known, " ".join(words)


def test_what_else_they_run_is_in_the_repository() -> None:
    called = {
        line.split()[0]
        for _, step in steps()
        for line in step.get("run", "").splitlines()
        if line.startswith((".ci/", ".github/"))
    }
    assert called == {".ci/run", ".github/scripts/comment", ".github/scripts/drift-issue", ".github/scripts/judge"}
    assert all(os.access(ROOT / path, os.X_OK) for path in called)


def test_the_same_image_goes_to_dev_and_then_to_prod() -> None:
    main = workflow("main.yml")["jobs"]
    assert main["build"]["needs"] == "test"
    assert main["deploy-dev"]["needs"] == "build"
    assert main["deploy-prod"]["needs"] == ["build", "deploy-dev"]
    versions = {main[job]["with"]["version"] for job in ("deploy-dev", "deploy-prod")}
    assert versions == {"${{ needs.build.outputs.version }}"}
    assert [where for where, step in steps() if "image build" in step.get("run", "")] == [
        "main.yml: build: Build the image"
    ]


def test_deployments_go_one_after_the_other_to_their_end() -> None:
    (deploy,) = workflow("deploy.yml")["jobs"].values()
    assert deploy["concurrency"] == {"group": "deploy-${{ inputs.environment }}", "cancel-in-progress": False}
    assert deploy["environment"] == "${{ inputs.environment }}"
    for name in ("main.yml", "nightly.yml"):
        assert workflow(name)["concurrency"]["cancel-in-progress"] is False


def test_a_fork_gets_no_role() -> None:
    own = "github.event.pull_request.head.repo.full_name == github.repository"
    reviews = {
        name: job for name, job in workflow("pull-request.yml")["jobs"].items() if "id-token" in job["permissions"]
    }
    assert reviews.keys() == {"review-dev", "review-prod"}
    assert all(job["if"].endswith(f"&& {own}") for job in reviews.values())


class Script:
    """A script of the pipelines, with a gh that writes down how it was called and answers what it is told to."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.calls = folder / "calls"
        self.calls.touch()
        self.answers("")
        self.file = folder / "told.txt"
        self.file.write_text("a difference\n")

    def answers(self, text: str) -> None:
        source = f"""
import json, pathlib, sys
arguments = sys.argv[1:]
bodies = [part.partition("@")[2] for part in arguments if part.startswith("body=@")]
bodies += [arguments[arguments.index("--body-file") + 1]] if "--body-file" in arguments else []
body = pathlib.Path(bodies[0]).read_text() if bodies else None
with open({str(self.calls)!r}, "a") as calls:
    calls.write(json.dumps([arguments, body]) + "\\n")
if "--paginate" in arguments or arguments[1] == "list":
    print({text!r})
"""
        write_program(self.folder / "gh", source)

    def run(self, name: str, *arguments: str) -> subprocess.CompletedProcess[str]:
        environ = {
            "COMMIT": "c0ffee",
            "DASH_ENV": "prod",
            "GITHUB_REPOSITORY": "example/dashboard",
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
    """Return reviews as GitHub lists them: who, state, commit, association."""
    return json.dumps(
        [
            {"user": {"id": who, "login": f"reader-{who}"}, "state": state, "commit_id": commit}
            | {"author_association": association}
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
        ([(1, "APPROVED", "c0ffee", "CONTRIBUTOR")], False),
        ([(1, "APPROVED", "0ld", "OWNER")], False),
        ([(1, "COMMENTED", "c0ffee", "OWNER")], False),
        ([(1, "DISMISSED", "c0ffee", "OWNER")], False),
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
