"""What the page of graphs shows."""

from config import Settings
from stacks.parts.graph_page import Graph
from stacks.parts.metrics import DashboardMetrics, LoadBalancerMetrics, ServiceMetrics, of_nat_gateway, of_web_acl

_SECONDS_PER_HOUR = 3600


def graphs(
    settings: Settings,
    *,
    load_balancer: LoadBalancerMetrics,
    service: ServiceMetrics,
    dashboard: DashboardMetrics,
    nat_gateway_ids: list[str],
) -> list[Graph]:
    """Return the graphs in the order in which one looks for a cause: readers, tasks, application, network."""
    return [
        *_of_readers(settings, load_balancer),
        *_of_tasks(settings, load_balancer, service),
        *_of_application(settings, dashboard),
        *_of_network(settings, nat_gateway_ids),
    ]


def _of_readers(settings: Settings, measured: LoadBalancerMetrics) -> list[Graph]:
    return [
        Graph(title="Requests a minute", lines={"requests": measured.requests}),
        Graph(
            title="Server errors a minute",
            lines={"by tasks": measured.target_errors, "by the load balancer": measured.load_balancer_errors},
        ),
        Graph(
            title="Seconds to answer",
            lines={name: measured.seconds(name) for name in ("p50", "p95", "p99")},
            limit=settings.alarms.latency_p95_seconds,
        ),
    ]


def _of_tasks(settings: Settings, targets: LoadBalancerMetrics, measured: ServiceMetrics) -> list[Graph]:
    tasks = {"healthy": targets.healthy_targets, "unhealthy": targets.unhealthy_targets}
    if settings.cluster.container_insights:
        tasks |= {"running": measured.running_tasks, "wanted": measured.wanted_tasks}
    return [
        Graph(title="Tasks", lines=tasks),
        Graph(
            title="CPU of the tasks, %",
            lines={"average": measured.cpu_percent("Average"), "highest": measured.cpu_percent("Maximum")},
            limit=settings.alarms.cpu_percent,
        ),
        Graph(
            title="Memory of the tasks, %",
            lines={"average": measured.memory_percent("Average"), "highest": measured.memory_percent("Maximum")},
            limit=settings.alarms.memory_percent,
        ),
    ]


def _of_application(settings: Settings, measured: DashboardMetrics) -> list[Graph]:
    hours = settings.alarms.data_age_hours
    return [
        Graph(
            title="Milliseconds of a callback",
            lines={name: measured.of("CallbackMilliseconds", name) for name in ("p50", "p99")},
        ),
        Graph(
            title="Callbacks a minute",
            lines={
                "all": measured.of("Callbacks", "Sum"),
                "failed": measured.of("CallbackErrors", "Sum"),
                "refused": measured.of("CallbacksRefused", "Sum"),
            },
        ),
        Graph(
            title="Seconds since the release of the data",
            lines={"age": measured.of("DataAgeSeconds", "Maximum")},
            limit=None if hours is None else hours * _SECONDS_PER_HOUR,
        ),
    ]


def _of_network(settings: Settings, nat_gateway_ids: list[str]) -> list[Graph]:
    found = []
    if nat_gateway_ids:
        named = {f"NAT {index}": gateway_id for index, gateway_id in enumerate(nat_gateway_ids, start=1)}
        found += [
            Graph(
                title="Bytes through NAT a minute",
                lines={
                    f"{name}, {way}": of_nat_gateway(gateway_id, metric, "Sum")
                    for name, gateway_id in named.items()
                    for way, metric in (("out", "BytesOutToDestination"), ("in", "BytesInFromDestination"))
                },
            ),
            Graph(
                title="Connections for which NAT had no port",
                lines={
                    name: of_nat_gateway(gateway_id, "ErrorPortAllocation", "Sum") for name, gateway_id in named.items()
                },
            ),
        ]
    if settings.waf.enabled:
        acl, region = settings.deployment_name, settings.aws.region
        found.append(
            Graph(
                title="Requests a minute at the firewall",
                lines={
                    "blocked": of_web_acl(acl, region, "BlockedRequests"),
                    "let through": of_web_acl(acl, region, "AllowedRequests"),
                },
            )
        )
    return found
