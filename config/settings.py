"""The typed settings of one environment, and every AWS name and number that is derived from them.

`load_settings` in load.py is the only way to make a `Settings`: it reads the files, checks every key and reports all
that is wrong at once. The tables in sections/ check themselves; what two of them contradict each other in is in
contradictions.py.
"""

from collections.abc import Iterator
from ipaddress import IPv4Network

from config import contradictions
from config.sections.alarms import Alarms
from config.sections.ci import Ci
from config.sections.compute import Cluster, Dashboard, Exec, Scaling, Service, Task
from config.sections.load_balancer import Alb, Https, TargetGroup, Waf
from config.sections.network import Vpc
from config.sections.project import Aws, Local, Project, Tags
from config.sections.section import Section
from config.sections.sign_in import SignIn
from config.sections.storage import AccessLogs, Bucket, Ecr, Encryption, State
from config.sections.timeouts import Timeouts


class Settings(Section):
    """All settings of one environment. Names of AWS resources are built here and nowhere else."""

    environment: str
    project: Project
    aws: Aws
    vpc: Vpc
    encryption: Encryption
    access_logs: AccessLogs
    ecr: Ecr
    bucket: Bucket
    state: State
    cluster: Cluster
    alb: Alb
    https: Https
    sign_in: SignIn
    waf: Waf
    target_group: TargetGroup
    task: Task
    exec: Exec
    dashboard: Dashboard
    service: Service
    scaling: Scaling
    timeouts: Timeouts
    alarms: Alarms
    ci: Ci
    tags: Tags
    local: Local | None = None

    def contradictions(self) -> Iterator[tuple[str, str]]:
        """Yield what two tables contradict each other in, keys with their table's name."""
        yield from contradictions.find(self)

    def stack_id(self, stack: str) -> str:
        """The id of a stack for `cdktf deploy`, and the folder it is synthesized to."""
        return f"{self.project.name}-{self.environment}-{stack}"

    def state_key(self, stack: str) -> str:
        """The key of a stack's state in the state bucket."""
        return f"{self.project.name}/{self.environment}/{stack}.tfstate"

    @property
    def state_bucket_name(self) -> str:
        return self.state.bucket or f"{self.project.name}-{self.environment}-tfstate-{self.aws.account_id}"

    @property
    def data_bucket_name(self) -> str:
        return self.bucket.name or f"{self.project.name}-{self.environment}-data-{self.aws.account_id}"

    @property
    def access_logs_bucket_name(self) -> str:
        return self.access_logs.bucket or f"{self.project.name}-{self.environment}-logs-{self.aws.account_id}"

    @property
    def deployment_name(self) -> str:
        """What begins the names of alarms, of the key's alias and of whatever belongs to no single resource."""
        return f"{self.project.name}-{self.environment}"

    @property
    def deploy_role_name(self) -> str:
        return f"{self.deployment_name}-deploy"

    @property
    def review_role_name(self) -> str:
        return f"{self.deployment_name}-review"

    @property
    def task_boundary_name(self) -> str:
        """The policy that no role of a task can exceed, whatever a pipeline writes into it."""
        return f"{self.deployment_name}-task-boundary"

    @property
    def cognito_domain_prefix(self) -> str:
        """What begins the host name of the user pool's pages; it is unique in the region, among all accounts."""
        return self.sign_in.cognito_domain_prefix or f"{self.deployment_name}-{self.aws.account_id}"

    @property
    def vpc_name(self) -> str:
        return self.vpc.name + self.project.name_suffix

    @property
    def repository_name(self) -> str:
        return self.ecr.repository + self.project.name_suffix

    @property
    def cluster_name(self) -> str:
        return self.cluster.name + self.project.name_suffix

    @property
    def load_balancer_name(self) -> str:
        return self.alb.name + self.project.name_suffix

    @property
    def task_family(self) -> str:
        return self.task.family + self.project.name_suffix

    @property
    def service_name(self) -> str:
        return self.service.name + self.project.name_suffix

    @property
    def target_group_name(self) -> str:
        return self.target_group.name + self.project.name_suffix

    @property
    def log_group_name(self) -> str:
        return f"/ecs/{self.task_family}"

    @property
    def exec_log_group_name(self) -> str:
        return f"/ecs/{self.task_family}/exec"

    @property
    def waf_log_group_name(self) -> str:
        """https://docs.aws.amazon.com/waf/latest/developerguide/logging-cw-logs.html asks for the prefix."""
        return f"aws-waf-logs-{self.deployment_name}"

    @property
    def entrance_ports(self) -> tuple[int, ...]:
        """The ports at which the load balancer listens: the dashboard's own first, then those that redirect to it."""
        return (self.https.port, *self.https.redirect_ports) if self.https.enabled else (self.alb.listener_port,)

    @property
    def https_url(self) -> str | None:
        """The address of the dashboard, or None where it has no domain and so no HTTPS."""
        if not self.https.enabled:
            return None
        port = "" if self.https.port == 443 else f":{self.https.port}"
        return f"https://{self.https.domain}{port}/"

    @property
    def public_subnets(self) -> tuple[IPv4Network, ...]:
        """The public subnets' address ranges, in the order of the zones."""
        return self.vpc.public_subnets or self._computed_subnets()[: len(self.aws.availability_zones)]

    @property
    def private_subnets(self) -> tuple[IPv4Network, ...]:
        """The private subnets' address ranges, in the order of the zones."""
        return self.vpc.private_subnets or self._computed_subnets()[len(self.aws.availability_zones) :]

    def _computed_subnets(self) -> tuple[IPv4Network, ...]:
        blocks = self.vpc.cidr.subnets(new_prefix=self.vpc.subnet_prefix)
        return tuple(next(blocks) for _ in range(2 * len(self.aws.availability_zones)))

    @property
    def endpoint_url(self) -> str | None:
        """Where the AWS API is, or None for AWS itself. The emulator listens on loopback only."""
        return f"http://127.0.0.1:{self.local.port}" if self.local else None

    @property
    def emulated_load_balancer_host(self) -> str | None:
        """The host name by which the emulator routes to the load balancer, or None for AWS."""
        return f"{self.load_balancer_name.lower()}.alb.localhost" if self.local else None

    @property
    def container_environment(self) -> dict[str, str]:
        """The environment of the dashboard's container, but for the version of its image; it holds no secret."""
        environment = {
            "AWS_REGION": self.aws.region,
            "BUCKET_NAME": self.data_bucket_name,
            "KEEP_ALIVE_SECONDS": str(self.timeouts.keep_alive_seconds),
            "MEMORY_MIB": str(self.task.memory),
            "METRICS_NAMESPACE": self.dashboard.metrics_namespace,
            "OBJECT_KEY": self.bucket.object_key,
            "POLL_SECONDS": str(self.dashboard.poll_seconds),
            "PORT": str(self.task.port),
            "PRE_STOP_SECONDS": str(self.timeouts.pre_stop),
            "SERVICE_NAME": self.service_name,
            "SHUTDOWN_SECONDS": str(self.timeouts.shutdown_seconds),
            "WORKERS": str(self.dashboard.workers),
        }
        if self.endpoint_url:
            environment["AWS_ENDPOINT_URL"] = self.endpoint_url
        return environment
