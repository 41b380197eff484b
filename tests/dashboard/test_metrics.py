import json
import logging
import re
from typing import Any

import pytest
from dash import Dash
from flask import Flask
from flask.testing import FlaskClient

from dashboard.app import create_app
from dashboard.data import DataStore
from dashboard.logs import JsonFormatter
from dashboard.metrics import SAMPLE_SIZE, Metrics
from tests.dashboard.fake_s3 import FakeS3
from tests.dashboard.payloads import PATH, choosing

pytestmark = pytest.mark.unit

# https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_MetricDatum.html, without those per second
UNITS = {"Seconds", "Microseconds", "Milliseconds", "Bytes", "Kilobytes", "Megabytes", "Percent", "Count", "None"}


@pytest.fixture
def metrics(store: DataStore, caplog: pytest.LogCaptureFixture) -> Metrics:
    caplog.set_level(logging.INFO)
    return Metrics(store, namespace="PlotlyDash", service_name="PlotlyDashService")


def assert_conforms(document: dict[str, Any]) -> None:
    """The rules of the embedded metric format, version of 2026: its schema, and what it says beside the schema.

    https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html
    """
    metadata = document["_aws"]
    assert set(metadata) == {"Timestamp", "CloudWatchMetrics"}
    assert type(metadata["Timestamp"]) is int
    assert metadata["Timestamp"] > 1_700_000_000_000, "milliseconds since 1970"
    assert type(metadata["CloudWatchMetrics"]) is list
    for directive in metadata["CloudWatchMetrics"]:
        assert set(directive) == {"Namespace", "Dimensions", "Metrics"}
        assert re.fullmatch(r"[^:].{0,254}", directive["Namespace"])
        assert len(directive["Dimensions"]) >= 1
        for dimensions in directive["Dimensions"]:
            assert len(dimensions) <= 30
            for name in dimensions:
                assert 1 <= len(name) <= 250
                assert type(document[name]) is str
                assert re.fullmatch(r"[\x20-\x7e]{1,1024}", document[name])
        assert 1 <= len(directive["Metrics"]) <= 100
        for metric in directive["Metrics"]:
            assert {"Name"} <= set(metric) <= {"Name", "Unit", "StorageResolution"}
            assert 1 <= len(metric["Name"]) <= 255
            assert metric.get("Unit", "None") in UNITS
            target = document[metric["Name"]]
            values = target if type(target) is list else [target]
            assert 1 <= len(values) <= 100
            assert all(type(value) in {int, float} for value in values)
    assert len(json.dumps(document)) < 256 * 1024


def flushed(metrics: Metrics, caplog: pytest.LogCaptureFixture) -> list[dict[str, Any]]:
    """What is written to the log, as CloudWatch reads it."""
    caplog.clear()
    metrics.flush()
    lines = [JsonFormatter().format(record) for record in caplog.records if record.name == "dashboard.metrics"]
    documents = [json.loads(line) for line in lines]
    for document in documents:
        assert_conforms(document)
    return documents


def test_an_idle_minute_is_one_line_of_zeros(metrics: Metrics, caplog: pytest.LogCaptureFixture) -> None:
    (document,) = flushed(metrics, caplog)
    assert [document[name] for name in ("Callbacks", "CallbackErrors", "CallbacksRefused")] == [0, 0, 0]
    assert document["ServiceName"] == "PlotlyDashService"
    (directive,) = document["_aws"]["CloudWatchMetrics"]
    assert (directive["Namespace"], directive["Dimensions"]) == ("PlotlyDash", [["ServiceName"], []])
    assert {metric["Name"] for metric in directive["Metrics"]} == {
        "Callbacks",
        "CallbackErrors",
        "CallbacksRefused",
        "DataProblem",
    }


def test_callbacks_are_counted_by_how_they_ended(metrics: Metrics, caplog: pytest.LogCaptureFixture) -> None:
    for milliseconds, status in [(1.5, 200), (2.5, 204), (0.5, 400), (9.0, 500), (7.0, 413)]:
        metrics.count_callback(milliseconds, status)
    (document,) = flushed(metrics, caplog)
    assert [document[name] for name in ("Callbacks", "CallbackErrors", "CallbacksRefused")] == [5, 1, 2]
    assert document["CallbackMilliseconds"] == [1.5, 2.5, 0.5, 9.0, 7.0]


def test_what_was_written_is_not_written_again(metrics: Metrics, caplog: pytest.LogCaptureFixture) -> None:
    metrics.count_callback(1.0, 500)
    flushed(metrics, caplog)
    (document,) = flushed(metrics, caplog)
    assert (document["Callbacks"], document["CallbackErrors"]) == (0, 0)
    assert "CallbackMilliseconds" not in document


def test_many_callbacks_are_told_in_lines_of_a_hundred(metrics: Metrics, caplog: pytest.LogCaptureFixture) -> None:
    for number in range(250):
        metrics.count_callback(float(number), 200)
    documents = flushed(metrics, caplog)
    assert [len(document["CallbackMilliseconds"]) for document in documents] == [100, 100, 50]
    assert [value for document in documents for value in document["CallbackMilliseconds"]] == [
        float(n) for n in range(250)
    ]
    assert ["Callbacks" in document for document in documents] == [True, False, False]


def test_a_flood_is_counted_exactly_and_sampled(metrics: Metrics, caplog: pytest.LogCaptureFixture) -> None:
    count = 20 * SAMPLE_SIZE
    for number in range(count):
        metrics.count_callback(float(number), 200)
    documents = flushed(metrics, caplog)
    values = [value for document in documents for value in document["CallbackMilliseconds"]]
    assert (documents[0]["Callbacks"], len(values), len(documents)) == (count, SAMPLE_SIZE, SAMPLE_SIZE // 100)
    # Of all the minute: the mean of a fair sample of 500 is within ten of its standard errors (1.3 %).
    assert len(set(values)) == SAMPLE_SIZE
    assert sum(values) / SAMPLE_SIZE == pytest.approx(count / 2, rel=0.26)


def test_the_datas_age_and_problem_are_told(
    metrics: Metrics, store: DataStore, s3: FakeS3, csv_bytes: bytes, caplog: pytest.LogCaptureFixture
) -> None:
    assert flushed(metrics, caplog)[0]["DataProblem"] == 1
    s3.content = csv_bytes
    store.refresh()
    (document,) = flushed(metrics, caplog)
    assert document["DataProblem"] == 0
    assert document["DataAgeSeconds"] >= 0
    s3.content = b"bad"
    store.refresh()
    (document,) = flushed(metrics, caplog)
    assert document["DataProblem"] == 1
    assert "DataAgeSeconds" in document


def test_the_rest_is_written_at_the_end(metrics: Metrics, caplog: pytest.LogCaptureFixture) -> None:
    thread = metrics.start()
    metrics.count_callback(3.0, 200)
    metrics.stop()
    thread.join(10)
    assert not thread.is_alive()
    (record,) = [record for record in caplog.records if record.name == "dashboard.metrics"]
    assert record.__dict__["fields"]["CallbackMilliseconds"] == [3.0]


def test_the_server_counts_its_callbacks_and_nothing_else(
    store: DataStore, s3: FakeS3, csv_bytes: bytes, metrics: Metrics, caplog: pytest.LogCaptureFixture
) -> None:
    s3.content = csv_bytes
    store.refresh()
    app: Dash = create_app(store, metrics=metrics)
    server: Flask = app.server
    client: FlaskClient = server.test_client()
    client.get("/")
    client.get("/health")
    assert client.post(PATH, json=choosing(app, "Canada")).status_code == 200
    assert client.post(PATH, json={}).status_code == 400
    assert client.post(PATH, data=b"{").status_code == 415
    (document,) = flushed(metrics, caplog)
    assert (document["Callbacks"], document["CallbacksRefused"], document["CallbackErrors"]) == (3, 2, 0)
    assert len(document["CallbackMilliseconds"]) == 3
