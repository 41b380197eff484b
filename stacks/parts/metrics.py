"""The CloudWatch metrics that alarms and graphs are made of, by what they tell about."""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Metric:
    """A metric of one resource, and the statistic that is taken of each minute: `Sum`, `Maximum`, `p95` …"""

    namespace: str
    name: str
    dimensions: Mapping[str, str]
    statistic: str


@dataclass(frozen=True, kw_only=True)
class LoadBalancerMetrics:
    """What the load balancer and its target group tell, each named by the last part of its ARN.

    Errors are missing, not zero, in a minute without any. A request for which no target was found is in
    `load_balancer_errors` only, not in `requests`:
    https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-cloudwatch-metrics.html
    """

    load_balancer: str
    target_group: str

    @property
    def requests(self) -> Metric:
        return self._of_target_group("RequestCount", "Sum")

    @property
    def target_errors(self) -> Metric:
        """Answers of the tasks with a 5xx."""
        return self._of_target_group("HTTPCode_Target_5XX_Count", "Sum")

    @property
    def load_balancer_errors(self) -> Metric:
        """Answers with a 5xx that the load balancer gave itself, instead of a task."""
        dimensions = {"LoadBalancer": self.load_balancer}
        return Metric(
            namespace="AWS/ApplicationELB", name="HTTPCode_ELB_5XX_Count", dimensions=dimensions, statistic="Sum"
        )

    @property
    def healthy_targets(self) -> Metric:
        return self._of_target_group("HealthyHostCount", "Minimum")

    @property
    def unhealthy_targets(self) -> Metric:
        return self._of_target_group("UnHealthyHostCount", "Maximum")

    def seconds(self, statistic: str) -> Metric:
        """How long the tasks take to answer."""
        return self._of_target_group("TargetResponseTime", statistic)

    def _of_target_group(self, name: str, statistic: str) -> Metric:
        dimensions = {"LoadBalancer": self.load_balancer, "TargetGroup": self.target_group}
        return Metric(namespace="AWS/ApplicationELB", name=name, dimensions=dimensions, statistic=statistic)


@dataclass(frozen=True, kw_only=True)
class ServiceMetrics:
    """What ECS tells of the service; `running_tasks` and `wanted_tasks` with Container Insights only.

    Without a running task the others are missing:
    https://docs.aws.amazon.com/AmazonECS/latest/developerguide/available-metrics.html
    https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/Container-Insights-metrics-ECS.html
    """

    cluster: str
    service: str

    @property
    def running_tasks(self) -> Metric:
        return self._of("ECS/ContainerInsights", "RunningTaskCount", "Maximum")

    @property
    def wanted_tasks(self) -> Metric:
        return self._of("ECS/ContainerInsights", "DesiredTaskCount", "Minimum")

    def cpu_percent(self, statistic: str) -> Metric:
        return self._of("AWS/ECS", "CPUUtilization", statistic)

    def memory_percent(self, statistic: str) -> Metric:
        return self._of("AWS/ECS", "MemoryUtilization", statistic)

    def _of(self, namespace: str, name: str, statistic: str) -> Metric:
        dimensions = {"ClusterName": self.cluster, "ServiceName": self.service}
        return Metric(namespace=namespace, name=name, dimensions=dimensions, statistic=statistic)


@dataclass(frozen=True, kw_only=True)
class DashboardMetrics:
    """What the dashboard itself writes into its log, as dashboard/metrics.py explains."""

    namespace: str
    service: str

    def of(self, name: str, statistic: str) -> Metric:
        return Metric(
            namespace=self.namespace, name=name, dimensions={"ServiceName": self.service}, statistic=statistic
        )


def of_nat_gateway(id: str, name: str, statistic: str) -> Metric:
    """https://docs.aws.amazon.com/vpc/latest/userguide/metrics-dimensions-nat-gateway.html"""
    return Metric(namespace="AWS/NATGateway", name=name, dimensions={"NatGatewayId": id}, statistic=statistic)


def of_web_acl(metric_name: str, region: str, name: str) -> Metric:
    """https://docs.aws.amazon.com/waf/latest/developerguide/waf-metrics.html"""
    dimensions = {"WebACL": metric_name, "Region": region, "Rule": "ALL"}
    return Metric(namespace="AWS/WAFV2", name=name, dimensions=dimensions, statistic="Sum")
