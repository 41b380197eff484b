"""What is deployed and whether it works, read from AWS or, on this machine, from the emulator and the agent."""

import time
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from ops.aws import Aws
from ops.deployment import Deployment
from ops.rollout.ecs import private_address
from ops.versions import read_revision

if TYPE_CHECKING:
    from types_boto3_ecs.type_defs import ServiceTypeDef, TaskTypeDef


@dataclass(frozen=True)
class TaskStatus:
    """A task of the service. `version` is the dashboard's, None where nobody knows it; `age` is in seconds.

    `pid` is its process where it is on this machine.
    """

    id: str
    version: str | None
    address: str
    state: str
    health: str
    age: float | None
    pid: int | None = None


@dataclass(frozen=True)
class DataStatus:
    """The object that the dashboard shows: S3's version where it keeps versions, size in bytes, age in seconds."""

    version: str | None
    size: int
    age: float


@dataclass
class Status:
    """A deployment as it is. `problems` are sentences; where there are none, all is well.

    `version` is the one that Terraform deployed. `alarms` are the states of CloudWatch's alarms by their names.
    """

    stacks: dict[str, int] = field(default_factory=dict)
    version: str | None = None
    alarms: dict[str, str] = field(default_factory=dict)
    url: str | None = None
    desired_count: int = 0
    tasks: list[TaskStatus] = field(default_factory=list)
    data: DataStatus | None = None
    problems: list[str] = field(default_factory=list)

    @property
    def running_versions(self) -> Counter[str]:
        """How many tasks run each version."""
        return Counter(task.version or "unknown" for task in self.tasks)

    @property
    def healthy_count(self) -> int:
        return sum(task.health == "HEALTHY" for task in self.tasks)


def read_status(deployment: Deployment) -> Status:
    """Return the status of an environment. Raises OpsError when AWS or the emulator cannot be asked."""
    status = Status()
    _read_stacks(deployment, status)
    if not status.stacks:
        verb = "up" if deployment.settings.local else "deploy"
        status.problems.append(f"nothing is deployed: ./dashctl {verb}")
        return status
    _read_service(deployment, status)
    _read_data(deployment, status)
    _read_alarms(deployment, status)
    return status


def _read_stacks(deployment: Deployment, status: Status) -> None:
    """Read the Terraform states: which stacks have one, with how many resources."""
    settings, aws = deployment.settings, deployment.aws
    from ops.state_bucket import bucket_exists

    if not bucket_exists(aws):
        return
    prefix = settings.state_key("").removesuffix(".tfstate")
    with aws.errors():
        found = aws.s3.list_objects_v2(Bucket=settings.state_bucket_name, Prefix=prefix).get("Contents", [])
    for key in sorted(item["Key"] for item in found if item["Key"].endswith(".tfstate")):
        name = key.removeprefix(prefix).removesuffix(".tfstate")
        state = deployment.state(name)
        if state is not None and state.resource_count:
            status.stacks[name] = state.resource_count
    status.version = deployment.deployed_version()
    status.url = deployment.outputs("service").get("dashboard_url")


def _read_service(deployment: Deployment, status: Status) -> None:
    settings, aws = deployment.settings, deployment.aws
    if "service" not in status.stacks:
        status.problems.append("the service is not deployed")
        return
    with aws.errors():
        try:
            found = aws.ecs.describe_services(cluster=settings.cluster_name, services=[settings.service_name])
            services = [service for service in found["services"] if service["status"] == "ACTIVE"]
        except aws.ecs.exceptions.ClusterNotFoundException:
            services = []
    if not services:
        status.problems.append(f"the ECS service {settings.service_name} is gone: deploy it again")
        return
    status.desired_count = services[0]["desiredCount"]
    revisions = _Revisions(aws)
    serving = revisions.version(services[0]["taskDefinition"])
    if status.version and serving and serving != status.version:
        status.problems.append(
            f"version {status.version} was deployed, and ECS has gone back to {serving}: ./dashctl deploy tries it "
            "again, ./dashctl rollback leaves it at that"
        )
    if settings.local:
        _read_agent(deployment, status, revisions)
    else:
        status.tasks = _ecs_tasks(deployment, services[0], revisions)
    if status.healthy_count < status.desired_count:
        status.problems.append(f"{status.healthy_count} of {status.desired_count} tasks are healthy")


class _Revisions:
    """The versions that revisions of the task definition run, each read once."""

    def __init__(self, aws: Aws) -> None:
        self._aws = aws
        self._versions: dict[str, str | None] = {}

    def version(self, arn: str) -> str | None:
        if arn not in self._versions:
            self._versions[arn] = read_revision(self._aws, arn).version
        return self._versions[arn]


def _read_agent(deployment: Deployment, status: Status, revisions: _Revisions) -> None:
    from ops.local.agent_control import AgentControl

    record = AgentControl(deployment.settings).record()
    if record is None:
        status.problems.append("the agent that runs the tasks does not run: ./dashctl up starts it")
        return
    if record.problem:
        status.problems.append(record.problem)
    if record.last_failure and not record.steady:
        failure = record.last_failure
        status.problems.append("\n  ".join([f"task {failure.task} {failure.reason}", *failure.lines]))
    status.tasks = [
        TaskStatus(
            id=task.id,
            version=revisions.version(task.task_definition),
            address=f"{task.host}:{task.port}",
            state=task.state,
            health=task.health,
            age=time.time() - task.started,
            pid=task.process.pid,
        )
        for task in record.tasks
    ]


def _ecs_tasks(deployment: Deployment, service: "ServiceTypeDef", revisions: _Revisions) -> list[TaskStatus]:
    """Return the service's tasks, each with the health that the load balancer sees."""
    aws, settings = deployment.aws, deployment.settings
    with aws.errors():
        pages = aws.ecs.get_paginator("list_tasks").paginate(
            cluster=settings.cluster_name, serviceName=settings.service_name
        )
        arns = [arn for page in pages for arn in page["taskArns"]]
        tasks: list[TaskTypeDef] = []
        for first in range(0, len(arns), 100):  # as many as one call describes
            described = aws.ecs.describe_tasks(cluster=settings.cluster_name, tasks=arns[first : first + 100])
            tasks += described["tasks"]
        health: dict[str, str] = {}
        for balancer in service.get("loadBalancers", []):
            targets = aws.elbv2.describe_target_health(TargetGroupArn=balancer["targetGroupArn"])
            for target in targets["TargetHealthDescriptions"]:
                health[target["Target"]["Id"]] = target["TargetHealth"]["State"].upper()
    return [
        TaskStatus(
            id=task["taskArn"].rpartition("/")[2],
            version=revisions.version(task["taskDefinitionArn"]),
            address=(address := private_address(task)),
            state=task.get("lastStatus", ""),
            health=health.get(address, "UNKNOWN"),
            age=time.time() - task["startedAt"].timestamp() if "startedAt" in task else None,
        )
        for task in tasks
    ]


def _read_data(deployment: Deployment, status: Status) -> None:
    settings, aws = deployment.settings, deployment.aws
    from botocore.exceptions import ClientError

    if "bucket" not in status.stacks:
        return
    with aws.errors():
        try:
            found = aws.s3.head_object(Bucket=settings.data_bucket_name, Key=settings.bucket.object_key)
        except ClientError as error:
            if error.response.get("Error", {}).get("Code") not in {"404", "NoSuchKey", "NoSuchBucket"}:
                raise
            status.problems.append("there are no data: ./dashctl data push FILE.csv")
            return
    status.data = DataStatus(
        version=found.get("VersionId"),
        size=found["ContentLength"],
        age=time.time() - found["LastModified"].timestamp(),
    )


def _read_alarms(deployment: Deployment, status: Status) -> None:
    settings, aws = deployment.settings, deployment.aws
    if not settings.alarms.enabled:
        return
    with aws.errors():
        pages = aws.cloudwatch.get_paginator("describe_alarms").paginate(
            AlarmNamePrefix=f"{settings.deployment_name}-", AlarmTypes=["MetricAlarm"]
        )
        for page in pages:
            for alarm in page["MetricAlarms"]:
                status.alarms[alarm["AlarmName"]] = alarm["StateValue"]
                if alarm["StateValue"] == "ALARM":
                    status.problems.append(f"alarm {alarm['AlarmName']}: {alarm.get('AlarmDescription', '')}")
