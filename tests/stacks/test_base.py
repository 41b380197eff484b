"""What every stack has."""

import json

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

    def test_tags_everything_with_what_it_costs_and_whose_it_is(self, name: str, prod: dict[str, Stack]) -> None:
        (provider,) = prod[name].json["provider"]["aws"]
        (tags,) = provider["default_tags"]
        cost = "PlotlyDashApp" if name == "service" else "PlotlyDashInfra"
        deployment = {"environment": "prod", "project": "plotly-dash"}
        assert tags["tags"] == {"cost": cost, "stack": name, "team": "data"} | deployment

    def test_describes_every_output_that_a_person_reads(self, name: str, prod: dict[str, Stack]) -> None:
        outputs = {
            key: value for key, value in prod[name].json["output"].items() if not key.startswith("cross-stack-output-")
        }
        assert outputs or not prod[name].json.get("resource")
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
        assert {_service(type_) for type_ in local[name].json.get("resource", {})} <= endpoints.keys()

    def test_locally_every_service_that_it_could_use_has_an_endpoint(
        self, name: str, prod: dict[str, Stack], local: dict[str, Stack]
    ) -> None:
        (endpoints,) = local[name].json["provider"]["aws"][0]["endpoints"]
        assert {_service(type_) for type_ in prod[name].json.get("resource", {})} <= endpoints.keys()


def _service(type_: str) -> str:
    """Return the endpoint that the provider calls for a resource type."""
    service_of = {
        "acm": "acm",
        "appautoscaling": "applicationautoscaling",
        "cloudformation": "cloudformation",
        "cloudwatch_log": "cloudwatchlogs",
        "cloudwatch": "cloudwatch",
        "cognito": "cognitoidp",
        "ecr": "ecr",
        "ecs": "ecs",
        "iam": "iam",
        "kms": "kms",
        "lb": "elbv2",
        "route53": "route53",
        "s3": "s3",
        "sns": "sns",
        "wafv2": "wafv2",
    }
    matches = [service for prefix, service in service_of.items() if type_.startswith(f"aws_{prefix}")]
    return matches[0] if matches else "ec2"


NEEDED = {
    "state": set(),
    "ci": set(),
    "encryption": set(),
    "logs": set(),
    "alerts": set(),
    "ecr": set(),
    "bucket": set(),
    "vpc": set(),
    "cluster": {"vpc"},
    "alb": {"vpc"},
    "service": {"ecr", "vpc", "cluster", "alb", "bucket"},
    "monitoring": set[str](),
}
NEEDED_WITH_EVERYTHING_ON: dict[str, set[str]] = {
    "alerts": {"encryption"},
    "ecr": {"encryption"},
    "bucket": {"encryption", "logs"},
    "vpc": {"logs"},
    "alb": {"encryption", "logs", "vpc"},
    "service": {"alb", "alerts", "bucket", "ci", "cluster", "ecr", "encryption", "vpc"},
    "monitoring": {"alb", "alerts", "cluster", "service", "vpc"},
}


def _producers(stack: Stack) -> set[str]:
    manifest = json.loads((stack.folder.parents[1] / "manifest.json").read_text())
    return {name.rsplit("-", 1)[-1] for name in manifest["stacks"][stack.folder.name]["dependencies"]}


@pytest.mark.parametrize("name", STACKS)
def test_a_stack_waits_for_those_that_it_needs(name: str, reference: dict[str, Stack], prod: dict[str, Stack]) -> None:
    assert _producers(reference[name]) == NEEDED[name]
    assert _producers(prod[name]) == NEEDED_WITH_EVERYTHING_ON.get(name, NEEDED[name])


def test_only_the_version_of_the_dashboard_is_a_variable(prod: dict[str, Stack]) -> None:
    variables = {name: set(stack.json.get("variable", {})) for name, stack in prod.items()}
    assert variables == {name: {"dashboard_version"} if name == "service" else set() for name in STACKS}
