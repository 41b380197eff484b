"""What a destroy has left, found by tags: told from what stays on purpose and from what is only still listed."""

from collections.abc import Iterator
from typing import Any

import pytest
from botocore.stub import Stubber

from config import Settings
from ops.aws import Aws
from ops.errors import OpsError
from ops.teardown.leftovers import find_leftovers, tags_in_words

pytestmark = pytest.mark.unit

VPC = "arn:aws:ec2:us-east-1:111111111111:vpc/vpc-1"
TOPIC = "arn:aws:sns:us-east-1:111111111111:alerts"
FILTERS = [
    {"Key": "environment", "Values": ["prod"]},
    {"Key": "project", "Values": ["plotly-dash"]},
    {"Key": "stack"},
]


def tagged(arn: str, stack: str = "vpc") -> dict[str, Any]:
    return {"ResourceARN": arn, "Tags": [{"Key": "project", "Value": "plotly-dash"}, {"Key": "stack", "Value": stack}]}


class Answers:
    """What AWS answers, in the order in which it is asked."""

    def __init__(self, aws: Aws) -> None:
        self.tagging, self.logs, self.ec2, self.s3 = (
            Stubber(client) for client in (aws.tagging, aws.logs, aws.ec2, aws.s3)
        )

    def list(self, *found: dict[str, Any], groups: tuple[str, ...] = ()) -> None:
        """Answer one look: the resources with the tags, then the log groups of Container Insights."""
        self.tagging.add_response(
            "get_resources", {"ResourceTagMappingList": list(found), "PaginationToken": ""}, {"TagFilters": FILTERS}
        )
        self.log_groups(*groups)

    def log_groups(self, *names: str) -> None:
        described = [
            {"logGroupName": name, "arn": f"arn:aws:logs:us-east-1:111111111111:log-group:{name}:*"} for name in names
        ]
        prefix = {"logGroupNamePrefix": "/aws/ecs/containerinsights/ClusterPlotlyDash/"}
        self.logs.add_response("describe_log_groups", {"logGroups": described}, prefix)


@pytest.fixture
def answers(aws: Aws) -> Iterator[Answers]:
    made = Answers(aws)
    with made.tagging, made.logs, made.ec2, made.s3:
        yield made
        for stub in (made.tagging, made.logs, made.ec2, made.s3):
            stub.assert_no_pending_responses()


@pytest.fixture(autouse=True)
def without_pauses(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    pauses: list[float] = []
    monkeypatch.setattr("time.sleep", pauses.append)
    return pauses


def test_all_pages_are_read_by_the_tags_of_the_deployment(aws: Aws, answers: Answers) -> None:
    asked = {"TagFilters": FILTERS}
    first = {"ResourceTagMappingList": [tagged(TOPIC)], "PaginationToken": "more"}
    second = {"ResourceTagMappingList": [tagged(TOPIC + "2")], "PaginationToken": ""}
    answers.tagging.add_response("get_resources", first, asked)
    answers.tagging.add_response("get_resources", second, asked | {"PaginationToken": "more"})
    answers.log_groups()

    assert [arn.text for arn in find_leftovers(aws, patience=-1)] == [TOPIC, TOPIC + "2"]
    assert tags_in_words(aws) == "environment=prod and project=plotly-dash"


def test_the_bucket_of_the_state_stays(aws: Aws, prod: Settings, answers: Answers) -> None:
    answers.list(tagged(f"arn:aws:s3:::{prod.state_bucket_name}", "state"))

    assert find_leftovers(aws) == []


def test_what_the_service_does_not_know_any_more_is_no_leftover(aws: Aws, answers: Answers) -> None:
    answers.list(tagged(VPC))
    answers.ec2.add_response("describe_vpcs", {"Vpcs": []}, {"VpcIds": ["vpc-1"]})

    assert find_leftovers(aws) == []


def test_what_nobody_can_be_asked_about_is_looked_for_again(
    aws: Aws, answers: Answers, without_pauses: list[float]
) -> None:
    answers.list(tagged(TOPIC))
    answers.list(tagged(TOPIC))
    answers.list()

    assert find_leftovers(aws) == []
    assert len(without_pauses) == 2


def test_patience_ends(aws: Aws, answers: Answers, monkeypatch: pytest.MonkeyPatch) -> None:
    clock = iter([0.0, 59.0, 61.0])
    monkeypatch.setattr("time.monotonic", lambda: next(clock))
    answers.list(tagged(TOPIC))
    answers.list(tagged(TOPIC))

    assert [arn.text for arn in find_leftovers(aws)] == [TOPIC]


def test_the_log_of_container_insights_is_found_without_a_tag(aws: Aws, answers: Answers) -> None:
    group = "/aws/ecs/containerinsights/ClusterPlotlyDash/performance"
    answers.list(groups=(group,))
    answers.logs.add_response("describe_log_groups", {"logGroups": [{"logGroupName": group}]})

    assert [arn.id for arn in find_leftovers(aws)] == [group]


def test_a_deployment_with_the_same_tags_is_not_taken_for_leftovers(aws: Aws, answers: Answers) -> None:
    other = {"ResourceTagMappingList": [tagged(VPC), tagged("arn:aws:s3:::others-state", "state")]}
    answers.tagging.add_response("get_resources", other)
    answers.s3.add_response("head_bucket", {"BucketRegion": "us-east-1"}, {"Bucket": "others-state"})

    with pytest.raises(
        OpsError, match="the bucket others-state has the same tags, environment=prod and project=plotly-dash"
    ):
        find_leftovers(aws)


def test_the_state_bucket_of_a_deployment_that_is_gone_hides_nothing(aws: Aws, answers: Answers) -> None:
    answers.list(tagged("arn:aws:s3:::others-state", "state"))
    answers.s3.add_client_error("head_bucket", "404")

    assert find_leftovers(aws) == []


def test_who_may_not_list_is_told(aws: Aws, answers: Answers) -> None:
    answers.tagging.add_client_error("get_resources", "AccessDeniedException", "not authorized")

    with pytest.raises(OpsError, match="AWS refuses GetResources: not authorized"):
        find_leftovers(aws)
