"""What every stack has."""

import pytest

from tests.stacks.synthesized import STACKS, Stack

pytestmark = pytest.mark.unit


@pytest.mark.parametrize("name", STACKS)
class TestEveryStack:
    def test_keeps_its_state_in_s3_locked_and_encrypted(self, name: str, prod: dict[str, Stack]) -> None:
        backend = prod[name].json["terraform"]["backend"]["s3"]
        assert backend["bucket"] == "plotly-dash-prod-tfstate-123456789012"
        assert backend["key"] == f"plotly-dash/prod/{name}.tfstate"
        assert backend["use_lockfile"] is True
        assert backend["encrypt"] is True

    def test_deploys_to_no_other_account(self, name: str, prod: dict[str, Stack]) -> None:
        (provider,) = prod[name].json["provider"]["aws"]
        assert provider["allowed_account_ids"] == ["123456789012"]

    def test_holds_no_keys_for_aws(self, name: str, prod: dict[str, Stack]) -> None:
        (provider,) = prod[name].json["provider"]["aws"]
        for block in (provider, prod[name].json["terraform"]["backend"]["s3"]):
            assert not {"access_key", "secret_key", "token", "endpoints"} & block.keys()

    def test_tags_everything_with_cost_and_team(self, name: str, prod: dict[str, Stack]) -> None:
        (provider,) = prod[name].json["provider"]["aws"]
        (tags,) = provider["default_tags"]
        cost = "PlotlyDashApp" if name == "service" else "PlotlyDashInfra"
        assert tags["tags"] == {"cost": cost, "environment": "prod", "stack": name, "team": "data"}

    def test_describes_every_output_that_a_person_reads(self, name: str, prod: dict[str, Stack]) -> None:
        outputs = {
            key: value for key, value in prod[name].json["output"].items() if not key.startswith("cross-stack-output-")
        }
        assert outputs
        assert all(output["description"] for output in outputs.values())

    def test_needs_a_terraform_that_locks_in_s3(self, name: str, prod: dict[str, Stack]) -> None:
        assert prod[name].json["terraform"]["required_version"] == ">= 1.11.0"

    def test_locally_reaches_nothing_but_the_emulator(self, name: str, local: dict[str, Stack]) -> None:
        (provider,) = local[name].json["provider"]["aws"]
        (endpoints,) = provider["endpoints"]
        assert set(endpoints.values()) == {"http://127.0.0.1:4566"}
        backend = local[name].json["terraform"]["backend"]["s3"]
        assert set(backend["endpoints"].values()) == {"http://127.0.0.1:4566"}

    def test_locally_every_service_that_it_uses_has_an_endpoint(self, name: str, local: dict[str, Stack]) -> None:
        (provider,) = local[name].json["provider"]["aws"]
        (endpoints,) = provider["endpoints"]
        service_of = {
            "cloudwatch_log": "cloudwatchlogs",
            "ecr": "ecr",
            "ecs": "ecs",
            "iam": "iam",
            "lb": "elbv2",
            "s3": "s3",
        }
        for type_ in local[name].json.get("resource", {}):
            prefixes = [service for prefix, service in service_of.items() if type_.startswith(f"aws_{prefix}")]
            assert (prefixes or ["ec2"])[0] in endpoints, type_


@pytest.mark.parametrize(
    ("consumer", "producers"),
    [
        ("state", set()),
        ("ecr", set()),
        ("vpc", set()),
        ("bucket", set()),
        ("cluster", {"vpc"}),
        ("alb", {"vpc"}),
        ("service", {"ecr", "vpc", "cluster", "alb", "bucket"}),
    ],
)
def test_a_stack_waits_for_those_that_it_needs(consumer: str, producers: set[str], prod: dict[str, Stack]) -> None:
    import json

    manifest = json.loads((prod[consumer].folder.parents[1] / "manifest.json").read_text())
    dependencies = manifest["stacks"][f"plotly-dash-prod-{consumer}"]["dependencies"]
    assert {name.rsplit("-", 1)[-1] for name in dependencies} == producers


def test_only_the_version_of_the_dashboard_is_a_variable(prod: dict[str, Stack]) -> None:
    variables = {name: set(stack.json.get("variable", {})) for name, stack in prod.items()}
    assert variables == {name: {"dashboard_version"} if name == "service" else set() for name in STACKS}
