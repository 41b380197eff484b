"""What a load balancer does with requests.

https://docs.aws.amazon.com/elasticloadbalancing/latest/application/rule-action-types.html
"""

from ops.policy.planned import Resource, UnknownValueError

#: The attribute that holds the actions, by type of resource.
ACTIONS = {"aws_lb_listener": "default_action", "aws_lb_listener_rule": "action"}

#: What an action does ("forward", "authenticate-oidc" …), and what it does with who is not signed in.
Action = tuple[str, str]


def actions_of(resource: Resource) -> list[Action]:
    """Return what a listener or its rule does with requests.

    Raises UnknownValueError where that is known only after the apply.
    """
    attribute = ACTIONS[resource.type]
    if resource.unknown.get(attribute) is True:
        raise UnknownValueError(attribute)
    found = []
    for index, action in enumerate(resource.value(attribute) or []):
        kind = resource.get(attribute, index, "type")
        asked = (action.get(kind.replace("-", "_")) or [{}])[0]
        found.append((kind, asked.get("on_unauthenticated_request") or ""))
    return found


def is_open(actions: list[Action]) -> bool:
    """Tell whether requests reach the tasks without a sign-in."""
    kinds = [kind for kind, _ in actions]
    return "forward" in kinds and not signs_in(actions)


def signs_in(actions: list[Action]) -> bool:
    """Tell whether nobody passes who is not signed in."""
    # "jwt-validation" refuses every request without a token.
    return any(
        (kind.startswith("authenticate-") and otherwise != "allow") or kind == "jwt-validation"
        for kind, otherwise in actions
    )
