"""Ports that are opened, or opened wider; and networks that are let in no longer."""

from collections.abc import Iterator
from dataclasses import replace

from ops.review.dangers.danger import Found
from ops.review.dangers.grants import EVERY_PROTOCOL, GROUPS, OLD_RULE, RULES_BY_DIRECTION, Direction, Grant, grants_of
from ops.review.dangers.rule import Rule
from ops.review.dangers.transition import Transition, Transitions

_TYPES = (*GROUPS, OLD_RULE, *RULES_BY_DIRECTION)
_WEB = {80, 443}
_EVERYWHERE = ("0.0.0.0/0", "::/0")


def _ingress(transition: Transition, transitions: Transitions) -> Iterator[Found]:
    for grant in _opened(transition, transitions, "ingress"):
        who = f"everyone ({grant.source})" if grant.is_for_everyone else str(grant.source)
        summary = f"{who} may now reach {grant.ports}"
        if grant.is_for_everyone and (grant.group or not _is_for_the_web(grant)):
            yield Found("danger", summary, "The whole internet can try it: name the networks that need it instead.")
        elif grant.group is None:
            if grant.is_for_everyone:
                yield Found("notice", summary, "It is a new way in, for browsers: see that this is meant.")
        elif isinstance(grant.source, str):
            yield Found("notice", summary, "Machines inside the network reach more than before.")
        else:
            yield Found("danger", summary, "They could not before: see that each of these networks needs it.")


def _egress(transition: Transition, transitions: Transitions) -> Iterator[Found]:
    for grant in _opened(transition, transitions, "egress"):
        if grant.group is not None:
            where = f"everywhere ({grant.source})" if grant.is_for_everyone else str(grant.source)
            yield Found(
                "notice",
                f"{grant.ports} may now leave to {where}",
                "What breaks in can load and send more than before.",
            )


def _opened(transition: Transition, transitions: Transitions, direction: Direction) -> Iterator[Grant]:
    """Yield what a resource grants that nothing did before. The group of a grant that is new itself is None."""
    if transition.after is None:
        return
    before = [
        grant for other in transitions.of_type(*_TYPES) if other.before for grant in grants_of(other.before, direction)
    ]
    for grant in grants_of(transition.after, direction):
        if not grant.is_covered_by(before):
            yield grant


def _closed(transition: Transition, transitions: Transitions) -> Iterator[Found]:
    """Tell networks of which some address reaches no port any more; groups of the deployment change with it."""
    if transition.before is None:
        return
    after = [
        replace(grant, protocol=EVERY_PROTOCOL)
        for other in transitions.of_type(*_TYPES)
        if other.after
        for grant in grants_of(other.after, "ingress")
    ]
    before = {grant.source: grant for grant in grants_of(transition.before, "ingress")}
    for source, grant in before.items():
        is_network = not isinstance(source, str)
        if is_network and not transitions.is_destroyed(grant.group) and not grant.is_covered_by(after):
            who = f"everyone ({source})" if grant.is_for_everyone else str(source)
            yield Found(
                "notice",
                f"{who} is let in no longer, or only in part",
                "Who reads from there is locked out: see that it is meant.",
            )


def _is_for_the_web(grant: Grant) -> bool:
    return grant.protocol == "tcp" and grant.first == grant.last and grant.first in _WEB


def _route(transition: Transition, transitions: Transitions) -> Iterator[Found]:
    """A subnet is public where its table leads to an internet gateway."""
    after = transition.after
    if after is None or after.value("route_table_id") is None:  # a table that is made too
        return
    destination = after.value("destination_cidr_block") or after.value("destination_ipv6_cidr_block")
    if destination not in _EVERYWHERE or not str(after.get("gateway_id") or "").startswith("igw-"):
        return
    if transition.before is None or not str(transition.before.value("gateway_id") or "").startswith("igw-"):
        yield Found(
            "danger",
            f"the route to {destination} leads to the internet gateway",
            "Subnets of this table become public: machines with public addresses there can be reached from everywhere.",
        )


RULES = (Rule(_TYPES, _ingress), Rule(_TYPES, _closed), Rule(_TYPES, _egress), Rule(("aws_route",), _route))
