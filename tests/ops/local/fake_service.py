"""An ECS service behind a load balancer in the emulator, made by hand, whose tasks run a few lines of Python."""

import http.client
import random
import socket
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import TypeVar

import psutil

from config import Settings
from ops.aws import Aws
from ops.images.publish import publish
from ops.local.agent_control import AgentControl
from ops.local.agent_record import AgentRecord, TaskRecord
from tests.settings import settings_of

Found = TypeVar("Found")

# Answers as long as its folder has no file "sick"; says who it is.
SERVER = """
import os, pathlib, signal, sys
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

class Handler(BaseHTTPRequestHandler):
    def do_GET(self):
        sick = pathlib.Path(os.environ["SICK"]).exists() and self.path == "/health"
        body = f"{os.environ['ANSWER']} HOME={os.environ.get('HOME')}".encode()
        self.send_response(503 if sick else 200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass

print("listening", flush=True)
ThreadingHTTPServer((os.environ["HOST"], int(os.environ["PORT"])), Handler).serve_forever()
"""

CRASH = "import sys\nprint('no such table', flush=True)\nsys.exit(3)\n"


def free_port() -> int:
    """Return a port that nothing listens on, below those that systems give to outgoing connections.

    One of those could be taken, by any connection of this machine, while a test stops and starts its emulator.
    """
    while True:
        port = random.randrange(15000, 32000)  # noqa: S311
        with socket.socket() as probe, suppress(OSError):
            probe.bind(("127.0.0.1", port))
            return port


def isolated_settings(folder: Path) -> dict[str, str]:
    """Return the environment variables of a local deployment of its own."""
    return {
        "DASH_ENV": "local",
        "DASH__LOCAL__PORT": str(free_port()),
        "DASH__LOCAL__FOLDER": str(folder),
        "DASH__TASK__PORT": str(free_port()),
    }


def wait_until(what: str, found: Callable[[], Found | None], seconds: float = 40) -> Found:
    """Return what `found` returns as soon as that is true."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if result := found():
            return result
        time.sleep(0.1)
    raise AssertionError(f"not in {seconds} s: {what}")


class FakeService:
    """The service, and what the agent makes of it."""

    def __init__(self, environ: dict[str, str], scratch: Path) -> None:
        self.settings: Settings = settings_of(environ)
        self.aws = Aws(self.settings)
        self.agent = AgentControl(self.settings)
        self.sick = scratch / "sick"
        self._scratch = scratch
        self._target_group = ""

    def create(self, *, desired_count: int = 2, grace_seconds: int = 60) -> None:
        """Make the cluster, the load balancer with its target group, the repository and the service."""
        settings, elb = self.settings, self.aws.elbv2
        self.aws.ecs.create_cluster(clusterName=settings.cluster_name)
        self.aws.ecr.create_repository(repositoryName=settings.repository_name, imageTagMutability="IMMUTABLE")
        load_balancer = elb.create_load_balancer(Name=settings.load_balancer_name)["LoadBalancers"][0]
        self._target_group = elb.create_target_group(
            Name=settings.target_group_name,
            TargetType="ip",
            Protocol="HTTP",
            Port=settings.task.port,
            HealthCheckPath="/health",
            HealthCheckIntervalSeconds=5,
            HealthCheckTimeoutSeconds=2,
            HealthyThresholdCount=2,
            UnhealthyThresholdCount=2,
        )["TargetGroups"][0]["TargetGroupArn"]
        elb.create_listener(
            LoadBalancerArn=load_balancer["LoadBalancerArn"],
            Protocol="HTTP",
            Port=80,
            DefaultActions=[{"Type": "forward", "TargetGroupArn": self._target_group}],
        )
        self.aws.ecs.create_service(
            cluster=settings.cluster_name,
            serviceName=settings.service_name,
            taskDefinition=self.define("one"),
            desiredCount=desired_count,
            launchType="FARGATE",
            healthCheckGracePeriodSeconds=grace_seconds,
            deploymentConfiguration={"minimumHealthyPercent": 50, "maximumPercent": 200},
            loadBalancers=[
                {
                    "targetGroupArn": self._target_group,
                    "containerName": settings.task.container,
                    "containerPort": settings.task.port,
                }
            ],
            networkConfiguration={"awsvpcConfiguration": {"subnets": ["subnet-1"]}},
        )

    def define(self, answer: str, program: str = SERVER) -> str:
        """Register a task definition whose tasks run `program` and answer `answer`; return its ARN."""
        sources = self._scratch / answer / "dashboard"
        sources.mkdir(parents=True)
        (sources / "__init__.py").touch()
        (sources / "__main__.py").write_text(program)
        return self.register(publish(self.aws, build=False, sources=sources).version, answer=answer)

    def register(self, version: str, *, answer: str) -> str:
        """Register a task definition of a published version; return its ARN."""
        repository = self.settings.repository_name
        found = self.aws.ecr.batch_get_image(repositoryName=repository, imageIds=[{"imageTag": version}])["images"]
        digest = found[0]["imageId"]["imageDigest"]
        environment = {
            "ANSWER": answer,
            "DASHBOARD_VERSION": version,
            "PORT": str(self.settings.task.port),
            "SICK": str(self.sick),
        }
        definition = self.aws.ecs.register_task_definition(
            family=self.settings.task_family,
            requiresCompatibilities=["FARGATE"],
            networkMode="awsvpc",
            cpu="256",
            memory="512",
            containerDefinitions=[
                {
                    "name": self.settings.task.container,
                    "image": f"000000000000.dkr.ecr.us-east-1.amazonaws.com/{repository}@{digest}",
                    "command": ["python", "-m", "dashboard"],
                    "environment": [{"name": name, "value": value} for name, value in environment.items()],
                    "portMappings": [{"containerPort": self.settings.task.port}],
                    "stopTimeout": 5,
                }
            ],
        )
        return definition["taskDefinition"]["taskDefinitionArn"]

    def update(self, **changes: object) -> None:
        """Change the service: desiredCount, taskDefinition."""
        self.aws.ecs.update_service(
            cluster=self.settings.cluster_name,
            service=self.settings.service_name,
            **changes,  # type: ignore[arg-type]
        )

    def delete(self) -> None:
        self.aws.ecs.delete_service(cluster=self.settings.cluster_name, service=self.settings.service_name, force=True)

    def record(self) -> AgentRecord:
        record = self.agent.record()
        assert record is not None, "the agent does not run"
        return record

    def steady_tasks(self, count: int = 2, *, without: tuple[str, ...] = ()) -> list[TaskRecord]:
        """Wait until so many tasks are healthy and registered, none of them one of `without`."""

        def steady() -> list[TaskRecord] | None:
            record = self.record()
            tasks = [task.id for task in record.tasks]
            ready = record.steady and record.desired_count == count and not set(tasks) & set(without)
            return record.tasks if ready else None

        return wait_until(f"{count} steady tasks", steady)

    def targets(self) -> set[tuple[str, int]]:
        """Return what the load balancer sends requests to."""
        described = self.aws.elbv2.describe_target_health(TargetGroupArn=self._target_group)
        return {(found["Target"]["Id"], found["Target"]["Port"]) for found in described["TargetHealthDescriptions"]}

    def get(self) -> str:
        """Return the page that the load balancer answers with."""
        connection = http.client.HTTPConnection("127.0.0.1", self.agent.port, timeout=5)
        try:
            connection.request("GET", "/", headers={"Host": f"{self.settings.emulated_load_balancer_host}"})
            return connection.getresponse().read().decode()
        finally:
            connection.close()

    def stop_everything(self) -> None:
        """Stop what a test may have left, by process id."""
        self.agent.stop()


def listening_addresses(pid: int) -> set[tuple[str, int]]:
    """Return the addresses that a process listens on."""
    return {
        (connection.laddr.ip, connection.laddr.port)
        for connection in psutil.Process(pid).net_connections(kind="inet")
        if connection.status == psutil.CONN_LISTEN
    }
