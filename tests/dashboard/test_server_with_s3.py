"""``python -m dashboard`` with the S3 of a local AWS emulator."""

import json
import re
from collections.abc import Callable
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import pytest
from dash import Dash

from dashboard.sample import sample_csv
from tests.dashboard.conftest import Dashboard, StartDashboard, wait_until
from tests.dashboard.fake_s3 import KEY
from tests.dashboard.files import parquet
from tests.dashboard.payloads import choosing

if TYPE_CHECKING:
    from types_boto3_s3 import S3Client

pytestmark = pytest.mark.emulator

Population = Callable[[Dashboard, str], list[int]]


def ready(dashboard: Dashboard) -> dict[str, Any]:
    answer: dict[str, Any] = json.loads(dashboard.request("GET", "/ready")[1])
    return answer


def layout_of(dashboard: Dashboard) -> str:
    return str(json.loads(dashboard.request("GET", "/_dash-layout")[1]))


@pytest.fixture
def population(app: Dash) -> Population:
    """What the figure shows of a country."""

    def ask(dashboard: Dashboard, country: str) -> list[int]:
        status, body = dashboard.request("POST", "/_dash-update-component", choosing(app, [country]))
        assert status == 200
        traces: list[dict[str, Any]] = json.loads(body)["response"]["graph-content"]["figure"]["data"]
        return list(traces[0]["y"]) if traces else []

    return ask


@pytest.fixture
def bucket(s3_client: "S3Client") -> str:
    """A bucket with versions."""
    name = f"data-{uuid4()}"
    s3_client.create_bucket(Bucket=name, CreateBucketConfiguration={"LocationConstraint": "eu-central-1"})
    s3_client.put_bucket_versioning(Bucket=name, VersioningConfiguration={"Status": "Enabled"})
    return name


def test_it_starts_without_a_bucket_heals_by_itself_and_survives_bad_and_missing_objects(
    start_dashboard: StartDashboard, emulator_url: str, s3_client: "S3Client", population: Population
) -> None:
    bucket = f"data-{uuid4()}"
    dashboard = start_dashboard(AWS_ENDPOINT_URL_S3=emulator_url, BUCKET_NAME=bucket)

    dashboard.wait_for_log(f"The bucket {bucket} does not exist.")
    assert dashboard.request("GET", "/health") == (200, b'{"up": "OK"}\n')
    assert f"The bucket {bucket} does not exist." in layout_of(dashboard)

    s3_client.create_bucket(Bucket=bucket, CreateBucketConfiguration={"LocationConstraint": "eu-central-1"})
    dashboard.wait_for_log(f"There is no s3://{bucket}/{KEY} yet.")
    assert population(dashboard, "Canada") == []

    s3_client.put_object(Bucket=bucket, Key=KEY, Body=sample_csv())
    wait_until(lambda: bool(population(dashboard, "Canada")), "the data being served", dashboard.process)
    assert population(dashboard, "Canada")[-1] == 33390141
    assert "does not exist" not in layout_of(dashboard)

    s3_client.put_object(Bucket=bucket, Key=KEY, Body=sample_csv().replace(b"33390141", b"many"))
    dashboard.wait_for_log("'many' is not a number")
    assert population(dashboard, "Canada")[-1] == 33390141
    assert "column pop: 'many' is not a number" in layout_of(dashboard)

    s3_client.delete_object(Bucket=bucket, Key=KEY)
    wait_until(lambda: "There is no s3://" in layout_of(dashboard), "the notice", dashboard.process)
    assert population(dashboard, "Canada")[-1] == 33390141

    s3_client.put_object(Bucket=bucket, Key=KEY, Body=sample_csv().replace(b"33390141", b"40000000"))
    wait_until(lambda: population(dashboard, "Canada")[-1] == 40000000, "the new data", dashboard.process)

    log = dashboard.log_path.read_text()
    assert "Traceback" not in log
    told = [re.sub(r"s3://\S+", "OBJECT", entry["message"]) for entry in dashboard.log() if entry["level"] == "WARNING"]
    assert [message.split(".")[0] for message in told] == [
        f"The bucket {bucket} does not exist",
        "There is no OBJECT yet",
        "OBJECT is not a valid data set: line 253, column pop: 'many' is not a number",
        "There is no OBJECT yet",
    ]


def test_a_bad_object_is_reported_by_row_and_column_until_an_older_version_is_restored(
    start_dashboard: StartDashboard, emulator_url: str, s3_client: "S3Client", bucket: str
) -> None:
    first = s3_client.put_object(Bucket=bucket, Key=KEY, Body=sample_csv())
    dashboard = start_dashboard(AWS_ENDPOINT_URL_S3=emulator_url, BUCKET_NAME=bucket)
    wait_until(lambda: bool(ready(dashboard)["ready"]), "the data being served", dashboard.process)
    served = ready(dashboard)["data"]
    assert (served["version"], served["version_id"]) == (first["ETag"].strip('"'), first["VersionId"])

    content = sample_csv().replace(b"33390141", b"inf").replace(b"Zimbabwe,Africa,2007", b"Zimbabwe,Asia,2007")
    s3_client.put_object(Bucket=bucket, Key=KEY, Body=content)
    wait_until(lambda: bool(ready(dashboard)["problem"]), "the problem", dashboard.process)
    told = ready(dashboard)
    assert told["data"]["version_id"] == first["VersionId"]
    assert [(finding["row"], finding["column"]) for finding in told["findings"]] == [(253, "pop"), (1705, "continent")]
    assert "line 1705, column continent: 'Zimbabwe' is in 'Asia' here" in dashboard.log_path.read_text()

    source = {"Bucket": bucket, "Key": KEY, "VersionId": first["VersionId"]}
    restored = s3_client.copy_object(Bucket=bucket, Key=KEY, CopySource=source)  # type: ignore[arg-type]
    wait_until(lambda: ready(dashboard)["problem"] is None, "the end of the problem", dashboard.process)
    assert ready(dashboard)["findings"] == []
    assert ready(dashboard)["data"]["version_id"] == restored["VersionId"]


def test_parquet_replaces_a_csv_without_a_restart(
    start_dashboard: StartDashboard, emulator_url: str, s3_client: "S3Client", bucket: str, population: Population
) -> None:
    s3_client.put_object(Bucket=bucket, Key=KEY, Body=sample_csv())
    dashboard = start_dashboard(AWS_ENDPOINT_URL_S3=emulator_url, BUCKET_NAME=bucket)
    wait_until(lambda: bool(ready(dashboard)["ready"]), "the data being served", dashboard.process)
    s3_client.put_object(Bucket=bucket, Key=KEY, Body=parquet(pop=[7]))
    wait_until(lambda: population(dashboard, "Canada") == [7], "the new data", dashboard.process)
    s3_client.put_object(Bucket=bucket, Key=KEY, Body=parquet(pop=[8])[:-10])
    wait_until(lambda: bool(ready(dashboard)["problem"]), "the problem", dashboard.process)
    assert population(dashboard, "Canada") == [7]


def test_every_worker_serves_the_newest_data(
    start_dashboard: StartDashboard, emulator_url: str, s3_client: "S3Client", bucket: str, population: Population
) -> None:
    s3_client.put_object(Bucket=bucket, Key="folder/other.csv", Body=sample_csv())
    dashboard = start_dashboard(
        AWS_ENDPOINT_URL_S3=emulator_url, BUCKET_NAME=bucket, OBJECT_KEY="folder/other.csv", WORKERS="2"
    )
    wait_until(lambda: dashboard.log_path.read_text().count("Serving s3://") == 2, "both workers", dashboard.process)
    assert population(dashboard, "Albania")[0] == 1282697
    s3_client.put_object(Bucket=bucket, Key="folder/other.csv", Body=sample_csv().replace(b"1282697", b"7"))
    wait_until(lambda: dashboard.log_path.read_text().count("Serving s3://") == 4, "both again", dashboard.process)
    assert {population(dashboard, "Albania")[0] for _ in range(20)} == {7}
