"""What a container may do, in the words of `docker run`."""

from typing import Any

import pytest

from ops.local.container_options import container_options

pytestmark = pytest.mark.unit

DEFINITION: dict[str, Any] = {
    "name": "dashboard",
    "user": "10001:10001",
    "readonlyRootFilesystem": True,
    "linuxParameters": {
        "capabilities": {"add": [], "drop": ["ALL"]},
        "initProcessEnabled": True,
        "tmpfs": [{"containerPath": "/tmp", "size": 64, "mountOptions": ["noexec", "nosuid", "nodev"]}],
    },
}


def test_a_container_may_do_locally_what_it_may_do_at_aws() -> None:
    assert container_options(DEFINITION) == (
        "--user",
        "10001:10001",
        "--read-only",
        "--init",
        "--cap-drop",
        "ALL",
        "--tmpfs",
        "/tmp:noexec,nosuid,nodev,size=64m",
    )


@pytest.mark.parametrize(
    "definition",
    [
        {},
        {
            "readonlyRootFilesystem": False,
            "linuxParameters": {"initProcessEnabled": False, "capabilities": {"drop": []}},
        },
    ],
)
def test_what_is_not_said_is_not_restricted(definition: dict[str, Any]) -> None:
    assert container_options(definition) == ()
