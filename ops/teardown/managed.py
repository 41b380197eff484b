"""What the Terraform states of a deployment say that there is."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from ops.deployment import Deployment
from ops.remote_state import RemoteState
from ops.state_bucket import STACK

States = Mapping[str, RemoteState]


def deployed_states(deployment: Deployment) -> States:
    """Return the states of the stacks that have resources, but for the state bucket's own; consumers first."""
    states = {name: deployment.state(name) for name in reversed(deployment.names) if name != STACK}
    return {name: state for name, state in states.items() if state and state.resource_count}


def listed(states: States) -> str:
    """Return the stacks with the number of resources of each, in words."""
    return ", ".join(f"{name} ({state.resource_count})" for name, state in states.items())


def managed(state: RemoteState, kind: str) -> Iterator[dict[str, Any]]:
    """Yield the attributes of each resource of a type, as Terraform last saw them."""
    for resource in state.resources:
        if resource["mode"] == "managed" and resource["type"] == kind:
            yield from (instance["attributes"] for instance in resource["instances"])
