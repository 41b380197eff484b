"""Terraform and the real AWS provider accept every stack; what they would make is known before it is made."""

import json
import re
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import pytest

from tests.stacks.synthesized import STACKS, Stack
from tests.stacks.terraform import offline_copy, planned, planned_resources, terraform

pytestmark = pytest.mark.terraform

DIGEST = "sha256:" + "ab" * 32
REGISTRY = "123456789012.dkr.ecr.us-east-1.amazonaws.com/plotly-dash"


class Registry(BaseHTTPRequestHandler):
    """Answers the questions that the provider asks of ECR, for a repository that holds version 1.0.0."""

    def do_POST(self) -> None:
        question = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        if self.headers["X-Amz-Target"].endswith(".DescribeRepositories"):
            self._answer(200, {"repositories": [{"repositoryName": "plotly-dash", "repositoryUri": REGISTRY}]})
            return
        tag = question["imageIds"][0]["imageTag"]
        if tag == "1.0.0":
            # All keys are there: the provider crashes on a nil pointer where ECR would leave one out.
            image = {"imageDigest": DIGEST, "imageTags": [tag], "imagePushedAt": 1.7e9, "imageSizeInBytes": 1}
            self._answer(200, {"imageDetails": [image | {"registryId": "123456789012"}]})
        else:
            message = f"The image with imageId {{imageTag:'{tag}'}} does not exist within the repository"
            self._answer(400, {"__type": "ImageNotFoundException", "message": message})

    def _answer(self, status: int, body: dict[str, Any]) -> None:
        content = json.dumps(body).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/x-amz-json-1.1")
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002
        """Keep the test's output free of requests."""


@pytest.fixture(scope="module")
def registry() -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Registry)
    Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()


def producers_of(stack: Stack) -> dict[str, dict[str, str]]:
    """Make up a value for every output of other stacks that a stack reads."""
    found: dict[str, dict[str, str]] = {}
    pattern = r"cross-stack-reference-input-([\w-]+)\.outputs\.(cross-stack-output-[\w-]+)"
    for producer, output in re.findall(pattern, json.dumps(stack.json)):
        found.setdefault(producer, {})[output] = _made_up(output)
    return found


def _made_up(output: str) -> str:
    if output.endswith("repository_url"):
        return REGISTRY
    if output.endswith("arn"):
        return "arn:aws:elasticloadbalancing:us-east-1:123456789012:loadbalancer/app/made-up/0123456789abcdef"
    return "made-up"


@pytest.mark.parametrize("name", [name for name in STACKS if name != "service"])
def test_a_stack_plans_from_nothing(name: str, prod: dict[str, Stack], tmp_path: Path) -> None:
    folder = offline_copy(prod[name].folder, tmp_path / name, producers_of(prod[name]))
    changes = planned(folder)["resource_changes"]
    assert len([change for change in changes if change["change"]["actions"] == ["create"]]) == sum(
        len(resources) for resources in prod[name].json["resource"].values()
    )


class TestService:
    @pytest.fixture(scope="class")
    @classmethod
    def folder(cls, prod: dict[str, Stack], registry: str, tmp_path_factory: pytest.TempPathFactory) -> Path:
        stack = prod["service"]
        return offline_copy(
            stack.folder, tmp_path_factory.mktemp("plan") / "service", producers_of(stack), {"ecr": registry}
        )

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
