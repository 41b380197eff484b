"""What `up` puts into the local registry."""

import json
import os
from pathlib import Path

import pytest

from ops.aws import Aws
from ops.errors import OpsError
from ops.images.publish import publish
from ops.images.registry import repository_address
from ops.images.stand_in import STAND_IN_TYPE, sources_digest
from ops.local.folder import LocalFolder
from tests.ops.images.conftest import FakeDocker, on_the_emulator

pytestmark = on_the_emulator


@pytest.fixture
def sources(tmp_path: Path) -> Path:
    folder = tmp_path / "dashboard"
    (folder / "pages").mkdir(parents=True)
    (folder / "__main__.py").write_text("print(1)\n")
    (folder / "pages" / "home.py").write_text("")
    (folder / ".dockerignore").write_text("*.md\n")
    return folder


def digest_of(aws: Aws, version: str) -> str:
    found = aws.ecr.describe_images(repositoryName=aws.settings.repository_name, imageIds=[{"imageTag": version}])
    return found["imageDetails"][0]["imageDigest"]


def test_unchanged_sources_are_the_same_version_and_image(aws: Aws, sources: Path) -> None:
    first = publish(aws, build=False, sources=sources)
    (sources / "__pycache__").mkdir()
    (sources / "__pycache__" / "home.cpython-311.pyc").write_bytes(b"\0")
    os.utime(sources / "__main__.py", (0, 0))
    second = publish(aws, build=False, sources=sources)
    assert first.version.startswith("local-")
    assert (first.stand_in, first.new) == (True, True)
    assert (second.version, second.new) == (first.version, False)


@pytest.mark.parametrize("change", ["content", "name", "addition"])
def test_changed_sources_are_another_version_and_image(change: str, aws: Aws, sources: Path) -> None:
    before = publish(aws, build=False, sources=sources).version
    match change:
        case "content":
            (sources / "__main__.py").write_text("print(2)\n")
        case "name":
            (sources / "pages" / "home.py").rename(sources / "pages" / "start.py")
        case "addition":
            (sources / "new.css").touch()
    after = publish(aws, build=False, sources=sources).version
    assert after != before
    assert digest_of(aws, after) != digest_of(aws, before)


def test_the_stand_in_says_what_it_is_and_its_sources_are_kept(aws: Aws, sources: Path) -> None:
    version = publish(aws, build=False, sources=sources).version
    found = aws.ecr.batch_get_image(repositoryName=aws.settings.repository_name, imageIds=[{"imageTag": version}])[
        "images"
    ][0]
    manifest = json.loads(found["imageManifest"])
    assert manifest["artifactType"] == STAND_IN_TYPE
    assert manifest["layers"] == []
    kept = LocalFolder.of(aws.settings).images / manifest["config"]["digest"].removeprefix("sha256:")
    (sources / "__main__.py").write_text("print(2)\n")
    assert (kept / "dashboard" / "__main__.py").read_text() == "print(1)\n"
    assert version == f"local-{sources_digest(kept)[:12]}"


def test_a_missing_repository_is_an_error_that_names_the_stack(local: Aws, sources: Path) -> None:
    with pytest.raises(OpsError, match=r"no repository '\w+' yet: deploy the stack `ecr` first"):
        publish(local, build=False, sources=sources)


def test_with_an_engine_the_image_is_built_from_the_kept_sources_and_pushed(
    aws: Aws, sources: Path, docker: FakeDocker
) -> None:
    published = publish(aws, build=True, sources=sources)
    assert published.version.startswith("build-")
    assert not published.stand_in
    build, push = [call["arguments"] for call in docker.calls()]
    name = f"{repository_address(aws)}:{published.version}"
    assert build[:-1] == ["build", "--tag", name, "--platform", "linux/amd64"]
    assert (Path(build[-1]) / "pages" / "home.py").is_file()
    assert (Path(build[-1]) / ".dockerignore").is_file()
    assert push == ["push", name]
    assert publish(aws, build=True, sources=sources).new is False


def test_a_failed_build_is_an_error_with_its_last_lines(aws: Aws, sources: Path, docker: FakeDocker) -> None:
    docker.fail("build", "it is what it is")
    with pytest.raises(OpsError, match=r"`docker build` of the dashboard failed\n  #1 .*\n  it is what it is"):
        publish(aws, build=True, sources=sources)
