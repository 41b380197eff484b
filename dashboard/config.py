"""The dashboard's settings: the only place that reads the environment.

Credentials, region and endpoint are the AWS SDK's own variables (``AWS_REGION``, ``AWS_ENDPOINT_URL_S3`` …) and stay
with boto3.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from dashboard.environment_reader import EnvironmentReader
from dashboard.sign_in.config import SignInConfig, read_sign_in

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
        sign_in: how the load balancer signs readers in; None if it does not.
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
    sign_in: SignInConfig | None = None

    @classmethod
    def from_environment(cls, environment: Mapping[str, str]) -> "Config":
        """Read and check every setting; an unset or empty variable takes its default.

        Raises:
            ConfigError: names every variable that is missing or has a bad value, and what is allowed.
        """
        reader = EnvironmentReader(environment)
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
            sign_in=read_sign_in(reader),
        )
        if reader.faults:
            raise ConfigError("; ".join(reader.faults))
        return config
