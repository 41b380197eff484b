"""Plans the stacks of an environment, and reads from each plan what a reviewer has to know."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from typing import Any

from ops.deployment import VERSION_VARIABLE, Deployment, StackPlan
from ops.errors import OpsError
from ops.remote_state import RemoteState
from ops.review.additions import read_additions
from ops.review.changes import changed_outputs, read_changes
from ops.review.dangers import find_dangers
from ops.review.drift import read_drift
from ops.review.offline import OfflinePlans
from ops.review.outcome import StackReview
from ops.state_bucket import bucket_exists
from ops.terraform import read_configuration

_AT_ONCE = 3  # as many as are planned at once


@dataclass(frozen=True)
class PlannedStacks:
    """A review of each stack, and the plans themselves as `terraform show -json` prints them."""

    reviews: tuple[StackReview, ...]
    shown: Mapping[str, Mapping[str, Any]]


def plan_stacks(
    deployment: Deployment, names: Sequence[str], variables: Mapping[str, str], offline: OfflinePlans
) -> PlannedStacks:
    """Plan these synthesized stacks. One that is not deployed and cannot be planned yet is told from its offline plan.

    What fails of a stack is in its review. Raises OpsError where the states cannot be read.
    """
    obstacles = _obstacles(deployment, names, variables)
    plans, shown, failures = _plan_against_aws(deployment, [name for name in names if name not in obstacles], variables)
    obstacles |= {name: f"it {plan.obstacle}" for name, plan in plans.items() if plan.obstacle}
    states = [state for name in deployment.names if (state := deployment.state(name))] if shown else []
    reviews = {name: StackReview(name, failure=failure) for name, failure in failures.items()}
    ignored = deployment.settings.local.ignore_changes if deployment.settings.local else {}
    reviews |= {name: _read(name, plan, states, ignored) for name, plan in shown.items()}
    told_offline: dict[str, Mapping[str, Any]] = {}
    for name, obstacle in obstacles.items():
        if _is_deployed(deployment, name):
            note = f"Not planned: {obstacle}, then review it again."
            reviews[name] = StackReview(name, note=note, pending=True, against_aws=False)
        elif offline.failure:
            note = f"Not planned: {obstacle}."
            reviews[name] = StackReview(name, note=note, failure=offline.failure, against_aws=False)
        elif name in offline.shown:
            told_offline[name] = offline.shown[name]
            note = f"Not planned against AWS: {obstacle}. This is what it would create, told without AWS."
            reviews[name] = replace(_read(name, offline.shown[name], (), {}), note=note, against_aws=False)
        else:  # its feature is switched off
            reviews[name] = StackReview(name, against_aws=False)
    # The others have no resources, and had none: their features are switched off.
    return PlannedStacks(tuple(reviews.get(name) or StackReview(name) for name in names), told_offline | shown)


def _obstacles(deployment: Deployment, names: Sequence[str], variables: Mapping[str, str]) -> dict[str, str]:
    """Return why stacks cannot be planned, of those where that is known before they are."""
    if not bucket_exists(deployment.aws):
        return dict.fromkeys(names, "nothing is deployed yet")
    if "service" in names and VERSION_VARIABLE not in variables:
        return {"service": "no version of the dashboard is deployed, and none is named with --version"}
    return {}


def _is_deployed(deployment: Deployment, name: str) -> bool:
    state = deployment.state(name)
    return state is not None and bool(state.resource_count)


def _plan_against_aws(
    deployment: Deployment, names: Sequence[str], variables: Mapping[str, str]
) -> tuple[dict[str, StackPlan], dict[str, dict[str, Any]], dict[str, str]]:
    """Return the plans of these stacks, what Terraform shows of them, and what failed; each by stack."""
    shown: dict[str, dict[str, Any]] = {}
    failures: dict[str, str] = {}

    def show_one(name: str) -> None:
        try:
            shown[name] = deployment.shown_plan(name)
        except OpsError as error:
            failures[name] = str(error)

    try:
        plans = deployment.plan(*names, variables=variables, keep=True)
        failures.update({name: plan.failure for name, plan in plans.items() if plan.failure})
        with ThreadPoolExecutor(_AT_ONCE) as pool:
            list(pool.map(show_one, [name for name, plan in plans.items() if _has_file(deployment, name, plan)]))
    finally:
        deployment.forget_plans(*names)
    return plans, shown, failures


def _has_file(deployment: Deployment, name: str, planned: StackPlan) -> bool:
    """Tell whether Terraform planned a stack: one that neither has resources nor had any is not given to it."""
    if planned.plan is None:
        return False
    return bool(planned.plan) or "resource" in read_configuration(deployment.folder(name))


def _read(
    name: str, shown: Mapping[str, Any], states: Iterable[RemoteState], ignored: Mapping[str, Sequence[str]]
) -> StackReview:
    return StackReview(
        name,
        changes=read_changes(shown),
        outputs=changed_outputs(shown),
        drift=read_drift(shown) + read_additions(shown, states, ignored),
        dangers=tuple(find_dangers(name, shown)),
    )
