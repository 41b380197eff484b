"""Docker's sign-in to ECR: where the password is, and where it is not."""

import base64
import json
import os
from collections.abc import Mapping
from pathlib import Path

import pytest
from botocore.stub import Stubber

from ops.aws import Aws
from ops.errors import OpsError
from ops.images.docker import run_docker
from ops.images.sign_in import signed_in
from tests.ops.images.conftest import OWN_SETTINGS, FakeDocker
from tests.settings import settings_of

pytestmark = pytest.mark.unit

REGISTRY = "123456789012.dkr.ecr.us-east-1.amazonaws.com"
PASSWORD = "the-password-of-twelve-hours"
TOKEN = base64.b64encode(f"AWS:{PASSWORD}".encode()).decode()


@pytest.fixture
def aws(unreached: Aws) -> Aws:
    stubber = Stubber(unreached.ecr)
    stubber.add_response("get_authorization_token", {"authorizationData": [{"authorizationToken": TOKEN}]})
    stubber.activate()
    return unreached


def files_with(secret: str, folder: Path) -> list[Path]:
    return [file for file in folder.rglob("*") if file.is_file() and secret in file.read_text(errors="replace")]


def test_it_holds_for_as_long_as_the_with_statement(
    aws: Aws, docker: FakeDocker, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    monkeypatch.setattr("tempfile.tempdir", None)
    own = Path(os.environ["DOCKER_CONFIG"])
    before = (own / "config.json").read_text()
    with signed_in(aws, REGISTRY) as environ:
        folder = Path(environ["DOCKER_CONFIG"])
        assert folder.parent == tmp_path
        assert json.loads((folder / "config.json").read_text())["auths"] == {REGISTRY: {"auth": TOKEN}}
        run_docker("version", environ=environ)
    assert not folder.exists()
    assert (own / "config.json").read_text() == before
    assert files_with(PASSWORD, tmp_path) == files_with(TOKEN, tmp_path) == []
    login, version = docker.calls()
    assert login["arguments"] == ["login", "--username", "AWS", "--password-stdin", REGISTRY]
    assert login["told"]
    assert version["signed_in_to"] == [REGISTRY]


def test_docker_has_the_persons_settings_but_for_where_credentials_are(aws: Aws, docker: FakeDocker) -> None:
    with signed_in(aws, REGISTRY) as environ:
        folder = Path(environ["DOCKER_CONFIG"])
        assert (folder / "contexts").resolve() == Path(os.environ["DOCKER_CONFIG"]) / "contexts"
    (login,) = docker.calls()
    assert login["settings"] == OWN_SETTINGS
    assert login["signed_in_to"] == []
    assert login["entries"] == ["cli-plugins", "config.json", "contexts"]
    assert login["mode"] == "0o700"


def test_a_person_without_settings_of_docker_is_signed_in(
    aws: Aws, docker: FakeDocker, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("DOCKER_CONFIG")
    monkeypatch.setenv("HOME", str(tmp_path / "nobody"))
    with signed_in(aws, REGISTRY):
        pass
    assert docker.calls()[0]["settings"] == {}


@pytest.mark.parametrize("text", ["{", "[]"])
def test_settings_that_cannot_be_read_are_named(text: str, aws: Aws, docker: FakeDocker) -> None:
    own = Path(os.environ["DOCKER_CONFIG"]) / "config.json"
    own.write_text(text)
    with pytest.raises(OpsError, match=f"docker's settings in {own} cannot be read"), signed_in(aws, REGISTRY):
        pass


def test_a_refused_sign_in_leaves_nothing_and_tells_no_password(
    aws: Aws, docker: FakeDocker, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    monkeypatch.setattr("tempfile.tempdir", None)
    docker.fail("login", "Error response from daemon: login attempt failed with status: 400 Bad Request")
    with pytest.raises(OpsError, match="400 Bad Request") as error, signed_in(aws, REGISTRY):
        pass
    assert PASSWORD not in str(error.value)
    assert list(tmp_path.glob("docker-*")) == []
    assert files_with(PASSWORD, tmp_path) == []


def test_an_interrupted_push_leaves_nothing(aws: Aws, docker: FakeDocker) -> None:
    def push(environ: Mapping[str, str]) -> None:
        folders.append(Path(environ["DOCKER_CONFIG"]))
        assert folders[0].exists()
        raise KeyboardInterrupt

    folders: list[Path] = []
    with pytest.raises(KeyboardInterrupt), signed_in(aws, REGISTRY) as environ:
        push(environ)
    assert not folders[0].exists()


def test_the_emulator_lets_everybody_push(docker: FakeDocker) -> None:
    with signed_in(Aws(settings_of({})), "127.0.0.1:4566") as environ:
        assert environ is os.environ
    assert docker.calls() == []
