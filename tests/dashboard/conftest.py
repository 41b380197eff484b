"""A small data set, a stand-in for S3, a local AWS emulator, and the dashboard as a process."""

import http.client
import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import boto3
import pytest
from dash import Dash
from flask import Flask

from dashboard.app import create_app
from dashboard.data import DataStore
from tests.dashboard.fake_s3 import BUCKET, KEY, FakeS3
from tests.deployment import free_port

if TYPE_CHECKING:
    from types_boto3_s3 import S3Client

ROOT = Path(__file__).resolve().parents[2]
START_SECONDS = 60
STOP_SECONDS = 30

CSV = b"""\
country,continent,year,lifeExp,pop,gdpPercap
Canada,Americas,2007,80.653,33390141,36319.23501
Canada,Americas,1952,68.75,14785584,11367.16112
Albania,Europe,1952,55.23,1282697,1601.056136
"""


@pytest.fixture
def csv_bytes() -> bytes:
    """Two countries; Canada's years are not in order."""
    return CSV


@pytest.fixture
def s3() -> FakeS3:
    """S3 with an empty bucket."""
    return FakeS3()


@pytest.fixture
def store(s3: FakeS3) -> DataStore:
    """A store that has not looked at S3 yet."""
    return DataStore(bucket=BUCKET, key=KEY, poll_seconds=10, create_client=s3.create_client)


@pytest.fixture
def app(store: DataStore) -> Dash:
    """The application around the store."""
    return create_app(store)


@pytest.fixture
def in_app(app: Dash) -> Iterator[Flask]:
    """The server, with its application context active, so that callbacks can be called as functions."""
    server: Flask = app.server
    with server.app_context():
        yield server


@pytest.fixture
def filled(in_app: Flask, s3: FakeS3, store: DataStore) -> Flask:
    """The server with the small data set loaded, in its application context."""
    s3.content = CSV
    store.refresh()
    return in_app


def wait_until(happened: Callable[[], bool], what: str, process: "subprocess.Popen[bytes] | None" = None) -> None:
    deadline = time.monotonic() + START_SECONDS
    while not happened():
        if process is not None and process.poll() is not None:
            pytest.fail(f"the process ended with {process.returncode} before {what}")
        if time.monotonic() > deadline:
            pytest.fail(f"{what} did not happen within {START_SECONDS} s")
        time.sleep(0.05)


def accepts(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def stop(process: "subprocess.Popen[bytes]") -> None:
    process.terminate()
    try:
        process.wait(STOP_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


@dataclass
class Dashboard:
    """A running ``python -m dashboard``."""

    process: "subprocess.Popen[bytes]"
    port: int
    log_path: Path

    def request(self, method: str, path: str, body: object = None) -> tuple[int, bytes]:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=20)
        try:
            content = None if body is None else json.dumps(body)
            connection.request(method, path, content, {"Content-Type": "application/json"})
            answer = connection.getresponse()
            return answer.status, answer.read()
        finally:
            connection.close()

    def log(self) -> list[dict[str, str]]:
        return [json.loads(line) for line in self.log_path.read_text().splitlines()]

    def wait_for_log(self, text: str) -> None:
        wait_until(lambda: text in self.log_path.read_text(), f"{text!r} in the log", self.process)


StartDashboard = Callable[..., Dashboard]


@pytest.fixture
def start_dashboard(tmp_path: Path) -> Iterator[StartDashboard]:
    """Start a dashboard with these environment variables on a free port, and wait until it listens."""
    with ExitStack() as cleanup:

        def start(**variables: str) -> Dashboard:
            port = free_port()
            environment = {
                "PATH": os.environ["PATH"],
                "AWS_ACCESS_KEY_ID": "test",
                "AWS_SECRET_ACCESS_KEY": "test",
                "AWS_REGION": "eu-central-1",
                "BUCKET_NAME": BUCKET,
                "HOST": "127.0.0.1",
                "PORT": str(port),
                "POLL_SECONDS": "0.2",
                "PRE_STOP_SECONDS": "0",
            }
            log_path = tmp_path / f"dashboard-{port}.log"
            log = cleanup.enter_context(log_path.open("wb"))
            process = subprocess.Popen(
                [sys.executable, "-m", "dashboard"],
                cwd=ROOT,
                env=environment | variables,
                stdout=log,
                stderr=subprocess.STDOUT,
            )
            cleanup.callback(stop, process)
            wait_until(lambda: accepts(port), "listening", process)
            return Dashboard(process, port, log_path)

        yield start


@pytest.fixture(scope="session")
def emulator_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Address of a local AWS emulator of this test session."""
    executable = os.environ.get("DASHCTL_EMULATOR")
    if not executable:
        pytest.fail("DASHCTL_EMULATOR is not set: give the path of MiniStack's executable 'ministack'")
    port = free_port()
    folder = tmp_path_factory.mktemp("emulator")
    environment = os.environ | {"GATEWAY_PORT": str(port), "BIND_HOST": "127.0.0.1", "IOT_MTLS_ENABLED": "0"}
    with (folder / "emulator.log").open("wb") as log:
        process = subprocess.Popen([executable], cwd=folder, env=environment, stdout=log, stderr=subprocess.STDOUT)
        try:
            wait_until(lambda: accepts(port), "the emulator listening", process)
            yield f"http://127.0.0.1:{port}"
        finally:
            stop(process)


@pytest.fixture
def s3_client(emulator_url: str) -> "S3Client":
    """A client of the emulator's S3."""
    return boto3.client(
        "s3",
        endpoint_url=emulator_url,
        region_name="eu-central-1",
        aws_access_key_id="test",
        aws_secret_access_key="test",
    )
