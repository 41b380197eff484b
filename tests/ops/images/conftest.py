"""A registry in the emulator, a docker that needs no engine, and a tree that is committed."""

import json
import os
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from config import Settings
from ops.aws import Aws
from ops.images.tree import Tree
from ops.progress import Progress, Step
from tests.ops.conftest import SetVariables
from tests.programs import write_program
from tests.settings import FOLDER, settings_of

COMMIT = "0123456789abcdef0123456789abcdef01234567"
TIME = datetime(2026, 3, 1, 12, 30, tzinfo=UTC)
COMMITTED = Tree(commit=COMMIT, changed=(), time=TIME, source="https://github.com/acme/dashboard")

# What a person's config.json of docker has.
OWN_SETTINGS = {"currentContext": "remote", "proxies": {"default": {"httpProxy": "http://proxy:3128"}}}
OWN_CREDENTIALS = {"credsStore": "desktop", "credHelpers": {"a.io": "ecr-login"}, "auths": {"b.io": {"auth": "eA=="}}}

on_the_emulator = [pytest.mark.emulator, pytest.mark.xdist_group("ops_emulator")]


@dataclass(frozen=True)
class FakeDocker:
    """The docker on PATH."""

    folder: Path

    def calls(self, verb: str = "") -> list[dict[str, Any]]:
        """Return how it was called, every time or for one verb."""
        file = self.folder / "calls.jsonl"
        found = [json.loads(line) for line in file.read_text().splitlines()] if file.exists() else []
        return [call for call in found if not verb or call["arguments"][0] == verb]

    def verbs(self) -> list[str]:
        """Return what was done with it, but for questions."""
        return [verb for call in self.calls() if (verb := call["arguments"][0]) not in ("version", "info", "image")]

    def fail(self, verb: str, text: str) -> None:
        (self.folder / f"{verb}.fails").write_text(text)

    def hang(self, verb: str) -> None:
        (self.folder / f"{verb}.hangs").touch()


@pytest.fixture
def docker(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> FakeDocker:
    """Put the fake on PATH; its engine is not one that could run tasks of the local environment."""
    folder, binaries = tmp_path / "docker", tmp_path / "bin"
    folder.mkdir()
    binaries.mkdir()
    write_program(binaries / "docker", (Path(__file__).parent / "fake_docker.py").read_text())
    (folder / "info.json").write_text(json.dumps({"OSType": "linux", "Name": "elsewhere"}))
    monkeypatch.setenv("PATH", f"{binaries}{os.pathsep}{os.environ['PATH']}")
    monkeypatch.setenv("FAKE_DOCKER", str(folder))
    own = tmp_path / "docker of jane"
    (own / "contexts").mkdir(parents=True)
    (own / "cli-plugins").mkdir()
    (own / "config.json").write_text(json.dumps(OWN_SETTINGS | OWN_CREDENTIALS))
    monkeypatch.setenv("DOCKER_CONFIG", str(own))
    return FakeDocker(folder)


@pytest.fixture
def environ(set_local: SetVariables, tmp_path: Path) -> dict[str, str]:
    """The variables of a local environment with a repository of its own, also set for what the test starts."""
    return set_local(
        DASH_CONFIG_FOLDER=str(FOLDER),
        DASH__LOCAL__FOLDER=str(tmp_path / "local"),
        DASH__ECR__REPOSITORY=f"r{uuid.uuid4().hex[:12]}",
    )


@pytest.fixture
def local(environ: dict[str, str]) -> Aws:
    """The local environment, whose repository is not there yet."""
    return Aws(settings_of(environ))


@pytest.fixture
def aws(local: Aws) -> Aws:
    """The local environment, with its repository."""
    make_repository(local)
    return local


@pytest.fixture
def prod(aws: Aws, monkeypatch: pytest.MonkeyPatch) -> Aws:
    """An environment of AWS, whose repository is that of the emulator."""
    monkeypatch.setenv("FAKE_REGISTRY", f"127.0.0.1:{aws.settings.local.port}")  # type: ignore[union-attr]
    made = Aws(prod_settings(DASH__ECR__REPOSITORY=aws.settings.ecr.repository))
    made.ecr = aws.ecr
    return made


@pytest.fixture
def step(progress: Progress) -> Step:
    return Step(progress, "image")


def make_repository(aws: Aws) -> None:
    aws.ecr.create_repository(repositoryName=aws.settings.repository_name, imageTagMutability="IMMUTABLE")


def prod_settings(**variables: str) -> Settings:
    return settings_of({"DASH_ENV": "prod", "DASH__AWS__ACCOUNT_ID": "123456789012"} | variables)


Put = Callable[..., str]


@pytest.fixture
def put(aws: Aws) -> Put:
    """Return a function that puts a manifest into the registry under a tag, and returns its digest."""

    def put_manifest(tag: str | None, **content: object) -> str:
        manifest = json.dumps(
            {"schemaVersion": 2, "layers": [], "config": {"digest": f"sha256:{uuid.uuid4().hex}"}} | content
        )
        tagged: dict[str, Any] = {"imageTag": tag} if tag else {}
        made = aws.ecr.put_image(repositoryName=aws.settings.repository_name, imageManifest=manifest, **tagged)
        return made["image"]["imageId"]["imageDigest"]

    return put_manifest
