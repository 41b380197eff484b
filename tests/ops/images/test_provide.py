"""What a deployment does for the image of its version."""

from collections.abc import Callable

import pytest

from ops.aws import Aws
from ops.deployment import Deployment
from ops.errors import OpsError
from ops.images.build import build
from ops.images.provide import check_can_provide, provide_image
from ops.images.push import push
from ops.images.registry import find_image
from ops.images.tree import Tree
from ops.progress import Progress, Step
from tests.ops.images.conftest import COMMIT, COMMITTED, TIME, FakeDocker, on_the_emulator

pytestmark = on_the_emulator

DIRTY = Tree(commit=COMMIT, changed=("dashboard/app.py",), time=TIME, source="")
Of = Callable[[Aws], Deployment]


@pytest.fixture
def of(progress: Progress) -> Of:
    """Return a function that returns the deployment of an environment."""

    def deployment_of(aws: Aws) -> Deployment:
        deployment = Deployment(aws.settings, progress)
        deployment.aws = aws
        return deployment

    return deployment_of


@pytest.fixture(autouse=True)
def tree(monkeypatch: pytest.MonkeyPatch) -> Callable[[Tree], None]:
    """Have the checkout committed; return a function that has it otherwise."""

    def set_tree(tree: Tree) -> None:
        monkeypatch.setattr("ops.images.provide.read_tree", lambda: tree)

    set_tree(COMMITTED)
    return set_tree


def test_what_is_not_there_is_built_and_pushed_with_its_sbom(of: Of, prod: Aws, docker: FakeDocker, step: Step) -> None:
    check_can_provide(of(prod), "1.4.0")
    assert docker.verbs() == []
    image = provide_image(of(prod), "1.4.0", step)
    assert docker.verbs() == ["build", "tag", "login", "push"]
    found = find_image(prod, "1.4.0")
    assert found is not None
    assert (found.digest, found.sbom) == (image.digest, True)


def test_what_is_there_is_taken_whatever_the_checkout_is(
    of: Of, prod: Aws, docker: FakeDocker, step: Step, tree: Callable[[Tree], None]
) -> None:
    build(prod.settings, "1.4.0", COMMITTED, step)
    pushed = push(prod, "1.4.0", COMMITTED, step)
    tree(DIRTY)
    docker.fail("version", "no engine")
    done = docker.verbs()
    check_can_provide(of(prod), "1.4.0")
    image = provide_image(of(prod), "1.4.0", step)
    assert image.digest == pushed.digest
    assert step.outcome == "version 1.4.0 is in the registry"
    assert docker.verbs() == done


@pytest.mark.parametrize("act", ["check", "provide"])
def test_what_cannot_be_built_is_told_with_every_reason(
    act: str, of: Of, prod: Aws, docker: FakeDocker, step: Step, tree: Callable[[Tree], None]
) -> None:
    tree(DIRTY)
    docker.fail("version", "Cannot connect to the Docker daemon")
    with pytest.raises(OpsError) as error:
        check_can_provide(of(prod), "1.4.0") if act == "check" else provide_image(of(prod), "1.4.0", step)
    first, dirty, engine, last = str(error.value).splitlines()
    assert first == f"version 1.4.0 is not in the registry {prod.settings.repository_name}, and cannot be built here:"
    assert dirty.startswith("  not committed: dashboard/app.py: commit or remove them")
    assert engine.startswith("  no Docker engine answers")
    assert last == "name a version that is there (./dashctl image list)"
    assert docker.verbs() == []


@pytest.mark.parametrize("version", ["latest", "1.0+x"])
def test_a_name_that_is_no_version_is_refused_first(version: str, of: Of, local: Aws, step: Step) -> None:
    with pytest.raises(OpsError, match=r"for example 1\.0\.0"):
        check_can_provide(of(local), version)
    with pytest.raises(OpsError, match=r"for example 1\.0\.0"):
        provide_image(of(local), version, step)


def test_before_the_registry_is_there_it_can_be_told_whether_an_image_can_be_built(
    of: Of, local: Aws, docker: FakeDocker, step: Step
) -> None:
    check_can_provide(of(local), "1.4.0")
    with pytest.raises(OpsError, match="deploy the stack `ecr` first"):
        provide_image(of(local), "1.4.0", step)


def test_on_this_machine_the_sources_are_enough(
    of: Of, aws: Aws, docker: FakeDocker, step: Step, tree: Callable[[Tree], None]
) -> None:
    tree(DIRTY)
    check_can_provide(of(aws), "1.4.0")
    image = provide_image(of(aws), "1.4.0", step)
    assert image.stand_in
    assert provide_image(of(aws), "1.4.0", step).digest == image.digest
    assert docker.verbs() == []
