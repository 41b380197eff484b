"""Images on their way to the registry: of AWS, which is the emulator's with a sign-in, and of this machine."""

import json
import os
from dataclasses import replace
from pathlib import Path

import pytest

from ops.aws import Aws
from ops.errors import OpsError
from ops.images.build import build
from ops.images.docker import run_docker
from ops.images.push import push
from ops.images.registry import find_image, list_images, sbom_tag
from ops.images.tree import Tree
from ops.progress import Step
from tests.ops.images.conftest import COMMIT, COMMITTED, TIME, FakeDocker, on_the_emulator, prod_settings

pytestmark = on_the_emulator

DIRTY = Tree(commit=COMMIT, changed=("dashboard/app.py",), time=TIME, source="")
PASSWORD = "ministack-auth-token"


def build_and_push(aws: Aws, version: str, tree: Tree, step: Step) -> str:
    build(aws.settings, version, tree, step)
    return push(aws, version, tree, step).digest


def test_it_is_pushed_where_aws_says_and_its_digest_is_the_registrys(prod: Aws, docker: FakeDocker, step: Step) -> None:
    digest = build_and_push(prod, "1.4.0", COMMITTED, step)
    found = find_image(prod, "1.4.0")
    assert found is not None
    assert digest == found.digest != f"sha256:{'f' * 64}"  # which is what docker prints
    assert found.sbom
    assert not found.stand_in
    assert step.outcome == f"version 1.4.0, {digest}"
    name = prod.settings.repository_name
    address = f"000000000000.dkr.ecr.us-east-1.amazonaws.com/{name}:1.4.0"
    assert docker.verbs() == ["build", "tag", "login", "push"]
    assert docker.calls("tag")[0]["arguments"][1:] == [f"{name}:1.4.0", address]
    (call,) = docker.calls("push")
    assert call["arguments"] == ["push", address]
    assert call["signed_in_to"] == ["000000000000.dkr.ecr.us-east-1.amazonaws.com"]


def test_the_password_is_on_no_command_line_in_no_variable_and_not_left_on_disk(
    prod: Aws, docker: FakeDocker, step: Step, output: object, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    monkeypatch.setattr("tempfile.tempdir", None)
    build_and_push(prod, "1.4.0", COMMITTED, step)
    assert docker.calls("login")[0]["told"]
    assert PASSWORD not in json.dumps(docker.calls())
    assert PASSWORD not in output.getvalue() + step.doing + step.outcome  # type: ignore[attr-defined]
    assert PASSWORD not in "".join(os.environ.values())
    files = [file for file in tmp_path.rglob("*") if file.is_file() and "fake_docker" not in file.name]
    assert files
    assert not [file for file in files if PASSWORD in file.read_text(errors="replace")]


def test_the_same_image_again_is_passed_over(prod: Aws, docker: FakeDocker, step: Step) -> None:
    digest = build_and_push(prod, "1.4.0", COMMITTED, step)
    assert push(prod, "1.4.0", COMMITTED, step).digest == digest
    assert step.outcome == f"version 1.4.0, {digest}: it was in the registry already"
    assert docker.verbs().count("push") == 1


def test_an_image_that_was_pushed_without_its_sbom_gets_it(prod: Aws, docker: FakeDocker, step: Step) -> None:
    digest = build_and_push(prod, "1.4.0", COMMITTED, step)
    prod.ecr.batch_delete_image(repositoryName=prod.settings.repository_name, imageIds=[{"imageTag": sbom_tag(digest)}])
    assert not find_image(prod, "1.4.0").sbom  # type: ignore[union-attr]
    push(prod, "1.4.0", COMMITTED, step)
    assert find_image(prod, "1.4.0").sbom  # type: ignore[union-attr]


def test_another_image_under_the_same_version_is_refused(
    prod: Aws, docker: FakeDocker, step: Step, monkeypatch: pytest.MonkeyPatch
) -> None:
    digest = build_and_push(prod, "1.4.0", COMMITTED, step)
    monkeypatch.setenv("FAKE_CONTENT", "other")
    with pytest.raises(OpsError, match=r"version 1\.4\.0 is in the registry with other content.*: name another one"):
        build_and_push(prod, "1.4.0", COMMITTED, step)
    assert docker.verbs().count("push") == 1
    assert [image.digest for image in list_images(prod)] == [digest]


def test_a_version_that_somebody_pushed_meanwhile_is_refused_by_the_registry(
    prod: Aws, docker: FakeDocker, step: Step
) -> None:
    docker.fail("push", "The image tag '1.4.0' already exists and cannot be overwritten because the tag is immutable.")
    with pytest.raises(OpsError, match="with another image: name another version"):
        build_and_push(prod, "1.4.0", COMMITTED, step)
    assert list_images(prod) == []


def test_a_version_that_was_not_built_is_an_error(prod: Aws, docker: FakeDocker, step: Step) -> None:
    with pytest.raises(OpsError, match=r"no image r\w+:1\.4\.0 on this machine: build it with \./dashctl image build"):
        push(prod, "1.4.0", COMMITTED, step)


def test_an_image_for_another_architecture_is_refused(prod: Aws, docker: FakeDocker, step: Step) -> None:
    arm = prod_settings(DASH__ECR__REPOSITORY=prod.settings.ecr.repository, DASH__TASK__ARCHITECTURE="ARM64")
    build(arm, "1.4.0", COMMITTED, step)
    with pytest.raises(OpsError, match="is for arm64, the tasks run on amd64: build it anew"):
        push(prod, "1.4.0", COMMITTED, step)


def test_an_image_that_was_built_as_another_version_is_refused(prod: Aws, docker: FakeDocker, step: Step) -> None:
    build(prod.settings, "1.4.0", COMMITTED, step)
    name = prod.settings.repository_name
    run_docker("tag", f"{name}:1.4.0", f"{name}:1.5.0")
    with pytest.raises(OpsError, match=r"was not built as version 1\.5\.0"):
        push(prod, "1.5.0", COMMITTED, step)


def test_an_image_of_another_commit_is_refused_as_its_sbom_would_lie(prod: Aws, docker: FakeDocker, step: Step) -> None:
    build(prod.settings, "1.4.0", COMMITTED, step)
    with pytest.raises(OpsError, match=f"is of commit {COMMIT}, this checkout at {'9' * 40}"):
        push(prod, "1.4.0", replace(COMMITTED, commit="9" * 40), step)


@pytest.mark.parametrize("tree", [DIRTY, Tree("", (), TIME, "", "no git")])
def test_what_is_of_no_commit_is_not_pushed_to_prod(tree: Tree, prod: Aws, docker: FakeDocker, step: Step) -> None:
    build(prod.settings, "1.4.0", tree, step)
    with pytest.raises(OpsError, match=r"is of no commit \(ecr\.require_clean_tree\)"):
        push(prod, "1.4.0", tree, step)
    assert "push" not in docker.verbs()


class TestStandIn:
    def test_it_is_pushed_with_its_sbom(self, aws: Aws, docker: FakeDocker, step: Step) -> None:
        image = push(aws, "1.4.0", DIRTY, step)
        assert image.stand_in
        found = find_image(aws, "1.4.0")
        assert found is not None
        assert (found.digest, found.sbom) == (image.digest, True)
        assert step.outcome.endswith("; no usable Docker engine runs, so the sources stand for the image")
        assert docker.verbs() == []

    def test_the_same_sources_again_are_passed_over(self, aws: Aws, docker: FakeDocker, step: Step) -> None:
        first = push(aws, "1.4.0", DIRTY, step)
        assert push(aws, "1.4.0", DIRTY, step).digest == first.digest
        assert "it was in the registry already" in step.outcome

    def test_other_sources_under_the_same_version_are_refused(
        self, aws: Aws, docker: FakeDocker, step: Step, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        push(aws, "1.4.0", DIRTY, step)
        other = tmp_path / "dashboard"
        other.mkdir()
        monkeypatch.setattr("ops.images.push.SOURCES", other)
        with pytest.raises(OpsError, match=r"version 1\.4\.0 is in the registry with other content.*name another one"):
            push(aws, "1.4.0", DIRTY, step)
        assert len(list_images(aws)) == 1

    def test_without_a_registry_it_names_the_stack(self, local: Aws, docker: FakeDocker, step: Step) -> None:
        with pytest.raises(OpsError, match="deploy the stack `ecr` first"):
            push(local, "1.4.0", DIRTY, step)
