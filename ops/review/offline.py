"""Plans as if nothing were deployed: for the policy, and for what cannot be planned against AWS yet."""

import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ops.deployment import Deployment
from ops.errors import OpsError
from ops.offline.plans import plan_offline


@dataclass(frozen=True)
class OfflinePlans:
    """What `terraform show -json` prints of each stack that has resources, or the failure for which there is none."""

    shown: Mapping[str, dict[str, Any]] = field(default_factory=dict)
    failure: str = ""


def offline_plans(deployment: Deployment, names: Sequence[str]) -> OfflinePlans:
    """Plan these synthesized stacks."""
    with tempfile.TemporaryDirectory(prefix="dashctl-") as temporary:
        try:
            return OfflinePlans(plan_offline(deployment, names, Path(temporary).resolve() / "plans"))
        except OpsError as error:
            return OfflinePlans(failure=str(error))
