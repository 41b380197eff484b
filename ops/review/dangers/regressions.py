"""Demands of the policy scan that a resource meets now, and will no longer."""

from collections.abc import Iterator

from ops.policy.rules import containers, load_balancer, secrets, service, storage
from ops.policy.rules.rule import Rule as Demand
from ops.review.dangers.danger import Found, Level
from ops.review.dangers.rule import Rule
from ops.review.dangers.transition import Transition, Transitions

# What they demand makes the service smoother rather than safer.
_MINOR = {"DASH_CONTAINER_STOP", "DASH_CONTAINER_HEALTH", "DASH_CONTAINER_KNOWN", "DASH_SERVICE_TASKS"}


def _rule(demand: Demand) -> Rule:
    level: Level = "notice" if demand.id in _MINOR else "danger"

    def judge(transition: Transition, transitions: Transitions) -> Iterator[Found]:
        if transition.before is None or transition.after is None:
            return
        before = list(demand.judge(transition.before, transitions.current))
        after = list(demand.judge(transition.after, transitions.planned))
        if len(after) > len(before):
            for problem in after:
                if problem not in before:
                    yield Found(level, problem, f"{demand.demand}. Instead: {demand.remedy}.")

    return Rule(demand.types, judge)


_GROUPS = (containers, secrets, load_balancer, service, storage)
RULES = tuple(_rule(demand) for group in _GROUPS for demand in group.RULES)
