"""The dashboard's settings: the only place that reads the environment.

Credentials, region and endpoint are the AWS SDK's own variables (``AWS_REGION``, ``AWS_ENDPOINT_URL_S3`` …) and stay
with boto3.
"""

import ipaddress
import re
from collections.abc import Mapping
from dataclasses import dataclass

# https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html
_BUCKET_NAME = re.compile(r"(?!.*\.\.)[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]")
# https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-keys.html
_OBJECT_KEY_BYTES = 1024
# https://docs.docker.com/reference/cli/docker/image/tag/
_IMAGE_TAG = re.compile(r"\w[\w.-]{0,127}", re.ASCII)
# https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/cloudwatch_concepts.html#Namespace
_NAMESPACE = re.compile(r"(?!AWS/)[\w./#-][\w./#: -]{0,254}", re.ASCII)
# https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_CreateService.html
_SERVICE_NAME = re.compile(r"[\w-]{1,255}", re.ASCII)


class ConfigError(ValueError):
    """Settings that cannot be used. The message is one line and names every bad variable."""


@dataclass(frozen=True, kw_only=True)
class Config:
    """What the dashboard is told from outside.

    Attributes:
        bucket_name: S3 bucket that holds the data (``BUCKET_NAME``, required).
        object_key: key of the CSV in the bucket (``OBJECT_KEY``).
        host: IP address to listen on (``HOST``).
        port: TCP port to listen on (``PORT``).
        keep_alive_seconds: how long an idle connection stays open (``KEEP_ALIVE_SECONDS``). It must exceed the load
            balancer's idle timeout, 60 s by default, or the load balancer sends requests into closed connections.
        pre_stop_seconds: how long the server goes on accepting and answering after SIGTERM (``PRE_STOP_SECONDS``),
            because the load balancer still sends for so long.
        shutdown_seconds: time for running requests to end after that (``SHUTDOWN_SECONDS``). Together they must stay
            below the container's stop timeout, 30 s by default on ECS.
        workers: number of server processes (``WORKERS``); each holds its own copy of the data.
        poll_seconds: from one look at the object to the next (``POLL_SECONDS``).
        memory_mib: the task's memory in MiB (``MEMORY_MIB``): data that do not fit are refused. 0 to find it out.
        dashboard_version: the image's version tag (``DASHBOARD_VERSION``): for ``/ready``, and for open pages to notice
            that another version answers them.
        metrics_namespace: CloudWatch namespace of the metrics (``METRICS_NAMESPACE``).
        service_name: value of their dimension ``ServiceName`` (``SERVICE_NAME``).
    """

    bucket_name: str
    object_key: str = "gapminder_unfiltered.csv"
    host: str = "0.0.0.0"  # noqa: S104 - a container listens on every address; its security group decides who gets in
    port: int = 8050
    keep_alive_seconds: int = 65
    pre_stop_seconds: int = 5
    shutdown_seconds: int = 20
    workers: int = 1
    poll_seconds: float = 10.0
    memory_mib: int = 0
    dashboard_version: str = "development"
    metrics_namespace: str = "PlotlyDash"
    service_name: str = "PlotlyDashService"

    @classmethod
    def from_environment(cls, environment: Mapping[str, str]) -> "Config":
        """Read and check every setting; an unset or empty variable takes its default.

        Raises:
            ConfigError: names every variable that is missing or has a bad value, and what is allowed.
        """
        reader = _Reader(environment)
        config = cls(
            bucket_name=reader.bucket_name("BUCKET_NAME"),
            object_key=reader.object_key("OBJECT_KEY", cls.object_key),
            host=reader.address("HOST", cls.host),
            port=reader.whole("PORT", cls.port, 1, 65535),
            keep_alive_seconds=reader.whole("KEEP_ALIVE_SECONDS", cls.keep_alive_seconds, 1, 4060),
            pre_stop_seconds=reader.whole("PRE_STOP_SECONDS", cls.pre_stop_seconds, 0, 120),
            shutdown_seconds=reader.whole("SHUTDOWN_SECONDS", cls.shutdown_seconds, 1, 600),
            workers=reader.whole("WORKERS", cls.workers, 1, 64),
            poll_seconds=reader.seconds("POLL_SECONDS", cls.poll_seconds, 0.1, 3600.0),
            memory_mib=reader.whole("MEMORY_MIB", cls.memory_mib, 0, 16 * 1024 * 1024),
            dashboard_version=reader.matching("DASHBOARD_VERSION", cls.dashboard_version, _IMAGE_TAG, "a version tag"),
            metrics_namespace=reader.matching(
                "METRICS_NAMESPACE", cls.metrics_namespace, _NAMESPACE, "a CloudWatch namespace"
            ),
            service_name=reader.matching("SERVICE_NAME", cls.service_name, _SERVICE_NAME, "a service name"),
        )
        if reader.faults:
            raise ConfigError("; ".join(reader.faults))
        return config


class _Reader:
    """Reads single values and collects what is wrong with them, so that one error can list it all."""

    def __init__(self, environment: Mapping[str, str]) -> None:
        self._environment = environment
        self.faults: list[str] = []

    def _text(self, name: str) -> str:
        return self._environment.get(name, "").strip()

    def bucket_name(self, name: str) -> str:
        text = self._text(name)
        if not text:
            self.faults.append(f"{name} is not set: give the name of the S3 bucket that holds the data")
        elif not _BUCKET_NAME.fullmatch(text):
            self.faults.append(f"{name}={text!r} is not a bucket name: 3 to 63 of a-z, 0-9, '.' and '-'")
        return text

    def object_key(self, name: str, default: str) -> str:
        text = self._text(name) or default
        if len(text.encode()) > _OBJECT_KEY_BYTES:
            self.faults.append(f"{name} is longer than the {_OBJECT_KEY_BYTES} bytes that S3 allows")
        return text

    def matching(self, name: str, default: str, pattern: re.Pattern[str], what: str) -> str:
        text = self._text(name) or default
        if not pattern.fullmatch(text):
            self.faults.append(f"{name}={text!r} is not {what}: it must match {pattern.pattern}")
        return text

    def address(self, name: str, default: str) -> str:
        text = self._text(name) or default
        try:
            ipaddress.ip_address(text)
        except ValueError:
            self.faults.append(f"{name}={text!r} is not an IP address such as 0.0.0.0 or 127.0.0.1")
        return text

    def whole(self, name: str, default: int, low: int, high: int) -> int:
        text = self._text(name) or str(default)
        if text.isascii() and text.isdigit() and low <= int(text) <= high:
            return int(text)
        self.faults.append(f"{name}={text!r} is not a whole number from {low} to {high}")
        return default

    def seconds(self, name: str, default: float, low: float, high: float) -> float:
        text = self._text(name) or str(default)
        try:
            value = float(text)
        except ValueError:
            value = float("nan")
        if low <= value <= high:
            return value
        self.faults.append(f"{name}={text!r} is not a number of seconds from {low:g} to {high:g}")
        return default
