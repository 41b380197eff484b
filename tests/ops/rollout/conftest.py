"""A deployment of the dev environment whose AWS is on loopback."""

from collections.abc import Iterator
from typing import Any

import pytest

from ops.aws import Aws
from ops.deployment import Deployment
from ops.progress import Progress
from ops.rollout.verdict import Wanted
from tests.ops.rollout.fake_aws import FakeAws, serving
from tests.settings import settings_of

WANTED = Wanted(
    task_definition="arn:aws:ecs:us-east-1:123456789012:task-definition/plotly_dash_app:2",
    version="1.4.0",
    digest="sha256:" + "b" * 64,
)


class FakeCloudWatch:
    """Has one of the alarms raised. (CloudWatch speaks CBOR, unlike the other services.)"""

    def describe_alarms(self, **asked: Any) -> dict[str, Any]:  # noqa: ANN401 - as boto3 does
        assert asked["StateValue"] == "ALARM"
        return {"MetricAlarms": [{"AlarmName": name} for name in asked["AlarmNames"] if name.endswith("slow-answers")]}


@pytest.fixture(scope="session")
def fake_aws() -> Iterator[FakeAws]:
    """AWS on loopback; the test says what it plays."""
    with serving() as server:
        yield server


@pytest.fixture(scope="session")
def aws(fake_aws: FakeAws) -> Aws:
    """The dev environment's AWS, with clients of boto3 that reach the one on loopback."""
    variables = {
        "AWS_ACCESS_KEY_ID": "any",
        "AWS_SECRET_ACCESS_KEY": "any",
        "AWS_ENDPOINT_URL": fake_aws.url,
        "AWS_EC2_METADATA_DISABLED": "true",
    }
    aws = Aws(settings_of({"DASH_ENV": "dev", "DASH__AWS__ACCOUNT_ID": "123456789012"}))
    aws.__dict__["cloudwatch"] = FakeCloudWatch()
    with pytest.MonkeyPatch.context() as patch:
        patch.delenv("AWS_PROFILE", raising=False)
        for name, value in variables.items():
            patch.setenv(name, value)
        for client in (aws.ecs, aws.elbv2, aws.logs):  # made here, and no other test sees these variables
            assert client.meta.endpoint_url == fake_aws.url
    return aws


@pytest.fixture
def deployment(aws: Aws, progress: Progress) -> Deployment:
    """The deployment of that environment."""
    deployment = Deployment(aws.settings, progress)
    deployment.aws = aws
    return deployment
