"""Alarms, and one page of graphs."""

from typing import ClassVar

from constructs import Construct

from config import Settings
from stacks.alb import AlbStack
from stacks.alerts import AlertsStack
from stacks.base import BaseStack
from stacks.cluster import ClusterStack
from stacks.parts.dashboard_alarms import DashboardAlarms
from stacks.parts.graph_page import GraphPage
from stacks.parts.graphs import graphs
from stacks.parts.metrics import DashboardMetrics, LoadBalancerMetrics, ServiceMetrics
from stacks.parts.service_alarms import ServiceAlarms
from stacks.service import ServiceStack
from stacks.vpc import VpcStack


class MonitoringStack(BaseStack):
    """The alarms that no deployment waits for, and a CloudWatch dashboard; nothing without `alarms`.

    With every feature on, and two zones, an environment has ten alarms of fifteen metrics, those of RollbackAlarms
    included: $1.50 a month. The page is free for the first three of an account, then $3 a month:
    https://aws.amazon.com/cloudwatch/pricing/

    What the firewall blocks is on the page, but no alarm: it is blocked already.
    """

    NAME: ClassVar[str] = "monitoring"

    def __init__(
        self,
        scope: Construct,
        settings: Settings,
        *,
        vpc: VpcStack,
        cluster: ClusterStack,
        alb: AlbStack,
        service: ServiceStack,
        alerts: AlertsStack,
    ) -> None:
        super().__init__(scope, settings, cost=settings.tags.infrastructure_cost)
        if alerts.topic_arn is None or service.rollback_alarms is None:
            return
        of_service = ServiceMetrics(cluster=cluster.cluster.name, service=service.service.name)
        of_dashboard = DashboardMetrics(namespace=settings.dashboard.metrics_namespace, service=settings.service_name)
        service_alarms = ServiceAlarms(
            self,
            "service",
            settings=settings,
            measured=of_service,
            nat_gateway_ids=vpc.nat_gateway_ids,
            topic_arn=alerts.topic_arn,
        )
        dashboard_alarms = DashboardAlarms(
            self, "dashboard", settings=settings, measured=of_dashboard, topic_arn=alerts.topic_arn
        )
        alarms = [*service.rollback_alarms.alarms, *service_alarms.alarms, *dashboard_alarms.alarms]
        page = GraphPage(
            self,
            "graphs",
            name=settings.deployment_name,
            region=settings.aws.region,
            alarm_arns=[alarm.arn for alarm in alarms],
            graphs=graphs(
                settings,
                load_balancer=LoadBalancerMetrics(
                    load_balancer=alb.load_balancer.arn_suffix, target_group=service.target_group.arn_suffix
                ),
                service=of_service,
                dashboard=of_dashboard,
                nat_gateway_ids=vpc.nat_gateway_ids,
            ),
        )
        self.output("graphs_url", page.url, "The page of alarms and graphs in the AWS console")
