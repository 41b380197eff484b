"""Alarms of what the dashboard tells about itself."""

from functools import partial

from constructs import Construct

from config import Settings
from stacks.parts.alarm import Alarm
from stacks.parts.metrics import DashboardMetrics

_SECONDS_PER_HOUR = 3600


class DashboardAlarms(Construct):
    """Callbacks that fail, data that cannot be served, and data that are too old, if `alarms.data_age_hours` says so.

    Failed callbacks are told one by one, as `server-errors` does not tell of a few: each is a fault of the application.
    Typed attributes: `alarms`.
    """

    def __init__(
        self, scope: Construct, id: str, *, settings: Settings, measured: DashboardMetrics, topic_arn: str
    ) -> None:
        super().__init__(scope, id)
        alarm = partial(Alarm, self, deployment=settings.deployment_name, topic_arn=topic_arn)
        alarms = [
            alarm(
                "callback_errors",
                raised="Callbacks of the dashboard fail, again and again.",
                remedy="the log has the traceback; deploy the version before, or a mended one.",
                metrics={"errors": measured.of("CallbackErrors", "Sum")},
                above=0,
            ),
            alarm(
                "data_problem",
                raised="The data cannot be read, or a new release was refused; the last good one is served.",
                remedy="/ready says what is wrong; push a corrected file, or roll back.",
                metrics={"problem": measured.of("DataProblem", "Maximum")},
                above=0,
            ),
        ]
        hours = settings.alarms.data_age_hours
        if hours is not None:
            alarms.append(
                alarm(
                    "data_age",
                    raised=f"The data are older than {hours} h.",
                    remedy="ask whoever makes them; ./dashctl data list tells the last release.",
                    metrics={"age": measured.of("DataAgeSeconds", "Maximum")},
                    above=hours * _SECONDS_PER_HOUR,
                )
            )
        self.alarms = [each.alarm for each in alarms]
