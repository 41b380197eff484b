"""Finds out what a deployment of an environment would change."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from itertools import chain
from typing import Any

from config import Settings
from ops.costs.change import cost_change
from ops.costs.estimate import NOT_PRICED, monthly_costs, read_resources
from ops.costs.lines import CostLine
from ops.costs.prices import load_prices
from ops.deployment import ROOT, VERSION_VARIABLE, Deployment
from ops.errors import OpsError
from ops.policy.allowed import Sorted, read_allowed
from ops.policy.scan import allow_list, judge
from ops.review.commit import commit_of
from ops.review.offline import OfflinePlans, offline_plans
from ops.review.outcome import CostReview, Review
from ops.review.stacks import PlannedStacks, plan_stacks
from ops.session import plain_http_warning, version_variables


def review(deployment: Deployment, names: Sequence[str], version: str | None) -> Review:
    """Review these stacks of a deployment; all where none is named. Nothing is deployed.

    `version` is of the dashboard, by default the deployed one. What goes wrong is in the review, so that it can be
    read where its reader looks; only a stack that does not exist raises OpsError.
    """
    reviewed = _beginning(deployment.settings, version)
    try:
        deployment.synth()
    except OpsError as error:
        return replace(reviewed, failure=str(error))
    deployment.require_known(names)
    chosen = [name for name in deployment.names if not names or name in names]
    offline = offline_plans(deployment, chosen)
    try:
        deployment.aws.require_account()
        variables = version_variables(deployment, version)
        reviewed = replace(
            reviewed,
            version_now=deployment.deployed_version(),
            version_asked=variables.get(VERSION_VARIABLE),
        )
        planned = plan_stacks(deployment, chosen, variables, offline)
        reviewed = replace(reviewed, stacks=planned.reviews)
        reviewed = replace(reviewed, costs=_costs(deployment, planned))
    except OpsError as error:
        reviewed = replace(reviewed, failure=str(error))
    try:
        return replace(reviewed, policy=_policy(deployment, chosen, offline))
    except OpsError as error:
        return replace(reviewed, policy_failure=str(error))


def _policy(deployment: Deployment, names: Sequence[str], offline: OfflinePlans) -> Sorted:
    if offline.failure:
        raise OpsError(offline.failure)
    return judge(deployment, names, offline.shown, read_allowed(allow_list())).findings


def _beginning(settings: Settings, version: str | None) -> Review:
    warning = plain_http_warning(settings)
    return Review(
        environment=settings.environment,
        account=settings.aws.account_id,
        region=settings.aws.region,
        commit=commit_of(ROOT),
        at=datetime.now(UTC),
        version_asked=version,
        warnings=(warning,) if warning else (),
    )


def _costs(deployment: Deployment, planned: PlannedStacks) -> CostReview:
    """Return what the stacks cost in a month, before and after."""
    if deployment.settings.local:
        return CostReview(notes=("A local AWS costs nothing.",))
    with deployment.progress.step("prices") as step:
        prices = load_prices(deployment.aws)
        step.outcome = prices.source

    def lines(values_of: Callable[[Mapping[str, Any]], Mapping[str, Any]]) -> list[CostLine]:
        found = [read_resources(name, values_of(shown)) for name, shown in planned.shown.items()]
        return monthly_costs(chain.from_iterable(found), deployment.settings, prices)

    before = lines(lambda shown: shown.get("prior_state", {}).get("values", {}))
    after = lines(lambda shown: shown.get("planned_values", {}))
    missing = [stack.name for stack in planned.reviews if stack.failure or stack.pending]
    notes = [f"Without {', '.join(missing)}."] if missing else []
    # Of 0 dollars before and after, they are no difference that the reader would see.
    if unknown := [f"{line.stack}: {line.address}" for line in after if line.what == NOT_PRICED]:
        notes.append(f"Without what no price is known of: {', '.join(unknown)}.")
    return CostReview(cost_change(before, after), tuple(after), prices.source, (*notes, *prices.notes))
