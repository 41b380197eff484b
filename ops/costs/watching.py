"""What CloudWatch costs, apart from logs."""

from collections.abc import Iterator

from ops.costs.lines import Basis, CostLine, Resource

# Of a service on Fargate: 13 by cluster, 15 by service, 10 by task definition.
# https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/Container-Insights-metrics-ECS.html
_INSIGHTS_METRICS, _INSIGHTS_GB = 38, 1
# https://docs.aws.amazon.com/AmazonECS/latest/developerguide/service-autoscaling-targettracking.html
_TRACKING_ALARMS = 2


def alarm(resource: Resource, basis: Basis) -> Iterator[CostLine]:
    """Yield an alarm, which is paid for by the metrics that it is worked out from."""
    queries = resource.values.get("metric_query") or ()
    metrics = sum(1 for query in queries if query.get("metric")) or 1
    yield basis.line(resource, "alarm", {"alarm": metrics}, "1 metric" if metrics == 1 else f"{metrics} metrics")


def tracking(resource: Resource, basis: Basis) -> Iterator[CostLine]:
    """Yield the alarms that AWS makes for a policy that follows a target."""
    if resource.values.get("policy_type") == "TargetTrackingScaling":
        yield basis.line(resource, "alarms of the scaling", {"alarm": _TRACKING_ALARMS}, "2 that AWS makes by itself")


def graph_page(resource: Resource, basis: Basis) -> Iterator[CostLine]:
    """Yield a CloudWatch dashboard."""
    yield basis.line(
        resource, "page of graphs", {"graph-page": 1}, "the first three of an account, which are free, not deducted"
    )


def cluster(resource: Resource, basis: Basis) -> Iterator[CostLine]:
    """Yield Container Insights of an ECS cluster, where they are on."""
    settings = {setting["name"]: setting["value"] for setting in resource.values.get("setting") or ()}
    if settings.get("containerInsights", "disabled") != "disabled":
        quantities = {"metric": _INSIGHTS_METRICS, "log-gb": _INSIGHTS_GB}
        yield basis.line(
            resource, "Container Insights", quantities, f"{_INSIGHTS_METRICS} metrics, {_INSIGHTS_GB} GB of log"
        )
