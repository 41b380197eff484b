"""The real terraform, on resources that need no provider."""

import io
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from ops.cli import INTERRUPTED
from ops.deployment import ROOT, Deployment
from ops.errors import OpsError
from ops.progress import Progress
from ops.terraform import Terraform

pytestmark = pytest.mark.terraform

_APPLY_VPC = """\
from config import load_settings
from ops.deployment import Deployment
from ops.progress import Progress

with Progress() as progress:
    try:
        Deployment(load_settings(), progress).apply("vpc")
    except KeyboardInterrupt:
        raise SystemExit(130)
"""

MakeStacks = Callable[..., Deployment]


def configuration(path: str = "terraform.tfstate", resources: dict[str, Any] | None = None) -> dict[str, Any]:
    return {
        "terraform": {"backend": {"local": {"path": path}}},
        "variable": {"value": {"default": "1"}},
        "resource": {"terraform_data": resources or {"one": {"input": "${var.value}"}}},
    }


def write(folder: Path, content: dict[str, Any]) -> None:
    (folder / "cdk.tf.json").write_text(json.dumps(content))


def wait_for(file: Path) -> None:
    deadline = time.monotonic() + 60
    while not file.exists():
        assert time.monotonic() < deadline, f"{file.name} does not come"
        time.sleep(0.05)


@pytest.fixture
def deployment(make_stacks: MakeStacks) -> Deployment:
    return make_stacks({"vpc": []}, configuration())


def test_what_is_applied_plans_as_no_changes(deployment: Deployment, output: io.StringIO) -> None:
    assert deployment.plan("vpc")["vpc"].plan

    deployment.apply("vpc")

    assert "terraform_data.one created" in output.getvalue()
    planned = deployment.plan("vpc")["vpc"].plan
    assert planned is not None
    assert not planned


def test_a_plan_names_the_attributes_that_change_and_marks_replacement(deployment: Deployment) -> None:
    folder = deployment.folder("vpc")
    secret = {"input": "${sensitive(var.value)}"}
    replaced = {"input": "${var.value}", "triggers_replace": "${var.value}"}
    write(folder, configuration(resources={"one": {"input": "${var.value}"}, "two": replaced, "secret": secret}))
    deployment.apply("vpc")

    planned = deployment.plan("vpc", variables={"value": "22222"})["vpc"].plan

    assert planned is not None
    assert planned.lines() == [
        '  ~ terraform_data.one: input "1" -> "22222", output "1" -> (known after apply)',
        # terraform_data copies its input to an output that Terraform itself does not take for sensitive.
        '  ~ terraform_data.secret: input, output "1" -> (known after apply)',
        '-/+ terraform_data.two: input "1" -> "22222", triggers_replace "1" -> "22222" (forces replacement)',
    ]
    assert planned.summary == "2 to update, 1 to replace"
    assert not (folder / "tfplan").exists()


def test_a_kept_plan_is_applied_as_planned(deployment: Deployment) -> None:
    plans = deployment.plan("vpc", variables={"value": "planned"}, keep=True)

    deployment.apply("vpc", plans=plans, variables={"value": "later"})

    assert "planned" in (deployment.folder("vpc") / "terraform.tfstate").read_text()
    assert not (deployment.folder("vpc") / "tfplan").exists()


def test_init_is_skipped_while_the_backend_stays_and_redone_when_it_moves(
    deployment: Deployment, progress: Progress, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = deployment.folder("vpc")
    with progress.step("vpc") as step:
        Terraform(folder, step).init()
        monkeypatch.setenv("TERRAFORM_BINARY_NAME", "/nowhere/terraform")
        Terraform(folder, step).init()
        write(folder, configuration(path="elsewhere.tfstate"))
        with pytest.raises(OpsError, match="/nowhere/terraform"):
            Terraform(folder, step).init()
        monkeypatch.undo()
        Terraform(folder, step).init()
        Terraform(folder, step).apply()
    assert (folder / "elsewhere.tfstate").exists()


def test_an_interrupt_lets_terraform_end_and_save_its_state(deployment: Deployment, tmp_path: Path) -> None:
    """As at a terminal, where Ctrl-C signals every process of the group."""
    slow = {"provisioner": [{"local-exec": {"command": "touch ../../../running; sleep 30"}}]}
    resources = {"one": {"input": "1"}, "slow": {**slow, "depends_on": ["terraform_data.one"]}}
    folder = deployment.folder("vpc")
    write(folder, configuration(resources=resources))
    apply = subprocess.Popen(
        [sys.executable, "-c", _APPLY_VPC], cwd=ROOT, stdout=subprocess.PIPE, text=True, start_new_session=True
    )
    try:
        wait_for(tmp_path / "running")
        os.killpg(apply.pid, signal.SIGINT)
        shown, _ = apply.communicate(timeout=60)
    finally:
        apply.kill()

    assert apply.returncode == INTERRUPTED
    assert "interrupted: waiting for Terraform" in shown
    state = json.loads((folder / "terraform.tfstate").read_text())
    status = {resource["name"]: resource["instances"][0].get("status") for resource in state["resources"]}
    assert status == {"one": None, "slow": "tainted"}
    assert not (folder / ".terraform.tfstate.lock.info").exists()


def test_a_fault_in_the_configuration_names_it(deployment: Deployment) -> None:
    write(deployment.folder("vpc"), {"resource": {"terraform_data": {"one": {"inputt": 1}}}})

    with pytest.raises(OpsError, match=r"Extraneous JSON object property .*inputt"):
        deployment.apply("vpc")


def fails_at_first(name: str, error: str) -> dict[str, Any]:
    """A resource whose first destruction fails; how often it is tried stands in a file of its name."""
    command = f"echo tried >> {name}; test $(wc -l < {name}) -gt 1 || {{ echo '{error}'; exit 1; }}"
    return {"provisioner": [{"local-exec": {"when": "destroy", "command": command}}]}


def test_what_is_gone_when_it_is_to_be_destroyed_is_destroyed(deployment: Deployment, output: io.StringIO) -> None:
    gone = fails_at_first("gone", "api error TargetGroupNotFound: Target group is not found")
    write(deployment.folder("vpc"), configuration(resources={"gone": gone, "other": {}}))
    deployment.apply("vpc")

    deployment.destroy("vpc")

    assert (deployment.folder("vpc") / "gone").read_text().split() == ["tried", "tried"]
    assert "vpc: 2 destroyed" in output.getvalue()


def test_a_destruction_that_fails_for_another_reason_too_is_not_tried_again(deployment: Deployment) -> None:
    gone = fails_at_first("gone", "api error InvalidGroup.NotFound: it does not exist")
    used = fails_at_first("used", "api error DependencyViolation: it is in use")
    write(deployment.folder("vpc"), configuration(resources={"gone": gone, "used": used}))
    deployment.apply("vpc")

    with pytest.raises(OpsError, match="DependencyViolation"):
        deployment.destroy("vpc")

    assert (deployment.folder("vpc") / "used").read_text().split() == ["tried"]


def test_what_is_only_looked_up_may_be_gone_when_a_stack_is_destroyed(deployment: Deployment) -> None:
    folder = deployment.folder("vpc")
    # A lookup that can fail without a provider: the state of another stack.
    looked_up = {"backend": "local", "config": {"path": "other.tfstate"}}
    write(folder, {**configuration(), "data": {"terraform_remote_state": {"other": looked_up}}})
    (folder / "other.tfstate").write_text(json.dumps({"version": 4, "serial": 1, "lineage": "a", "outputs": {}}))
    deployment.apply("vpc")
    (folder / "other.tfstate").unlink()

    deployment.destroy("vpc")

    assert json.loads((folder / "terraform.tfstate").read_text())["resources"] == []


def test_terraform_finishes_in_order_when_the_program_that_started_it_is_killed(
    deployment: Deployment, tmp_path: Path
) -> None:
    folder = deployment.folder("vpc")
    waits = f"touch '{tmp_path}/running'; while [ ! -e '{tmp_path}/go' ]; do sleep 0.1; done; echo done"
    write(folder, configuration(resources={"one": {"provisioner": [{"local-exec": {"command": waits}}]}}))
    apply = subprocess.Popen([sys.executable, "-c", _APPLY_VPC], cwd=ROOT, stdout=subprocess.DEVNULL)
    wait_for(tmp_path / "running")

    apply.kill()
    apply.wait()
    (tmp_path / "go").touch()

    wait_for(folder / "terraform.tfstate")
    deadline = time.monotonic() + 30
    while (folder / ".terraform.tfstate.lock.info").exists() and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not (folder / ".terraform.tfstate.lock.info").exists()
    (resource,) = json.loads((folder / "terraform.tfstate").read_text())["resources"]
    assert "status" not in resource["instances"][0], "it is tainted"
