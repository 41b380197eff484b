"""What one task runs."""

from cdktf import Fn
from cdktf_cdktf_provider_aws.ecs_task_definition import EcsTaskDefinition
from constructs import Construct

from config import Settings
from stacks.parts.task_roles import TaskRoles


class DashboardTask(Construct):
    """The task definition: one container with the dashboard, logging to CloudWatch.

    The container's command is written out, though the image has the same, so that a task can be run without the image's
    configuration at hand. Typed attributes: `definition`.
    """

    def __init__(
        self,
        scope: Construct,
        id: str,
        *,
        settings: Settings,
        image_uri: str,
        version: str,
        log_group_name: str,
        roles: TaskRoles,
    ) -> None:
        super().__init__(scope, id)
        task = settings.task
        environment = settings.container_environment | {"DASHBOARD_VERSION": version}
        container = {
            "name": task.container,
            "image": image_uri,
            "command": ["python", "-m", "dashboard"],
            "essential": True,
            "environment": [{"name": name, "value": value} for name, value in sorted(environment.items())],
            "portMappings": [{"containerPort": task.port, "hostPort": task.port, "protocol": "tcp"}],
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
            cpu=str(task.cpu),
            memory=str(task.memory),
            task_role_arn=roles.task.arn,
            execution_role_arn=roles.execution.arn,
            container_definitions=Fn.jsonencode([container]),
        )
