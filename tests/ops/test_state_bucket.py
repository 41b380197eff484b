"""The bucket of the Terraform state: from nothing, again, and after interruptions at every step."""

import io
import json
import os
import re
import signal
import subprocess
import sys
import time
import uuid
from collections.abc import Callable
from pathlib import Path
from subprocess import PIPE

import pytest

from config import Settings
from ops.deployment import ROOT, Deployment
from ops.errors import OpsError
from ops.progress import Progress
from tests.ops.conftest import SetVariables
from tests.settings import settings_of

pytestmark = [pytest.mark.emulator, pytest.mark.xdist_group("ops_emulator")]

# Ends the process at a step as suddenly as `kill -9` or a power cut does.
_KILLED_RUN = """\
import os, signal
from config import load_settings
from ops.deployment import Deployment
from ops.progress import Progress
from ops.terraform import Terraform

move_state = Terraform.move_state

def end_before(terraform):
    os.kill(os.getpid(), signal.SIGKILL)

def end_after(terraform):
    move_state(terraform)
    os.kill(os.getpid(), signal.SIGKILL)

Terraform.move_state = {replacement}
with Progress() as progress:
    Deployment(load_settings(), progress).ensure_state()
"""

_APPLY_VPC = """\
from config import load_settings
from ops.deployment import Deployment
from ops.errors import OpsError
from ops.progress import Progress

with Progress() as progress:
    try:
        Deployment(load_settings(), progress).apply("vpc")
    except OpsError as error:
        raise SystemExit(str(error))
"""


@pytest.fixture
def environment(set_local: SetVariables, tmp_path: Path) -> dict[str, str]:
    """A state bucket and an output folder of the test's own."""
    return set_local(DASH__STATE__BUCKET=f"state-{uuid.uuid4()}", CDKTF_OUTDIR=str(tmp_path / "out"))


@pytest.fixture
def deployment(environment: dict[str, str], progress: Progress) -> Deployment:
    made = Deployment(settings_of(environment), progress)
    made.synth()
    return made


def files_with_resources(folder: Path) -> list[Path]:
    states = [*folder.glob("*.tfstate*"), *folder.glob(".terraform/*.tfstate*")]
    return [path for path in states if '"aws_s3_bucket"' in path.read_text()]


def assert_is_in_place(deployment: Deployment) -> None:
    state = deployment.state("state")
    assert state is not None
    assert state.outputs["state_bucket_name"] == deployment.settings.state_bucket_name
    assert state.resource_count == 6
    s3 = deployment.aws.s3
    versioning = s3.get_bucket_versioning(Bucket=deployment.settings.state_bucket_name)
    assert versioning["Status"] == "Enabled"
    assert s3.list_objects_v2(Bucket=deployment.settings.state_bucket_name)["KeyCount"] == 1, "no lock is left"
    assert files_with_resources(deployment.folder("state")) == []
    assert not (deployment.folder("state") / "backend_override.tf.json").exists()


def test_from_nothing_and_again(deployment: Deployment, output: io.StringIO) -> None:
    deployment.ensure_state()

    assert "6 created" in output.getvalue()
    assert_is_in_place(deployment)

    deployment.ensure_state()
    assert "state: no changes" in output.getvalue()

    deployment.ensure_state(skip_unchanged=True)
    assert "state: unchanged" in output.getvalue()
    assert_is_in_place(deployment)


@pytest.mark.parametrize("replacement", ["end_before", "end_after"])
def test_a_run_that_was_killed_around_the_move_is_mended_by_the_next(
    deployment: Deployment, environment: dict[str, str], replacement: str
) -> None:
    script = _KILLED_RUN.format(replacement=replacement)
    killed = subprocess.run([sys.executable, "-c", script], cwd=ROOT, check=False, timeout=300)
    assert killed.returncode == -signal.SIGKILL
    assert files_with_resources(deployment.folder("state")) != []

    deployment.ensure_state()

    assert_is_in_place(deployment)


def test_without_the_emulator_the_error_says_what_starts_it(
    settings: Settings, make_stacks: Callable[..., Deployment]
) -> None:
    with pytest.raises(OpsError, match=r"the local AWS does not run at .*: \./dashctl up starts it"):
        make_stacks({"state": []}).ensure_state()


def test_of_eight_applies_at_once_one_runs_and_the_others_tell_who_holds_the_lock(
    deployment: Deployment, tmp_path: Path
) -> None:
    """Each in a folder and process of its own, on one state in the bucket."""
    settings = deployment.settings
    deployment.aws.s3.create_bucket(Bucket=settings.state_bucket_name)
    backend = json.loads((deployment.folder("vpc") / "cdk.tf.json").read_text())["terraform"]["backend"]
    waits = {"provisioner": [{"local-exec": {"command": f"while [ ! -e '{tmp_path}/go' ]; do sleep 0.1; done"}}]}
    configuration = {"terraform": {"backend": backend}, "resource": {"terraform_data": {"waits": waits}}}
    stack_id = settings.stack_id("vpc")
    runs: set[subprocess.Popen[str]] = set()
    try:
        for number in range(8):
            folder = tmp_path / f"out-{number}"
            (folder / "stacks" / stack_id).mkdir(parents=True)
            (folder / "stacks" / stack_id / "cdk.tf.json").write_text(json.dumps(configuration))
            (folder / "manifest.json").write_text(json.dumps({"stacks": {stack_id: {"dependencies": []}}}))
            environment = {**os.environ, "CDKTF_OUTDIR": str(folder)}
            runs.add(
                subprocess.Popen([sys.executable, "-c", _APPLY_VPC], cwd=ROOT, env=environment, stderr=PIPE, text=True)
            )
        deadline = time.monotonic() + 120
        while len(waiting := {run for run in runs if run.poll() is None}) > 1 and time.monotonic() < deadline:
            time.sleep(0.1)
        refused = runs - waiting
        (tmp_path / "go").touch()
        errors = [run.communicate(timeout=60)[1] for run in refused]
        codes = [run.wait(60) for run in waiting]
    finally:
        (tmp_path / "go").touch()
        for run in runs:
            run.wait(60)

    assert codes == [0]
    assert len(errors) == 7
    for error in errors:
        assert re.search(
            r"plotly-dash-local-vpc: the state is locked by \S+ since .* force-unlock [0-9a-f-]{36}", error
        )
    state = deployment.state("vpc")
    assert state is not None
    assert state.resource_count == 1
