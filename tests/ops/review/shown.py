"""Plans as Terraform 1.11 and AWS provider 5.100 showed them, cut down to what is read.

`by_hand`: a log group's retention and tag, a bucket's versioning, a default tag of a topic changed by hand, a log group
deleted, AdministratorAccess, an inline policy and port 22 added; the code as deployed. It has the `state` too.
`changes`: another image and environment, description of a security group, policy and secret; things come and go.
"""

import json
from pathlib import Path
from typing import Any

from ops.remote_state import RemoteState

_FOLDER = Path(__file__).parent / "shown"


def shown(name: str) -> dict[str, Any]:
    """Return a plan as `terraform show -json` printed it."""
    found: dict[str, Any] = json.loads((_FOLDER / f"{name}.json").read_text())
    return found


def state_by_hand() -> RemoteState:
    """Return the state that `by_hand` was planned with: it has a role's policy and two rules of a group."""
    return RemoteState(etag="", outputs={}, resources=shown("by_hand")["state"]["resources"])
