"""How long a deployment may take."""

from config import Settings

_LEAST_MINUTES = 10.0
_LOCAL_MINUTES = 3.0
# A Fargate task gets its network and pulls its image before it starts; an image of 500 MB takes about a minute:
# https://docs.aws.amazon.com/AmazonECS/latest/developerguide/fargate-task-launch-recommendations.html
_START_SECONDS = 180
# ECS looks at the alarms on after the tasks have been replaced, for as long as an alarm takes to be raised; these look
# at five minutes: https://docs.aws.amazon.com/AmazonECS/latest/developerguide/deployment-alarm-failure.html
_ALARM_SECONDS = 5 * 60


def longest_minutes(settings: Settings) -> float:
    """Return after how many minutes a deployment that is not steady is not going to be."""
    if settings.local:
        return _LOCAL_MINUTES
    service, target_group, timeouts = settings.service, settings.target_group, settings.timeouts
    healthy = max(
        service.health_check_grace_period_seconds,
        target_group.health_check_interval_seconds * target_group.healthy_threshold,
    )
    leaving = timeouts.deregistration_delay_seconds + timeouts.stop_timeout_seconds
    one_after_another = _START_SECONDS + healthy + leaving
    seconds = _rounds(settings) * one_after_another
    if service.alarm_rollback:
        seconds += _ALARM_SECONDS
    return max(_LEAST_MINUTES, seconds / 60)


def _rounds(settings: Settings) -> int:
    """Return in how many rounds the tasks are replaced, by what may run at most and at least."""
    service = settings.service
    tasks = max(service.desired_count, settings.scaling.maximum if settings.scaling.enabled else 0)
    more = tasks * service.maximum_percent // 100 - tasks
    fewer = tasks - -(-tasks * service.minimum_healthy_percent // 100)
    return -(-tasks // max(1, more + fewer))
