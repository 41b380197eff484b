"""The commit of a checkout, also where there is none."""

import subprocess
from pathlib import Path

import pytest

from ops.review.commit import commit_of

pytestmark = pytest.mark.unit


def git(folder: Path, *arguments: str) -> str:
    identity = ("-c", "user.name=n", "-c", "user.email=n@example.org", "-c", "commit.gpgsign=false")
    ended = subprocess.run(["git", *identity, *arguments], cwd=folder, capture_output=True, text=True, check=True)
    return ended.stdout.strip()


def test_a_commit_and_what_differs_from_it(tmp_path: Path) -> None:
    git(tmp_path, "init", "--quiet")
    assert commit_of(tmp_path).startswith("not known: ")
    git(tmp_path, "commit", "--quiet", "--allow-empty", "--message", "m")
    commit = git(tmp_path, "rev-parse", "HEAD")
    assert commit_of(tmp_path) == commit
    git(tmp_path, "config", "status.showUntrackedFiles", "no")
    (tmp_path / "new").touch()
    assert commit_of(tmp_path) == f"{commit}, with changes that are not committed"


def test_the_repository_of_a_hook_that_calls_is_not_asked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    git(tmp_path, "init", "--quiet")
    git(tmp_path, "commit", "--quiet", "--allow-empty", "--message", "m")
    commit = git(tmp_path, "rev-parse", "HEAD")
    monkeypatch.setenv("GIT_DIR", str(tmp_path / "nowhere"))
    assert commit_of(tmp_path) == commit


def test_no_checkout_and_no_git(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path.parent))
    assert commit_of(tmp_path).startswith("not known: ")
    monkeypatch.setenv("PATH", str(tmp_path))
    assert commit_of(tmp_path).startswith("not known: ")
