"""What the service would run is known before it is made. That every stack plans: test_every_setting.py."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from ops.offline.aws import DIGEST, offline_aws
from tests.stacks.synthesized import Stack
from tests.stacks.terraform import offline_copy, planned, planned_resources, terraform

pytestmark = pytest.mark.terraform

REGISTRY = "123456789012.dkr.ecr.us-east-1.amazonaws.com/plotly-dash"


@pytest.fixture(scope="module")
def aws() -> Iterator[str]:
    with offline_aws() as endpoint:
        yield endpoint


class TestService:
    @pytest.fixture(scope="class")
    @classmethod
    def folder(cls, prod: dict[str, Stack], aws: str, tmp_path_factory: pytest.TempPathFactory) -> Path:
        return offline_copy(prod["service"].folder, tmp_path_factory.mktemp("plan") / "service", aws)

    def test_the_container_is_known_before_it_is_made(self, folder: Path) -> None:
        plan = planned(folder, {"dashboard_version": "1.0.0"})
        (task,) = planned_resources(plan, "aws_ecs_task_definition")
        (container,) = json.loads(task["container_definitions"])
        assert container["name"] == "plotlyDashApp"
        assert container["image"] == f"{REGISTRY}@{DIGEST}"
        assert container["portMappings"] == [{"containerPort": 8050, "hostPort": 8050, "protocol": "tcp"}]
        assert container["stopTimeout"] == 40
        environment = {pair["name"]: pair["value"] for pair in container["environment"]}
        assert environment["BUCKET_NAME"] == "plotly-dash-prod-data-123456789012"
        assert environment["DASHBOARD_VERSION"] == "1.0.0"
        assert container["logConfiguration"] == {
            "logDriver": "awslogs",
            "options": {
                "awslogs-group": "/ecs/plotly_dash_app",
                "awslogs-region": "us-east-1",
                "awslogs-stream-prefix": "PlotlyDash",
            },
        }

    def test_a_version_that_was_never_pushed_fails_the_plan_and_says_so(self, folder: Path) -> None:
        result = terraform(folder, "plan", "-input=false", "-lock=false", variables={"dashboard_version": "9.9.9"})
        assert result.returncode == 1
        assert "data.aws_ecr_image.dashboard_version_must_be_pushed_first" in result.stderr

    @pytest.mark.parametrize(
        ("version", "sentence"),
        [
            ("latest", "dashboard_version must name one version"),
            ("1.0.0;rm", "dashboard_version must be an image tag"),
            ("v" * 129, "dashboard_version must be an image tag"),
        ],
    )
    def test_a_version_that_is_none_is_refused(self, version: str, sentence: str, folder: Path) -> None:
        result = terraform(folder, "plan", "-input=false", "-lock=false", variables={"dashboard_version": version})
        assert result.returncode == 1
        assert sentence in " ".join(result.stderr.replace("│", "").split())

    def test_a_version_must_be_given(self, folder: Path) -> None:
        result = terraform(folder, "plan", "-input=false", "-lock=false")
        assert result.returncode == 1
        assert "No value for required variable" in result.stderr
