"""What one task runs."""

from collections.abc import Mapping
from typing import Any

from cdktf import Fn
from cdktf_cdktf_provider_aws.ecs_task_definition import EcsTaskDefinition, EcsTaskDefinitionRuntimePlatform
from constructs import Construct

from config import Settings
from stacks.parts.task_roles import TaskRoles

# As in dashboard/Dockerfile, by number.
_USER = "10001:10001"

# The container's own health check: what the load balancer asks too, from inside. ECS replaces a task that fails it:
# https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_HealthCheck.html
_HEALTH_CHECK = {
    "command": ["CMD", "python", "-m", "dashboard.healthcheck"],
    "interval": 10,
    "timeout": 5,
    "retries": 3,
    "startPeriod": 30,
}

# In the task's memory, and none of it a program: Fargate has it since January 2026.
# https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_Tmpfs.html
_TEMPORARY = {"containerPath": "/tmp", "size": 64, "mountOptions": ["noexec", "nosuid", "nodev"]}  # noqa: S108


class DashboardTask(Construct):
    """The task definition: one container with the dashboard, logging to CloudWatch.

    It runs as nobody in particular, without any of root's powers, and, with `read_only_root`, can write to /tmp alone.
    The container's command is written out, though the image has the same, so that a task can be run without the image's
    configuration at hand. Typed attributes: `definition`.

    `environment` is what the container is told beyond the settings.
    """

    def __init__(
        self,
        scope: Construct,
        id: str,
        *,
        settings: Settings,
        image_uri: str,
        environment: Mapping[str, str],
        log_group_name: str,
        roles: TaskRoles,
    ) -> None:
        super().__init__(scope, id)
        task = settings.task
        container = {
            "name": task.container,
            "image": image_uri,
            "command": ["python", "-m", "dashboard"],
            "essential": True,
            "user": _USER,
            "readonlyRootFilesystem": task.read_only_root,
            "linuxParameters": {
                "capabilities": {"add": [], "drop": ["ALL"]},
                "initProcessEnabled": True,
                "tmpfs": [_TEMPORARY],
            },
            "environment": _pairs("value", settings.container_environment | dict(environment)),
            "secrets": _pairs("valueFrom", task.secrets),
            "portMappings": [{"containerPort": task.port, "hostPort": task.port, "protocol": "tcp"}],
            "healthCheck": _HEALTH_CHECK,
            "stopTimeout": settings.timeouts.stop_timeout_seconds,
            "logConfiguration": {
                "logDriver": "awslogs",
                "options": {
                    "awslogs-group": log_group_name,
                    "awslogs-region": settings.aws.region,
                    "awslogs-stream-prefix": task.log_stream_prefix,
                },
            },
        }
        self.definition = EcsTaskDefinition(
            self,
            "definition",
            family=settings.task_family,
            requires_compatibilities=["FARGATE"],
            network_mode="awsvpc",
            runtime_platform=EcsTaskDefinitionRuntimePlatform(
                cpu_architecture=task.architecture, operating_system_family="LINUX"
            ),
            cpu=str(task.cpu),
            memory=str(task.memory),
            task_role_arn=roles.task.arn,
            execution_role_arn=roles.execution.arn,
            container_definitions=Fn.jsonencode([container]),
        )


def _pairs(member: str, values: Mapping[str, str]) -> list[dict[str, Any]]:
    return [{"name": name, member: value} for name, value in sorted(values.items())]
