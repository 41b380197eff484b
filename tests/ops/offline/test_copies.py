"""A copy of a stack reaches no backend, no account, no emulator and no other stack."""

import json
from pathlib import Path
from typing import Any

import pytest

from ops.errors import OpsError
from ops.offline.copies import make_offline_root, offline_environ

pytestmark = pytest.mark.unit

ENDPOINT = "http://127.0.0.1:1024"
PROVIDER = {
    "region": "us-east-1",
    "allowed_account_ids": ["123456789012"],
    "endpoints": [{"ec2": "http://127.0.0.1:4566"}],
    "default_tags": [{"tags": {"team": "data"}}],
}
TERRAFORM = {
    "backend": {"s3": {"bucket": "state"}},
    "required_providers": {"aws": {"source": "aws", "version": "5.100.0"}},
}


@pytest.fixture
def stacks(tmp_path: Path) -> Path:
    """The folder of two synthesized stacks, of which one reads an output of the other."""
    reference = "${data.terraform_remote_state.cross-stack-reference-input-app-vpc.outputs.cross-stack-output-vpc-id}"
    state = {"cross-stack-reference-input-app-vpc": {"backend": "s3", "config": {"bucket": "state"}}}
    configurations: dict[str, dict[str, Any]] = {
        "app-vpc": {
            "resource": {"aws_vpc": {"vpc": {}}},
            "output": {"cross-stack-output-vpc-id": {"value": "${aws_vpc.vpc.id}"}},
        },
        "app-alb": {
            "resource": {"aws_security_group": {"access": {"vpc_id": reference}}},
            "data": {"terraform_remote_state": state},
            "variable": {"dashboard_version": {}},
        },
    }
    for name, configuration in configurations.items():
        (tmp_path / "stacks" / name).mkdir(parents=True)
        whole = configuration | {"provider": {"aws": [PROVIDER]}, "terraform": TERRAFORM}
        (tmp_path / "stacks" / name / "cdk.tf.json").write_text(json.dumps(whole))
    return tmp_path / "stacks"


def read(file: Path) -> dict[str, Any]:
    content: dict[str, Any] = json.loads(file.read_text())
    return content


def made_up_vpc(states: dict[str, Any]) -> dict[str, Any]:
    """Return the state that stands in for the one of the stack vpc."""
    state = states["cross-stack-reference-input-app-vpc"]
    assert state["backend"] == "local"
    return read(Path(state["config"]["path"]))


def test_a_root_has_each_stack_as_a_module_and_one_offline_provider(stacks: Path, tmp_path: Path) -> None:
    sources = {"vpc": stacks / "app-vpc", "alb": stacks / "app-alb"}
    make_offline_root(sources, tmp_path / "root", endpoint=ENDPOINT, version="1.0.0")
    root = read(tmp_path / "root" / "cdk.tf.json")
    assert root["module"] == {"vpc": {"source": "./vpc"}, "alb": {"source": "./alb", "dashboard_version": "1.0.0"}}
    (provider,) = root["provider"]["aws"]
    assert provider["allowed_account_ids"] == []
    assert provider["endpoints"] == [{"ecr": ENDPOINT, "sts": ENDPOINT}]
    assert provider["default_tags"] == PROVIDER["default_tags"]
    module = read(tmp_path / "root" / "alb" / "cdk.tf.json")
    assert "provider" not in module
    assert "backend" not in module["terraform"]
    assert module["resource"] == read(stacks / "app-alb" / "cdk.tf.json")["resource"]
    override = read(tmp_path / "root" / "alb" / "offline_override.tf.json")
    (output,) = made_up_vpc(override["data"]["terraform_remote_state"])["outputs"].values()
    assert output["type"] == "string"
    assert output["value"].startswith("vpc-")


def test_a_stack_that_is_not_synthesized_is_told(stacks: Path, tmp_path: Path) -> None:
    (stacks / "app-vpc" / "cdk.tf.json").unlink()
    with pytest.raises(OpsError, match="cannot be read"):
        make_offline_root({"alb": stacks / "app-alb"}, tmp_path / "root", endpoint=ENDPOINT, version="1.0.0")


def test_nothing_of_the_users_aws_reaches_terraform() -> None:
    environ = offline_environ(ENDPOINT, {"AWS_PROFILE": "me", "TF_VAR_dashboard_version": "2", "PATH": "/bin"})
    assert environ == {
        "PATH": "/bin",
        "AWS_CONFIG_FILE": "/dev/null",
        "AWS_SHARED_CREDENTIALS_FILE": "/dev/null",
        "AWS_ENDPOINT_URL": ENDPOINT,
    }
