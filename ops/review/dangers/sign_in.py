"""Ways to the tasks on which nobody has to sign in any more."""

import json
from collections.abc import Iterator, Mapping
from typing import Any

from ops.policy.documents import UnreadableError, reading
from ops.policy.planned import Resource
from ops.review.dangers.danger import Found
from ops.review.dangers.listener_actions import ACTIONS, Action, actions_of, is_open, signs_in
from ops.review.dangers.rule import Rule
from ops.review.dangers.transition import Transition, Transitions

_STACK = "aws_cloudformation_stack"
_RULE = "AWS::ElasticLoadBalancingV2::ListenerRule"
_OPEN = "Whoever reaches the load balancer sees the dashboard: keep the action that asks for a sign-in."


def _listener(transition: Transition, transitions: Transitions) -> Iterator[Found]:
    before, after = transition.before, transition.after
    signed_in = any(signs_in(actions_of(other.before)) for other in _ways(transitions) if other.before)
    if after is None:
        still = any(signs_in(actions_of(other.after)) for other in _ways(transitions) if other.after)
        if before and transition.type == "aws_lb_listener_rule" and signs_in(actions_of(before)):
            yield Found("notice" if still else "danger", "a rule that asks for a sign-in is destroyed", _OPEN)
        return
    earlier = actions_of(before) if before else []
    closed = signed_in or any(kind == "fixed-response" for kind, _ in earlier)
    if closed and is_open(actions_of(after)) and not is_open(earlier):
        yield Found("danger", "requests reach the tasks without a sign-in", _OPEN)


def _ways(transitions: Transitions) -> Iterator[Transition]:
    return transitions.of_type(*ACTIONS)


def _template(transition: Transition, _: Transitions) -> Iterator[Found]:
    """CloudFormation holds the rules of an own sign-in provider: Terraform shows its template only."""
    if transition.before is None and transition.after and transition.after.value("template_body") is None:
        return  # what is new cannot be read yet
    try:
        before = _rules(transition.before) if transition.before else {}
        after = _rules(transition.after) if transition.after else {}
    except UnreadableError:
        yield Found("notice", "its CloudFormation template is not one that can be compared", "Read the two by hand.")
        return
    if missing := [name for name, actions in before.items() if signs_in(actions) and not signs_in(after.get(name, []))]:
        yield Found("danger", f"requests for {', '.join(missing)} are no longer sent to sign in", _OPEN)
    if opened := [
        name
        for name, actions in after.items()
        if is_open(actions) and name not in missing and not is_open(before.get(name, []))
    ]:
        yield Found("danger", f"requests for {', '.join(opened)} reach the tasks without a sign-in", _OPEN)
    if transition.action == "delete" and not any(map(signs_in, before.values())):
        yield Found("danger", "the CloudFormation stack is destroyed", "All that it has made goes with it.")
    if (
        transition.action in ("update", "replace")
        and not missing
        and _body(transition.before) != _body(transition.after)
    ):
        yield Found(
            "notice", "its CloudFormation template changes", "What CloudFormation does then no plan shows: read both."
        )


def _body(resource: Resource | None) -> Any:  # noqa: ANN401 - any JSON
    return json.loads(resource.get("template_body") or "{}") if resource else {}


def _rules(resource: Resource) -> dict[str, list[Action]]:
    """Return what the listener rules of a template do, by the paths that they are for."""
    with reading("template_body"):
        return {
            _paths(rule["Properties"]): [_templated(action) for action in rule["Properties"]["Actions"]]
            for rule in _body(resource).get("Resources", {}).values()
            if rule["Type"] == _RULE
        }


def _paths(properties: Mapping[str, Any]) -> str:
    conditions = properties.get("Conditions", [])
    paths = [path for condition in conditions for path in condition.get("PathPatternConfig", {}).get("Values", [])]
    return ", ".join(paths) or json.dumps(conditions, sort_keys=True)


def _templated(action: Mapping[str, Any]) -> Action:
    asked = [value for key, value in action.items() if key.startswith("Authenticate")]
    return action["Type"], asked[0].get("OnUnauthenticatedRequest", "") if asked else ""


RULES = (Rule(tuple(ACTIONS), _listener), Rule((_STACK,), _template))
