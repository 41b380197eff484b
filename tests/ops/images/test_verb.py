"""`image build`, `push` and `list`."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from ops.aws import Aws
from ops.errors import OpsError
from ops.images.registry import Image, list_images
from ops.images.tree import Tree
from ops.verbs.image import _as_json, _as_table, app
from tests.ops.images.conftest import COMMITTED, TIME, FakeDocker, on_the_emulator

DIRTY = Tree(commit="0", changed=("dashboard/app.py",), time=TIME, source="")
IMAGES = [
    Image("1.4.0", f"sha256:{'ab' * 32}", 3 * 1024**2, datetime(2026, 3, 1, 9, tzinfo=UTC), stand_in=False, sbom=True),
    Image("local-1", f"sha256:{'cd' * 32}", 400, datetime(2026, 2, 1, 9, tzinfo=UTC), stand_in=True),
]


@pytest.fixture(autouse=True)
def committed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ops.images.tree.read_tree", lambda: COMMITTED)


@pytest.fixture
def as_prod(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Have the command line be that of prod, called in the test's folder."""
    monkeypatch.setenv("DASH_CONFIG_FOLDER", str(Path(__file__).parents[2] / "settings"))
    monkeypatch.setenv("DASH_ENV", "prod")
    monkeypatch.setenv("DASH__AWS__ACCOUNT_ID", "123456789012")
    monkeypatch.setenv("DASHCTL_CALLER_CWD", str(tmp_path))


def run(*arguments: str) -> str:
    """Run a verb and return what it printed; its error is raised."""
    result = CliRunner().invoke(app, [*arguments], catch_exceptions=False)
    assert result.exit_code == 0, result.output
    return result.output


def fails(*arguments: str) -> str:
    with pytest.raises(OpsError) as error:
        run(*arguments)
    return str(error.value)


@pytest.mark.unit
@pytest.mark.usefixtures("as_prod")
class TestBuild:
    def test_it_builds_and_writes_what_is_asked_for_without_aws(self, docker: FakeDocker, tmp_path: Path) -> None:
        shown = run("build", "--version", "1.4.0", "--archive", "image.tar", "--sbom", "sbom.json")
        assert docker.verbs() == ["build", "save"]
        assert f"plotly-dash:1.4.0, of commit {COMMITTED.commit}" in shown
        assert docker.calls("save")[0]["arguments"][2] == str(tmp_path / "image.tar")
        component: dict[str, Any] = json.loads((tmp_path / "sbom.json").read_text())["metadata"]["component"]
        assert (component["name"], component["version"]) == ("plotly-dash", "1.4.0")

    def test_a_dirty_tree_is_refused(self, docker: FakeDocker, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("ops.images.tree.read_tree", lambda: DIRTY)
        assert "not committed: dashboard/app.py: commit or remove them" in fails("build", "--version", "1.4.0")
        assert docker.verbs() == []

    def test_findings_in_the_dockerfile_are_refused(self, docker: FakeDocker, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("ops.images.build.lint", lambda: ["dashboard/Dockerfile:3: DL3006: Always tag"])
        assert fails("build", "--version", "1.4.0") == "dashboard/Dockerfile:3: DL3006: Always tag"
        assert docker.verbs() == []

    def test_latest_is_refused(self) -> None:
        assert "'latest' means another image every time" in fails("build", "--version", "latest")

    def test_an_sbom_that_cannot_be_written_is_an_error(self, docker: FakeDocker, tmp_path: Path) -> None:
        message = fails("build", "--version", "1.4.0", "--sbom", "missing/sbom.json")
        assert message == f"{tmp_path}/missing/sbom.json cannot be written: No such file or directory"

    def test_an_archive_needs_an_engine(self, docker: FakeDocker, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("DASH_ENV", "local")
        assert "--archive needs a Docker engine" in fails("build", "--version", "1.4.0", "--archive", "image.tar")


class TestPushAndList:
    pytestmark = on_the_emulator

    def test_a_push_is_in_the_list(self, aws: Aws, docker: FakeDocker) -> None:
        assert run("list").startswith("no versions yet: ./dashctl image push")
        assert "version 1.4.0, sha256:" in run("push", "--version", "1.4.0")
        (image,) = list_images(aws)
        (listed,) = json.loads(run("list", "--json"))
        assert (listed["version"], listed["digest"], listed["sbom"]) == ("1.4.0", image.digest, True)
        assert image.digest[7:19] in run("list")

    def test_an_archive_is_loaded_and_pushed(
        self, aws: Aws, docker: FakeDocker, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("DASHCTL_CALLER_CWD", str(tmp_path))
        monkeypatch.setattr("ops.images.build.uses_stand_in", lambda settings: False)
        monkeypatch.setattr("ops.images.push.uses_stand_in", lambda settings: False)
        run("build", "--version", "1.4.0", "--archive", "image.tar")
        (docker.folder / f"{aws.settings.repository_name}:1.4.0.json").unlink()
        run("push", "--version", "1.4.0", "--archive", "image.tar")
        assert docker.verbs() == ["build", "save", "load", "tag", "push"]
        assert [image.version for image in list_images(aws)] == ["1.4.0"]

    def test_an_archive_needs_an_engine(self, aws: Aws, docker: FakeDocker) -> None:
        assert "--archive needs a Docker engine" in fails("push", "--version", "1.4.0", "--archive", "image.tar")

    def test_latest_is_refused(self, aws: Aws) -> None:
        assert "'latest' means another image every time" in fails("push", "--version", "latest")

    def test_credentials_of_another_account_are_refused_before_anything_is_pushed(
        self, aws: Aws, docker: FakeDocker, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("DASH__AWS__ACCOUNT_ID", "999999999999")
        assert "the AWS credentials are of account 000000000000" in fails("push", "--version", "1.4.0")
        assert list_images(aws) == []

    def test_another_accounts_images_are_not_listed(self, aws: Aws, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("DASH__AWS__ACCOUNT_ID", "999999999999")
        assert "the AWS credentials are of account 000000000000" in fails("list")


@pytest.mark.unit
def test_the_table_has_a_line_for_each_version() -> None:
    assert _as_table(IMAGES).splitlines() == [
        "version  digest        pushed (UTC)         size   SBOM",
        "1.4.0    abababababab  2026-03-01 09:00:00  3 MiB  yes",
        "local-1  cdcdcdcdcdcd  2026-02-01 09:00:00         no    stands for an image: only its sources",
    ]


@pytest.mark.unit
def test_json_has_every_field() -> None:
    first, _ = json.loads(_as_json(IMAGES))
    assert first == {
        "version": "1.4.0",
        "digest": f"sha256:{'ab' * 32}",
        "size": 3 * 1024**2,
        "pushed_at": "2026-03-01T09:00:00+00:00",
        "stand_in": False,
        "sbom": True,
    }
