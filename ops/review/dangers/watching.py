"""Alarms that tell later, and what is measured no longer."""

from collections.abc import Iterator

from ops.policy.planned import Resource
from ops.review.dangers.danger import Found
from ops.review.dangers.rule import Rule
from ops.review.dangers.transition import Transition, Transitions

_INSIGHTS = "containerInsights"
_LEVELS = ("disabled", "enabled", "enhanced")


def _threshold(transition: Transition, _: Transitions) -> Iterator[Found]:
    before, after = transition.before, transition.after
    if before is None or after is None:
        return
    was, becomes = before.value("threshold"), after.get("threshold")
    comparison = str(after.get("comparison_operator"))
    if was is not None and becomes is not None:
        later = becomes > was if comparison.startswith("Greater") else becomes < was
        if later:
            yield Found(
                "notice",
                f"the alarm tells at {becomes:g}, {was:g} before",
                "It stays silent for longer: see that what it watches may really be that bad.",
            )
    if _measured(before) != _measured(after) or comparison != before.value("comparison_operator"):
        yield Found("notice", "the alarm watches something else", "See that what it watched before is still watched.")


def _measured(alarm: Resource) -> list[tuple[str, ...]]:
    """Return what an alarm measures. Of which resource, its dimensions say, which change with every new name."""
    queries = [(query, *(query.get("metric") or [])) for query in alarm.value("metric_query") or []]
    parts = [alarm.values, *(part for query in queries for part in query)]
    keys = ("namespace", "metric_name", "stat", "statistic", "expression")
    return sorted(tuple(str(part.get(key) or "") for key in keys) for part in parts)


def _insights(transition: Transition, _: Transitions) -> Iterator[Found]:
    if transition.before and transition.after:
        before, after = _level(transition.before), _level(transition.after)
        if _LEVELS.index(after) < _LEVELS.index(before):
            yield Found(
                "danger",
                f"Container Insights goes from {before} to {after}",
                "Alarms on running tasks and memory have no data any more.",
            )


def _level(cluster: Resource) -> str:
    settings = {setting["name"]: setting["value"] for setting in cluster.get("setting") or []}
    return str(settings.get(_INSIGHTS, _LEVELS[0]))


RULES = (Rule(("aws_cloudwatch_metric_alarm",), _threshold), Rule(("aws_ecs_cluster",), _insights))
