"""Delivers a version of the dashboard: what is missing is made, in order, until the version is seen to run."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from ops.data import Findings, Summary, check, write_sample
from ops.errors import OpsError
from ops.releases import object_exists, push

if TYPE_CHECKING:
    from config import Settings
    from ops.approval import Approval
    from ops.deployment import Deployment, StackPlan
    from ops.rollout.observed import Observed

REGISTRY, BUCKET, SERVICE = "ecr", "bucket", "service"


def provide_image(deployment: Deployment, version: str, approval: Approval) -> None:
    """Make sure that the registry, which is deployed where it is missing, has a version of the dashboard."""
    from ops.images.provide import provide_image as build_and_push
    from ops.images.registry import find_image

    if not find_image(deployment.aws, version):
        registry = deployment.with_missing_producers([REGISTRY])
        approval.apply(registry, {}, f"Put version {version} into the registry {deployment.settings.repository_name}")
    with deployment.progress.step("image") as step:
        build_and_push(deployment, version, step)


def provide_data(deployment: Deployment, file: Path | None) -> None:
    """Upload a file as a release of the data; without one the sample, where there are no data yet.

    The bucket must be deployed. Raises OpsError where the file is refused.
    """
    with deployment.progress.step("data") as step:
        if file is None and object_exists(deployment.aws):
            step.outcome = "kept as they are"
            return
        with _file_or_sample(file) as chosen:
            uploaded = push(deployment.aws, chosen, require_good(chosen, deployment.settings))
        if file is None:
            step.outcome = "sample data uploaded: ./dashctl data push FILE replaces them"
        else:
            step.outcome = f"{file.name} uploaded" if uploaded.new else f"{file.name} is there already"


def require_good(file: Path, settings: Settings) -> Summary:
    """Return what is in a file of data. Raises OpsError with what is wrong where the dashboard would refuse it."""
    found = check(file, settings)
    if isinstance(found, Findings):
        first = found.findings[0]
        where = f" (row {first.row}{f', {first.column}' if first.column else ''})" if first.row is not None else ""
        raise OpsError(
            f"{file} is refused: {first.message}{where}; {found.total} findings, which ./dashctl data validate lists"
        )
    return found


def apply_with_data(
    deployment: Deployment,
    names: list[str],
    variables: Mapping[str, str],
    plans: Mapping[str, StackPlan] | None,
    file: Path | None,
) -> None:
    """Apply stacks, as planned where they are; the data are there before the service is."""
    before = [name for name in deployment.with_missing_producers([BUCKET]) if name in names]
    # Nothing but Terraform changes what is on this machine.
    unchanged = deployment.settings.local is not None
    changed = deployment.apply(*before, variables=variables, plans=plans, skip_unchanged=unchanged)
    provide_data(deployment, file)
    rest = [name for name in names if name not in before]
    deployment.apply(*rest, variables=variables, plans=plans, changed_before=changed, skip_unchanged=unchanged)


def seen_before(deployment: Deployment) -> Observed | None:
    """Return the service as it is before a deployment, None where there is none: what failed by then is old."""
    from ops.rollout.watch import look, wanted_of

    if deployment.deployed_version() is None or not _can_be_seen(deployment.settings):
        return None
    return look(deployment, wanted_of(deployment))


def see_it_run(
    deployment: Deployment,
    *,
    before: Observed | None = None,
    timeout_minutes: float | None = None,
    failures: int = 1,
) -> str:
    """Wait until every task runs what Terraform deployed, call the dashboard's address, and return that address.

    Raises OpsError with what went wrong and the last lines of the task's log, within seconds of the event: so many
    `failures` of tasks, a rollback, or the time-out. `before` is what `seen_before` returned.
    """
    from ops.page import look_at_page
    from ops.rollout.retry import retry_given_up
    from ops.rollout.watch import wanted_of, watch

    with _goes_on_by_itself(deployment):
        _run_local_tasks(deployment.settings)
        wanted = wanted_of(deployment)
        with deployment.progress.step("rollout") as step:
            if before:
                retry_given_up(deployment.aws, wanted, before, step)
            count = watch(deployment, wanted, step, before=before, timeout_minutes=timeout_minutes, failures=failures)
    url = str(deployment.outputs(SERVICE)["dashboard_url"])
    if count:
        with deployment.progress.step("dashboard") as step:
            step.outcome = look_at_page(deployment.settings, url, version=wanted.version)
    return url


def _can_be_seen(settings: Settings) -> bool:
    """Tell whether anybody runs tasks now, who could tell of them."""
    if settings.local is None:
        return True
    from ops.local.agent_control import AgentControl

    return AgentControl(settings).record() is not None


def _run_local_tasks(settings: Settings) -> None:
    """Where AWS is emulated, nobody but the agent runs tasks."""
    if settings.local:
        from ops.local.agent_control import AgentControl

        AgentControl(settings).start()


@contextmanager
def _goes_on_by_itself(deployment: Deployment) -> Iterator[None]:
    try:
        yield
    except KeyboardInterrupt:
        deployment.progress.say(
            "ECS goes on with the deployment by itself: ./dashctl status tells how it went, ./dashctl rollback takes "
            "it back"
        )
        raise


@contextmanager
def _file_or_sample(file: Path | None) -> Iterator[Path]:
    if file is not None:
        yield file
        return
    with tempfile.TemporaryDirectory() as folder:
        sample = Path(folder) / "sample.csv"
        write_sample(sample)
        yield sample
