"""The pipelines: safe by zizmor and by rules of our own, and everything that they run is there."""

import os
import re
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
import typer
import yaml  # type: ignore[import-untyped]

from config import load_settings
from ops.cli import app
from ops.images.build import image_name

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
    deployed = ("deployments", "read")
    comment, issue = ("pull-requests", "write"), ("issues", "write")
    assert permitted == {
        "deploy.yml: deploy": {read, aws, deployed},
        "drift.yml: drift": {read, aws, issue},
        "main.yml: build": {read},
        "main.yml: deploy-dev": {read, aws, deployed},
        "main.yml: deploy-prod": {read, aws, deployed},
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
    scripts = {f".github/scripts/{path.name}" for path in SCRIPTS.iterdir()}
    assert called == {".ci/run", *scripts}
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


def test_the_image_has_one_name_on_the_runner_whatever_it_is_deployed_to() -> None:
    settings = [load_settings({"DASH_ENV": one, "DASH__AWS__ACCOUNT_ID": "123456789012"}) for one in ("dev", "prod")]
    assert len({image_name(one, "sha-0123456789ab") for one in settings}) == 1


BOTH = {"vars.DEV_DEPLOY_ROLE_ARN": "arn:dev", "vars.PROD_DEPLOY_ROLE_ARN": "arn:prod"}
PROD_ALONE = {"vars.PROD_DEPLOY_ROLE_ARN": "arn:prod", "needs.deploy-dev.result": "skipped"}
BUILT, DEPLOYED = {"needs.build.result": "success"}, {"needs.deploy-dev.result": "success"}


def evaluated(expression: str, values: Mapping[str, object]) -> object:
    """Return what an expression of GitHub's is; a variable that is not in `values` is "", as there."""
    python = re.sub(r"!(?!=)", " not ", expression.strip("${} ")).replace("&&", " and ").replace("||", " or ")
    python = re.sub(r"\b(?:vars|needs)\.[\w.-]+", lambda name: repr(values.get(name[0], "")), python)
    return eval(python, {"cancelled": lambda: values.get("cancelled", False)})  # noqa: S307 - the project's own text


@pytest.mark.parametrize(
    ("values", "runs"),
    [
        (BOTH | BUILT | DEPLOYED, True),
        (PROD_ALONE | BUILT, True),
        (BOTH | BUILT | DEPLOYED | {"cancelled": True}, False),
        (BOTH | BUILT | {"needs.deploy-dev.result": "failure"}, False),
        (BOTH | BUILT | {"needs.deploy-dev.result": "cancelled"}, False),
        (BOTH | {"needs.build.result": "skipped", "needs.deploy-dev.result": "skipped"}, False),
        (PROD_ALONE | {"needs.build.result": "skipped"}, False),
        ({"vars.DEV_DEPLOY_ROLE_ARN": "arn:dev"} | BUILT | DEPLOYED, False),
    ],
)
def test_prod_follows_dev_where_there_is_one(values: dict[str, object], runs: bool) -> None:
    assert evaluated(workflow("main.yml")["jobs"]["deploy-prod"]["if"], values) is runs


@pytest.mark.parametrize(
    ("values", "environment"),
    [({}, None), (BOTH, "dev"), ({"vars.DEV_DEPLOY_ROLE_ARN": "arn:dev"}, "dev"), (PROD_ALONE, "prod")],
)
def test_an_image_is_built_where_there_is_somewhere_to_deploy_it_to(
    values: dict[str, object], environment: str | None
) -> None:
    build = workflow("main.yml")["jobs"]["build"]
    assert evaluated(build["if"], values) is (environment is not None)
    (named,) = [step["env"]["DASH_ENV"] for step in build["steps"] if "image build" in step.get("run", "")]
    assert environment in (None, evaluated(named, values))


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
