"""The endpoint that stands in for AWS has answers to what stacks ask, and refuses all else."""

import json
import urllib.request
from collections.abc import Iterator
from urllib.error import HTTPError

import pytest

from ops.offline.aws import DIGEST, VERSION, offline_aws

pytestmark = pytest.mark.unit


@pytest.fixture(scope="module")
def endpoint() -> Iterator[str]:
    with offline_aws() as url:
        yield url


def ask(endpoint: str, operation: str, question: object) -> tuple[int, dict[str, object]]:
    headers = {"X-Amz-Target": f"AmazonEC2ContainerRegistry_V20150921.{operation}"}
    request = urllib.request.Request(endpoint, data=json.dumps(question).encode(), headers=headers)
    try:
        with urllib.request.urlopen(request, timeout=10) as answer:
            return answer.status, json.load(answer)
    except HTTPError as refused:
        return refused.code, json.load(refused)


def test_the_registry_holds_one_version(endpoint: str) -> None:
    status, answer = ask(endpoint, "DescribeImages", {"imageIds": [{"imageTag": VERSION}]})
    assert status == 200
    assert DIGEST in json.dumps(answer)
    status, answer = ask(endpoint, "DescribeImages", {"imageIds": [{"imageTag": "9.9.9"}]})
    assert (status, answer["__type"]) == (400, "ImageNotFoundException")


@pytest.mark.parametrize("operation", ["DeleteRepository", ""])
def test_what_it_has_no_answer_to_is_refused(endpoint: str, operation: str) -> None:
    status, answer = ask(endpoint, operation, {})
    assert (status, answer["__type"]) == (400, "NotAnswered")


def test_other_protocols_are_refused(endpoint: str) -> None:
    with pytest.raises(HTTPError, match="400"):
        urllib.request.urlopen(f"{endpoint}/2013-04-01/hostedzone", timeout=10)
