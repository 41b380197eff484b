"""Terraform states by hand, and AWS of a production environment that no call reaches."""

from typing import Any

from ops.remote_state import RemoteState
from ops.teardown.managed import States


def state_of(**resources: dict[str, Any]) -> RemoteState:
    """Return a state with a resource of each type, of these attributes."""
    return RemoteState(
        etag="any",
        outputs={},
        resources=[
            {"mode": "managed", "type": kind, "name": "any", "instances": [{"attributes": attributes}]}
            for kind, attributes in resources.items()
        ],
    )


def states_of(**stacks: RemoteState) -> States:
    """Return states by the stacks' names, in this order."""
    return stacks
