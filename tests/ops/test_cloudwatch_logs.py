"""The tasks' logs in CloudWatch, here the emulator's."""

import time
from itertools import islice

import pytest

from config import Settings
from ops.aws import Aws
from ops.cloudwatch_logs import follow_logs, read_logs
from ops.errors import OpsError
from ops.local.emulator import Emulator
from tests.ops.local import conftest as local

pytestmark = pytest.mark.emulator

environ, settings, emulator = local.environ, local.settings, local.emulator

FIRST, SECOND = "PlotlyDash/plotlyDashApp/aaaa1111cccc", "PlotlyDash/plotlyDashApp/bbbb2222cccc"


@pytest.fixture
def aws(emulator: Emulator, settings: Settings) -> Aws:
    return Aws(settings)


def put(aws: Aws, stream: str, *messages: str, age_seconds: float = 0) -> None:
    now = int((time.time() - age_seconds) * 1000)
    events = [{"timestamp": now + index, "message": message} for index, message in enumerate(messages)]
    aws.logs.put_log_events(logGroupName=aws.settings.log_group_name, logStreamName=stream, logEvents=events)  # type: ignore[arg-type]


@pytest.fixture
def logged(aws: Aws) -> Aws:
    aws.logs.create_log_group(logGroupName=aws.settings.log_group_name)
    for stream in (FIRST, SECOND):
        aws.logs.create_log_stream(logGroupName=aws.settings.log_group_name, logStreamName=stream)
    put(aws, FIRST, "one", "two", age_seconds=60)
    put(aws, SECOND, "three", age_seconds=30)
    put(aws, FIRST, "four", age_seconds=20)
    return aws


def test_the_last_lines_of_all_tasks_come_in_the_order_of_time(logged: Aws) -> None:
    assert list(read_logs(logged, None, 3)) == ["aaaa1111 | two", "bbbb2222 | three", "aaaa1111 | four"]


def test_one_tasks_lines_are_chosen_by_the_beginning_of_its_id(logged: Aws) -> None:
    assert list(read_logs(logged, "bbbb", 3)) == ["bbbb2222 | three"]
    with pytest.raises(OpsError, match=r"nothing of a task 'zzz'; there are: .*aaaa1111cccc"):
        list(read_logs(logged, "zzz", 3))


def test_a_missing_log_group_is_an_error_that_says_what_makes_it(aws: Aws) -> None:
    with pytest.raises(OpsError, match="there is no log group /ecs/plotly_dash_app yet"):
        list(read_logs(aws, None, 3))


def test_following_shows_each_new_line_once(logged: Aws) -> None:
    lines = follow_logs(logged, None, 1)
    assert next(lines) == "aaaa1111 | four"
    put(logged, SECOND, "five")
    assert next(lines) == "bbbb2222 | five"
    put(logged, FIRST, "six", "seven")
    assert list(islice(lines, 2)) == ["aaaa1111 | six", "aaaa1111 | seven"]
