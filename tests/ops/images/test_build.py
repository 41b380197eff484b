"""How images are built, and what keeps one from being built."""

import json
from pathlib import Path

import pytest

from ops.errors import OpsError
from ops.images import build as build_module
from ops.images.build import build, build_problems, labels, load, save, uses_stand_in
from ops.images.docker import inspect_image
from ops.images.stand_in import SOURCES
from ops.images.tree import Tree
from ops.progress import Step
from tests.ops.images.conftest import COMMIT, COMMITTED, TIME, FakeDocker, prod_settings
from tests.settings import settings_of

pytestmark = pytest.mark.unit

DIRTY = Tree(commit=COMMIT, changed=("dashboard/app.py",), time=TIME, source="")


def test_an_image_tells_its_commit_time_version_and_source() -> None:
    assert labels(prod_settings(), "1.4.0", COMMITTED) == {
        "org.opencontainers.image.title": "plotly-dash",
        "org.opencontainers.image.version": "1.4.0",
        "org.opencontainers.image.created": "2026-03-01T12:30:00Z",
        "org.opencontainers.image.revision": COMMIT,
        "org.opencontainers.image.source": "https://github.com/acme/dashboard",
    }


def test_an_image_of_a_dirty_tree_says_so() -> None:
    assert labels(prod_settings(), "1", DIRTY)["org.opencontainers.image.revision"] == f"{COMMIT}-dirty"


def test_what_git_does_not_know_is_no_label() -> None:
    found = labels(prod_settings(), "1", Tree("", (), TIME, "", "no git"))
    assert {name.rpartition(".")[2] for name in found} == {"title", "version", "created"}


@pytest.mark.parametrize(("architecture", "platform"), [("X86_64", "linux/amd64"), ("ARM64", "linux/arm64")])
def test_it_is_built_for_the_tasks_and_from_the_commits_time(
    architecture: str, platform: str, docker: FakeDocker, step: Step
) -> None:
    settings = prod_settings(DASH__TASK__ARCHITECTURE=architecture)
    build(settings, "1.4.0", COMMITTED, step)
    (call,) = docker.calls("build")
    arguments: list[str] = call["arguments"]
    assert arguments[:5] == ["build", "--tag", "plotly-dash:1.4.0", "--platform", platform]
    assert arguments[-3:] == ["--build-arg", f"SOURCE_DATE_EPOCH={int(TIME.timestamp())}", str(SOURCES)]
    assert call["environ"]["BUILDX_NO_DEFAULT_ATTESTATIONS"] == "1"
    assert inspect_image("plotly-dash:1.4.0").labels == labels(settings, "1.4.0", COMMITTED)  # type: ignore[union-attr]
    assert step.outcome == f"plotly-dash:1.4.0, of commit {COMMIT}"


def test_a_failed_build_is_an_error(docker: FakeDocker, step: Step) -> None:
    docker.fail("build", "ERROR: failed to solve: python:9: failed to resolve source metadata: not found")
    with pytest.raises(OpsError, match="BASE in dashboard/Dockerfile"):
        build(prod_settings(), "1.4.0", COMMITTED, step)


def test_an_image_is_saved_and_loaded(docker: FakeDocker, tmp_path: Path, step: Step) -> None:
    settings, archive = prod_settings(), tmp_path / "image.tar"
    build(settings, "1.4.0", COMMITTED, step)
    built = inspect_image("plotly-dash:1.4.0")
    save(settings, "1.4.0", archive, step)
    (docker.folder / "plotly-dash:1.4.0.json").unlink()
    load(archive, step)
    assert inspect_image("plotly-dash:1.4.0") == built


def test_an_archive_that_is_not_there_is_an_error(docker: FakeDocker, tmp_path: Path, step: Step) -> None:
    with pytest.raises(OpsError, match=f"there is no file {tmp_path}/image.tar"):
        load(tmp_path / "image.tar", step)
    assert docker.calls() == []


class TestProblems:
    def test_with_an_engine_and_a_commit_there_are_none(self, docker: FakeDocker) -> None:
        assert build_problems(prod_settings(), COMMITTED) == []

    def test_all_are_told_at_once(self, docker: FakeDocker, monkeypatch: pytest.MonkeyPatch) -> None:
        docker.fail("version", "Cannot connect to the Docker daemon")
        monkeypatch.setattr(build_module, "lint", lambda: ["dashboard/Dockerfile:1: DL3006: Always tag"])
        tree, engine, lint = build_problems(prod_settings(), DIRTY)
        assert tree.startswith("not committed: dashboard/app.py")
        assert engine.startswith("no Docker engine answers")
        assert lint == "dashboard/Dockerfile:1: DL3006: Always tag"

    def test_a_lint_that_cannot_be_made_is_one(self, docker: FakeDocker, monkeypatch: pytest.MonkeyPatch) -> None:
        def fail() -> list[str]:
            raise OpsError("hadolint cannot be run")

        monkeypatch.setattr(build_module, "lint", fail)
        assert build_problems(prod_settings(), COMMITTED) == ["hadolint cannot be run"]


class TestWithoutAnEngine:
    def test_the_sources_stand_for_the_image_of_this_machine_only(self, docker: FakeDocker) -> None:
        docker.fail("version", "no engine")
        assert uses_stand_in(settings_of({}))
        assert build_problems(settings_of({}), DIRTY) == []
        assert not uses_stand_in(prod_settings())
        assert len(build_problems(prod_settings(), COMMITTED)) == 1

    def test_with_an_engine_that_could_run_the_tasks_they_do_not(self, docker: FakeDocker) -> None:
        import platform

        (docker.folder / "info.json").write_text(json.dumps({"OSType": "linux", "Name": platform.node()}))
        assert not uses_stand_in(settings_of({}))

    def test_a_copy_of_them_is_kept(self, docker: FakeDocker, tmp_path: Path, step: Step) -> None:
        build(settings_of({"DASH__LOCAL__FOLDER": str(tmp_path / "local")}), "1.4.0", DIRTY, step)
        (kept,) = (tmp_path / "local" / "images").iterdir()
        assert (kept / "dashboard" / "Dockerfile").is_file()
        assert step.outcome == f"sources {kept.name[:12]}; no usable Docker engine runs, so they stand for the image"
        assert docker.verbs() == []
