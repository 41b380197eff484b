"""Alarms of the service: that it runs, that it has room, and that its tasks reach the internet."""

from functools import partial

from constructs import Construct

from config import Settings
from stacks.parts.alarm import Alarm
from stacks.parts.metrics import ServiceMetrics, of_nat_gateway


class ServiceAlarms(Construct):
    """No running task, CPU, memory, and NAT gateways that have no port left for another connection.

    Only Container Insights tell whether a task is wanted. Without them a service that may have none, outside of working
    hours, has no alarm that none runs: `server-errors` tells of it, once readers come.

    That the service is at `scaling.maximum` is no alarm, as it harms nobody before its CPU is short.
    Typed attributes: `alarms`.
    """

    def __init__(
        self,
        scope: Construct,
        id: str,
        *,
        settings: Settings,
        measured: ServiceMetrics,
        nat_gateway_ids: list[str],
        topic_arn: str,
    ) -> None:
        super().__init__(scope, id)
        self._settings = settings
        self._measured = measured
        self._alarm = partial(Alarm, self, deployment=settings.deployment_name, topic_arn=topic_arn)
        self.alarms = [each.alarm for each in (*self._of_load(), *self._of_running(), *self._of_nat(nat_gateway_ids))]

    def _of_load(self) -> list[Alarm]:
        limits = self._settings.alarms
        return [
            self._alarm(
                "cpu",
                raised=f"The tasks use more than {limits.cpu_percent} % of their CPU on average.",
                remedy="raise scaling.maximum or service.desired_count, or task.cpu.",
                metrics={"cpu": self._measured.cpu_percent("Average")},
                above=limits.cpu_percent,
            ),
            self._alarm(
                "memory",
                raised=f"A task uses more than {limits.memory_percent} % of its memory; at 100 % it is killed.",
                remedy="raise task.memory, or push smaller data.",
                metrics={"memory": self._measured.memory_percent("Maximum")},
                above=limits.memory_percent,
            ),
        ]

    def _of_running(self) -> list[Alarm]:
        settings, measured = self._settings, self._measured
        none_runs = partial(
            self._alarm,
            "no_running_task",
            raised="No task runs, so nobody reaches the dashboard.",
            remedy="./dashctl status says why tasks stop; deploy the version before.",
            above=0,
        )
        if settings.cluster.container_insights:
            return [
                none_runs(
                    metrics={"running": measured.running_tasks, "wanted": measured.wanted_tasks},
                    expression="IF(wanted >= 1 AND FILL(running, 0) < 1, 1, 0)",
                )
            ]
        if settings.service.desired_count > 0 and settings.scaling.off_hours_tasks != 0:
            return [
                none_runs(
                    metrics={"samples": measured.cpu_percent("SampleCount")},
                    expression="IF(samples < 1, 1, 0)",
                    missing_is_bad=True,
                )
            ]
        return []

    def _of_nat(self, gateway_ids: list[str]) -> list[Alarm]:
        if not gateway_ids:
            return []
        metrics = {
            f"nat_{index}": of_nat_gateway(gateway_id, "ErrorPortAllocation", "Sum")
            for index, gateway_id in enumerate(gateway_ids)
        }
        return [
            self._alarm(
                "nat_ports",
                raised="A NAT gateway has no port left, so that new connections of the tasks to the internet fail.",
                remedy="find what opens so many connections to one address, and let it reuse them.",
                metrics=metrics,
                expression=f"MAX([{', '.join(metrics)}])",
                above=0,
            )
        ]
