"""Plans as if nothing were deployed, or why there are none."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from ops.deployment import Deployment
from ops.errors import OpsError
from ops.review import offline
from ops.review.offline import OfflinePlans, offline_plans

pytestmark = pytest.mark.unit


def test_stacks_are_planned_in_a_folder_that_goes(
    make_stacks: Callable[..., Deployment], monkeypatch: pytest.MonkeyPatch
) -> None:
    folders: list[Path] = []

    def plan(_: Deployment, names: list[str], folder: Path) -> dict[str, dict[str, Any]]:
        folders.append(folder.parent)
        assert folder.parent.is_dir()
        return {name: {} for name in names}

    monkeypatch.setattr(offline, "plan_offline", plan)
    assert offline_plans(make_stacks({"vpc": [], "alb": []}), ["vpc"]) == OfflinePlans({"vpc": {}})
    assert not folders[0].exists()


def test_what_fails_is_told(make_stacks: Callable[..., Deployment], monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> None:
        raise OpsError("no Terraform")

    monkeypatch.setattr(offline, "plan_offline", fail)
    assert offline_plans(make_stacks({"vpc": []}), ["vpc"]) == OfflinePlans(failure="no Terraform")
