"""How docker is run: its words on the Step, and each failure with what to do."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import psutil
import pytest

from ops.errors import OpsError
from ops.images.docker import engine_problem, inspect_image, run_docker
from ops.progress import Step
from tests.ops.images.conftest import FakeDocker

pytestmark = pytest.mark.unit

# What the real ones print: moby/buildkit#3776, aws/aws-cli#6580, aws/aws-cli#3042, osscontainertools/kaniko#204
FAILURES = {
    "tag invalid: The image tag '1.0.0' already exists in the 'plotly-dash' repository and cannot be overwritten "
    "because the tag is immutable.": "name another version",
    "tag invalid: The image tag 'latest' already exists in the 'app' repository and cannot be overwritten because the "
    "repository is immutable.": "name another version",
    "denied: Your authorization token has expired. Reauthenticate and try again.": "run the same command again",
    "no basic auth credentials": "aws.account_id",
    "denied: User: arn:aws:sts::123456789012:assumed-role/Dev/jane is not authorized to perform: "
    "ecr:InitiateLayerUpload on resource: arn:aws:ecr:us-east-1:123456789012:repository/plotly-dash": "ecr:PutImage",
    "write /var/lib/docker/tmp/GetImageBlob1: no space left on device": "docker system prune",
    "ERROR: failed to solve: python:9: failed to resolve source metadata for docker.io/library/python:9: "
    "docker.io/library/python:9: not found": "BASE in dashboard/Dockerfile",
    "manifest for python:9 not found: manifest unknown: manifest unknown": "BASE in dashboard/Dockerfile",
    "ERROR: failed to solve: python:3: failed to resolve source metadata: toomanyrequests: You have reached your "
    "unauthenticated pull rate limit.": "docker login",
    "exec /bin/sh: exec format error": "multi-platform",
}


@pytest.mark.parametrize(("text", "advice"), FAILURES.items())
def test_a_known_failure_is_told_with_what_to_do(text: str, advice: str, docker: FakeDocker) -> None:
    docker.fail("push", text)
    with pytest.raises(OpsError) as error:
        run_docker("push", "name")
    first, *lines = str(error.value).splitlines()
    assert first.startswith("`docker push` of the dashboard failed: ")
    assert advice in first
    assert lines == ["  #1 [internal] load build definition", f"  {text}"]


def test_an_unknown_failure_is_told_by_the_last_lines(docker: FakeDocker) -> None:
    docker.fail("push", "\n".join(f"line {number}" for number in range(30)))
    with pytest.raises(OpsError) as error:
        run_docker("push", "name")
    assert str(error.value).splitlines() == [
        "`docker push` of the dashboard failed",
        *(f"  line {number}" for number in range(15, 30)),
    ]


def test_what_it_is_doing_is_on_the_step(docker: FakeDocker, step: Step) -> None:
    run_docker("build", "--tag", "a:1", "--platform", "linux/amd64", ".", step=step)
    assert step.doing == "#12 exporting to image"


def test_an_engine_that_answers_is_no_problem(docker: FakeDocker) -> None:
    assert engine_problem() == ""


def test_an_engine_that_does_not_answer_is_named(docker: FakeDocker) -> None:
    docker.fail("version", "Cannot connect to the Docker daemon at unix:///var/run/docker.sock. Is it running?")
    assert "no Docker engine answers: start it (Cannot connect to the Docker daemon" in engine_problem()
    assert "https://docs.docker.com/engine/install/" in engine_problem()


def test_without_docker_it_is_said_what_to_install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    expected = (
        "docker cannot be run (No such file or directory): install Docker: https://docs.docker.com/engine/install/"
    )
    assert engine_problem() == expected
    with pytest.raises(OpsError) as error:
        run_docker("build", ".")
    assert str(error.value) == expected


def test_an_unknown_image_is_none_and_an_engine_that_fails_an_error(docker: FakeDocker) -> None:
    assert inspect_image("a:1") is None
    docker.fail("image", "permission denied while trying to connect to the Docker daemon socket")
    with pytest.raises(OpsError, match="permission denied while trying"):
        inspect_image("a:1")


def test_an_image_has_its_architecture_and_labels(docker: FakeDocker) -> None:
    run_docker("build", "--tag", "a:1", "--platform", "linux/arm64", "--label", "x=y=z", ".")
    found = inspect_image("a:1")
    assert found is not None
    assert (found.architecture, found.labels) == ("arm64", {"x": "y=z"})
    run_docker("build", "--tag", "a:2", "--platform", "linux/arm64", ".")
    assert inspect_image("a:2").labels == {}  # type: ignore[union-attr]


def test_ctrl_c_ends_docker(docker: FakeDocker) -> None:
    docker.hang("push")
    program = "from ops.images.docker import run_docker; run_docker('push', 'name')"
    environ = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[3])}
    process = subprocess.Popen(
        [sys.executable, "-c", f"import signal; signal.signal(signal.SIGINT, signal.default_int_handler); {program}"],
        env=environ,
        stderr=subprocess.PIPE,
        text=True,
    )
    deadline = time.monotonic() + 20
    while not docker.calls("push") and time.monotonic() < deadline:
        time.sleep(0.02)
    process.send_signal(signal.SIGINT)
    _, errors = process.communicate(timeout=20)
    assert errors.rstrip().endswith("KeyboardInterrupt")
    (call,) = docker.calls("push")
    assert not psutil.pid_exists(call["pid"])  # it would hang for a minute by itself
