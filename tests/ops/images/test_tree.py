"""The commit that an image is built from, in repositories made for it."""

import subprocess
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from ops.images.tree import Tree, read_tree, tree_problem
from tests.ops.images.conftest import COMMITTED, TIME, prod_settings
from tests.settings import settings_of

pytestmark = pytest.mark.unit


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The dashboard's folder of a repository with one commit."""
    for name in ("GIT_AUTHOR_NAME", "GIT_COMMITTER_NAME", "GIT_AUTHOR_EMAIL", "GIT_COMMITTER_EMAIL"):
        monkeypatch.setenv(name, "a@example.com")
    monkeypatch.setenv("GIT_COMMITTER_DATE", TIME.isoformat())
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", "/dev/null")
    folder = tmp_path / "clone" / "dashboard"
    folder.mkdir(parents=True)
    (folder / "app.py").write_text("1\n")
    (folder.parent / ".gitignore").write_text("*.pyc\n__pycache__/\n*.secret\n")
    git(folder.parent, "init", "--quiet")
    git(folder.parent, "add", ".")
    git(folder.parent, "commit", "--quiet", "--message", "first")
    return folder


def git(folder: Path, *arguments: str) -> str:
    return subprocess.run(["git", *arguments], cwd=folder, check=True, capture_output=True, text=True).stdout.strip()


def test_a_clean_tree_is_its_commit_and_has_its_time(folder: Path) -> None:
    (folder / "__pycache__").mkdir()
    (folder / "__pycache__" / "app.cpython-311.pyc").touch()
    (folder / "old.pyc").touch()
    (folder.parent / "README.md").write_text("not in the image")
    commit = git(folder, "rev-parse", "HEAD")
    assert read_tree(folder) == Tree(commit=commit, changed=(), time=TIME, source="")
    assert read_tree(folder).revision == commit


@pytest.mark.parametrize("change", ["modified", "deleted", "untracked", "staged", "ignored by git", "renamed"])
def test_a_change_below_the_folder_makes_it_dirty(change: str, folder: Path) -> None:
    named = {"app.py"}
    match change:
        case "modified":
            (folder / "app.py").write_text("2\n")
        case "deleted":
            (folder / "app.py").unlink()
        case "untracked":
            (folder / "new file.py").touch()
            named = {"new file.py"}
        case "staged":
            (folder / "app.py").write_text("2\n")
            git(folder, "add", ".")
        case "ignored by git":
            (folder / "my.secret").touch()
            named = {"my.secret"}
        case "renamed":
            git(folder, "mv", "app.py", "start.py")
            named = {"app.py", "start.py"}
    tree = read_tree(folder)
    assert set(tree.changed) == {f"dashboard/{name}" for name in named}
    assert tree.revision == git(folder, "rev-parse", "HEAD") + "-dirty"
    assert datetime.now(UTC) - tree.time < timedelta(minutes=1)


def test_a_persons_own_settings_of_git_hide_nothing(folder: Path) -> None:
    git(folder, "config", "status.showUntrackedFiles", "no")
    (folder / "new.py").touch()
    assert read_tree(folder).changed == ("dashboard/new.py",)


def test_a_signed_commit_is_read_where_git_shows_signatures(folder: Path, tmp_path: Path) -> None:
    signs = "echo '[GNUPG:] SIG_CREATED ' >&2; echo '-----BEGIN PGP SIGNATURE-----'; echo gpg: Good signature >&2\n"
    # Git fails where nobody reads what is to be signed.
    (tmp_path / "gpg").write_text(f"#!/bin/sh\ncat > /dev/null\n{signs}")
    (tmp_path / "gpg").chmod(0o755)
    git(folder, "config", "gpg.program", str(tmp_path / "gpg"))
    git(folder, "config", "log.showSignature", "true")
    git(folder, "commit", "--quiet", "--allow-empty", "--gpg-sign=me", "--message", "signed")
    assert read_tree(folder).commit == git(folder, "rev-parse", "HEAD")


@pytest.mark.parametrize(
    ("remote", "source"),
    [
        ("https://github.com/acme/dash.git", "https://github.com/acme/dash"),
        ("https://jane:ghp_secret@github.com/acme/dash", "https://github.com/acme/dash"),
        ("https://git.acme.com:8443/dash.git", "https://git.acme.com:8443/dash"),
        ("git@github.com:acme/dash.git", "https://github.com/acme/dash"),
        ("ssh://git@github.com:22/acme/dash.git", "https://github.com/acme/dash"),
        ("/srv/git/dash.git", ""),
        ("file:///srv/git/dash.git", ""),
    ],
)
def test_the_source_is_the_remotes_address_without_what_is_secret(remote: str, source: str, folder: Path) -> None:
    git(folder, "remote", "add", "origin", remote)
    assert read_tree(folder).source == source


def test_without_a_repository_there_is_no_commit_and_a_reason(tmp_path: Path) -> None:
    tree = read_tree(tmp_path)
    assert tree.revision == ""
    assert "git does not know the commit (fatal: not a git repository" in tree.problem


def test_without_a_commit_there_is_a_reason(tmp_path: Path) -> None:
    git(tmp_path, "init", "--quiet")
    assert "does not have any commits yet" in read_tree(tmp_path).problem


def test_without_git_there_is_a_reason(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(folder))
    assert read_tree(folder).problem == "git is not installed, so the commit is not known"


def test_prod_is_built_from_what_is_committed_only() -> None:
    changed = Tree(commit="0", changed=tuple(f"dashboard/{n}.py" for n in range(12)), time=TIME, source="")
    problem = tree_problem(prod_settings(), changed)
    assert problem.startswith("not committed: dashboard/0.py, dashboard/1.py")
    assert (
        "dashboard/9.py and 2 more: commit or remove them, or set ecr.require_clean_tree = false in prod.toml"
        in problem
    )
    assert tree_problem(prod_settings(), COMMITTED) == ""


def test_prod_is_not_built_without_git() -> None:
    problem = tree_problem(prod_settings(), Tree("", (), TIME, "", "git is not installed"))
    assert "git is not installed: images of 'prod' are built from a commit only" in problem


@pytest.mark.parametrize("tree", [Tree("0", ("dashboard/a.py",), TIME, ""), Tree("", (), TIME, "", "no git")])
def test_local_is_built_from_any_tree(tree: Tree) -> None:
    assert tree_problem(settings_of({}), tree) == ""
