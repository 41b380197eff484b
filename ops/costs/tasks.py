"""What the ECS service costs: its tasks, and what they send and ask for while they run."""

from collections.abc import Iterator
from decimal import Decimal

from ops.costs.lines import HOURS_A_MONTH, Basis, CostLine, Resource
from ops.costs.running import Running, running

# Of a vCPU, and of a GB. https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task_definition_parameters.html
_CPU_UNITS, _MIB = 1024, 1024
# The six of dashboard/metrics.py, each with and without its dimension, however many tasks run.
_METRICS = 12
# What a task sends in a month in which it always runs and nobody looks. docs/costs.md tells why.
_LOG_GB = Decimal("0.25")
_OUT_GB = Decimal(1)
_EXEC_LOG_GB = Decimal(1)


def service(resource: Resource, basis: Basis) -> Iterator[CostLine]:
    """Yield what a service on Fargate costs."""
    runs = running(basis)
    vcpus, gb, arm = _size(basis)
    spot_hours = _spot_hours(resource, runs)
    on_demand, spot = ("arm", "arm") if arm else ("fargate", "spot")
    quantities: dict[str, Decimal] = {}
    for price, hours in ((on_demand, runs.task_hours - spot_hours), (spot, spot_hours)):
        if hours:
            quantities[f"{price}-vcpu"] = quantities.get(f"{price}-vcpu", Decimal(0)) + vcpus * hours
            quantities[f"{price}-gb"] = quantities.get(f"{price}-gb", Decimal(0)) + gb * hours
    size = f"{runs} a month, each {vcpus.normalize():f} vCPU and {gb.normalize():f} GB{', ARM64' if arm else ''}"
    yield basis.line(resource, "tasks", quantities, f"at the least: {size}{_of_spot(spot_hours, runs, arm)}")
    share = runs.hours / HOURS_A_MONTH
    metrics = f"{_METRICS} metrics while a task runs"
    yield basis.line(resource, "the dashboard's metrics", {"metric": _METRICS * share}, metrics)
    dashboard = basis.settings.dashboard
    looks = runs.task_hours * 3600 / dashboard.poll_seconds * dashboard.workers
    look = f"every {dashboard.poll_seconds} s in each process of a task, of which it has {dashboard.workers}"
    yield basis.line(resource, "looks for new data", {"s3-get-thousand": looks / 1000}, look)
    yield from _traffic(resource, basis, runs)


def log_group(resource: Resource, basis: Basis) -> Iterator[CostLine]:
    """Yield what is written to a log group while nobody looks."""
    settings, name = basis.settings, resource.values.get("name")
    if name == settings.log_group_name:
        gb, why = _months(running(basis)) * _LOG_GB, f"{_LOG_GB} GB for each task that always runs"
    elif name == settings.exec_log_group_name:
        gb, why = _EXEC_LOG_GB, f"{_EXEC_LOG_GB} GB of what shells print"
    else:
        gb, why = Decimal(0), "nothing while nobody looks"
    yield basis.line(resource, "log", {"log-gb": gb}, why)


def _traffic(resource: Resource, basis: Basis, runs: Running) -> Iterator[CostLine]:
    """Yield what the tasks send to AWS by the ways that are paid for; those of an existing network are not known."""
    vpc = basis.settings.vpc
    gb = _months(runs) * _OUT_GB
    why = f"{_OUT_GB} GB for each task that always runs"
    if vpc.is_new and vpc.interface_endpoints:
        yield basis.line(resource, "through the endpoints", {"endpoint-gb": gb}, why)
    elif vpc.is_new:
        yield basis.line(resource, "through NAT", {"nat-gb": gb}, why)


def _months(runs: Running) -> Decimal:
    return runs.task_hours / HOURS_A_MONTH


def _size(basis: Basis) -> tuple[Decimal, Decimal, bool]:
    """Return the vCPUs and GB of a task, and whether it is for ARM64."""
    task = basis.settings.task
    cpu, memory, architecture = task.cpu, task.memory, str(task.architecture)
    for definition in basis.of_type("aws_ecs_task_definition"):
        values = definition.values
        cpu, memory = int(values.get("cpu") or cpu), int(values.get("memory") or memory)
        for platform in values.get("runtime_platform") or ():
            architecture = platform.get("cpu_architecture") or architecture
    return Decimal(cpu) / _CPU_UNITS, Decimal(memory) / _MIB, architecture == "ARM64"


def _spot_hours(service: Resource, runs: Running) -> Decimal:
    """Return how many of the task hours are on Spot: those beyond the providers' bases, by weight."""
    providers = service.values.get("capacity_provider_strategy") or ()
    total = sum(provider.get("weight") or 0 for provider in providers)
    hours = Decimal(0)
    for tasks, of_month in runs.hours_by_tasks.items():
        beyond = max(0, tasks - sum(provider.get("base") or 0 for provider in providers))
        for provider in providers:
            if provider.get("capacity_provider") == "FARGATE_SPOT":
                share = Decimal(provider.get("weight") or 0) / total if total else Decimal(0)
                hours += (min(tasks, provider.get("base") or 0) + beyond * share) * of_month
    return hours


def _of_spot(spot_hours: Decimal, runs: Running, arm: bool) -> str:
    if not spot_hours:
        return "; more come with the load"
    share = f"; {round(100 * spot_hours / runs.task_hours)} % of it on Spot"
    return (
        f"{share}, by the price on demand, as Spot's for ARM64 is not known" if arm else f"{share}, whose price moves"
    )
