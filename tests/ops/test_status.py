"""The status of an environment: on this machine from the agent, at AWS from ECS and the load balancer."""

import json
from datetime import UTC, datetime, timedelta

import boto3
import pytest
from botocore.stub import Stubber
from typer.testing import CliRunner

from config import Settings
from ops.aws import Aws
from ops.cli import app
from ops.deployment import Deployment
from ops.progress import Progress
from ops.status import Status, _ecs_tasks, _read_alarms, _Revisions, read_status
from ops.verbs.status import _alarms
from ops.versions import serving_revision
from tests.ops.local import conftest as local
from tests.ops.local.fake_service import FakeService
from tests.settings import settings_of

pytestmark = pytest.mark.emulator

environ, settings, emulator, service = local.environ, local.settings, local.emulator, local.service


def put_state(aws: Aws, stack: str, outputs: dict[str, str], version: str = "") -> None:
    """Write a Terraform state with one resource, and the image of a version that was looked up."""
    resource = {"mode": "managed", "type": "t", "name": "n", "instances": [{"attributes": {}}]}
    image = {
        "mode": "data",
        "type": "aws_ecr_image",
        "name": "n",
        "instances": [{"attributes": {"image_tag": version}}],
    }
    state = {
        "version": 4,
        "outputs": {name: {"value": value} for name, value in outputs.items()},
        "resources": [resource, image],
    }
    aws.s3.put_object(
        Bucket=aws.settings.state_bucket_name, Key=aws.settings.state_key(stack), Body=json.dumps(state).encode()
    )


@pytest.fixture
def deployed(service: FakeService, progress: Progress) -> Deployment:
    """A service that runs, with states and data as if Terraform had made it."""
    settings = service.settings
    service.create()
    for bucket in (settings.state_bucket_name, settings.data_bucket_name):
        service.aws.s3.create_bucket(Bucket=bucket)
    put_state(service.aws, "bucket", {})
    serving = serving_revision(service.aws)
    assert serving is not None
    put_state(service.aws, "service", {"dashboard_url": "http://dashboard.example/"}, str(serving.version))
    service.aws.s3.put_object(Bucket=settings.data_bucket_name, Key=settings.bucket.object_key, Body=b"a" * 2048)
    service.agent.start()
    service.steady_tasks()
    return Deployment(settings, progress)


def test_all_is_well(deployed: Deployment) -> None:
    status = read_status(deployed)
    assert status.problems == []
    assert status.stacks == {"bucket": 1, "service": 1}
    version = status.version
    assert status.url == "http://dashboard.example/"
    assert (status.healthy_count, status.desired_count) == (2, 2)
    assert [task.version for task in status.tasks] == [version, version]
    assert status.data is not None
    assert status.data.size == 2048
    result = CliRunner().invoke(app, ["status"])
    assert result.exit_code == 0, result.output
    for task in status.tasks:
        assert task.id in result.output
        assert task.address in result.output
        assert str(task.pid) in result.output
    assert "2 of 2 healthy" in result.output
    assert f"version      {version} deployed; running {version} (2)" in result.output


def test_a_version_that_ecs_went_back_from_is_told(deployed: Deployment, service: FakeService) -> None:
    put_state(service.aws, "service", {}, "2.0.0")
    (problem,) = read_status(deployed).problems
    assert problem.startswith("version 2.0.0 was deployed, and ECS has gone back to local-")
    assert "./dashctl rollback leaves it at that" in problem


def test_without_the_agent_or_data_it_is_not_well(deployed: Deployment, service: FakeService) -> None:
    service.agent.stop()
    service.aws.s3.delete_object(Bucket=service.settings.data_bucket_name, Key=service.settings.bucket.object_key)
    problems = " ".join(read_status(deployed).problems)
    assert "the agent that runs the tasks does not run" in problems
    assert "0 of 2 tasks are healthy" in problems
    assert "there are no data" in problems
    assert CliRunner().invoke(app, ["status"]).exit_code == 1


def test_a_service_that_is_gone_is_told(deployed: Deployment, service: FakeService) -> None:
    service.delete()
    assert "is gone" in read_status(deployed).problems[0]


def test_where_nothing_is_deployed_the_verb_that_does_it_is_named(service: FakeService, progress: Progress) -> None:
    assert read_status(Deployment(service.settings, progress)).problems == ["nothing is deployed: ./dashctl up"]


def test_at_aws_a_tasks_health_is_what_the_load_balancer_sees(
    progress: Progress, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Ecs:
        def get_paginator(self, _: str) -> "Ecs":
            return self

        def paginate(self, **_: str) -> list[dict[str, list[str]]]:
            return [{"taskArns": ["arn:aws:ecs:r:1:task/c/aaa"]}, {"taskArns": ["arn:aws:ecs:r:1:task/c/bbb"]}]

        def describe_tasks(self, *, cluster: str, tasks: list[str]) -> dict[str, list[dict[str, object]]]:
            started = datetime.now(UTC) - timedelta(hours=1)
            details = [{"name": "privateIPv4Address", "value": "10.0.0.9"}]
            running = {
                "taskArn": tasks[0],
                "taskDefinitionArn": "family:2",
                "lastStatus": "RUNNING",
                "startedAt": started,
            }
            return {
                "tasks": [
                    {**running, "attachments": [{"details": details}]},
                    {"taskArn": tasks[1], "taskDefinitionArn": "family:1", "lastStatus": "PENDING"},
                ]
            }

        def describe_task_definition(self, *, taskDefinition: str) -> dict[str, dict[str, object]]:  # noqa: N803 - AWS's
            environment = [{"name": "DASHBOARD_VERSION", "value": f"{taskDefinition[-1]}.0.0"}]
            container = {"name": "plotlyDashApp", "image": "r@sha256:1", "environment": environment}
            return {"taskDefinition": {"taskDefinitionArn": taskDefinition, "containerDefinitions": [container]}}

    class Elb:
        def describe_target_health(self, **_: str) -> dict[str, list[dict[str, object]]]:
            return {"TargetHealthDescriptions": [{"Target": {"Id": "10.0.0.9"}, "TargetHealth": {"State": "healthy"}}]}

    dev: Settings = settings_of({"DASH_ENV": "dev", "DASH__AWS__ACCOUNT_ID": "123456789012"})
    deployment = Deployment(dev, progress)
    monkeypatch.setattr(deployment.aws, "ecs", Ecs())
    monkeypatch.setattr(deployment.aws, "elbv2", Elb())
    first, second = _ecs_tasks(deployment, {"loadBalancers": [{"targetGroupArn": "arn"}]}, _Revisions(deployment.aws))
    assert (first.id, first.address, first.state, first.health) == ("aaa", "10.0.0.9", "RUNNING", "HEALTHY")
    assert (first.version, second.version) == ("2.0.0", "1.0.0")
    assert first.age == pytest.approx(3600, abs=60)
    assert (second.id, second.state, second.health, second.age) == ("bbb", "PENDING", "UNKNOWN", None)


def test_alarms_are_read_and_a_raised_one_is_a_problem(progress: Progress) -> None:
    prod = settings_of({"DASH_ENV": "prod", "DASH__AWS__ACCOUNT_ID": "123456789012"})
    deployment, status = Deployment(prod, progress), Status()
    states = {"ALARM": "server-errors", "OK": "cpu", "INSUFFICIENT_DATA": "latency"}
    alarms = [
        {"AlarmName": f"plotly-dash-prod-{name}", "StateValue": state, "AlarmDescription": f"{name}: look"}
        for state, name in states.items()
    ]
    keys = {"aws_access_key_id": "test", "aws_secret_access_key": "test"}
    client = boto3.client("cloudwatch", region_name="us-east-1", **keys)  # type: ignore[call-overload]
    with Stubber(client) as stub:
        asked = {"AlarmNamePrefix": "plotly-dash-prod-", "AlarmTypes": ["MetricAlarm"]}
        stub.add_response("describe_alarms", {"MetricAlarms": alarms}, asked)
        deployment.aws.__dict__["cloudwatch"] = client
        _read_alarms(deployment, status)
    assert status.alarms["plotly-dash-prod-cpu"] == "OK"
    assert status.problems == ["alarm plotly-dash-prod-server-errors: server-errors: look"]
    assert _alarms(status) == "1 raised, 1 without data yet, 1 quiet"
