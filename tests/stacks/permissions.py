"""Judges the permissions of the pipelines' roles as AWS does, as far as the policies of this project go."""

from collections.abc import Callable, Mapping, Sequence
from fnmatch import fnmatchcase
from typing import Any

from tests.stacks.iam import in_aws
from tests.stacks.synthesized import Stack

ACCOUNT = "123456789012"
BOUNDARY = f"arn:aws:iam::{ACCOUNT}:policy/task-boundary"
PROVIDER = f"arn:aws:iam::{ACCOUNT}:oidc-provider/token.actions.githubusercontent.com"
_ATTRIBUTES = {
    "${aws_iam_policy.task_boundary_policy.arn}": BOUNDARY,
    "${aws_iam_openid_connect_provider.github.arn}": PROVIDER,
}

Context = Mapping[str, str | Sequence[str]]


def policies(ci: Stack, role: str) -> dict[str, list[dict[str, Any]]]:
    """Return the statements of each policy that a role of the `ci` stack has (`deploy`, `review`), by its document."""
    attached = [
        item["policy_arn"] for item in ci.all("aws_iam_role_policy_attachment").values() if role in item["role"]
    ]
    found = {}
    for arn in attached:
        policy = ci.all("aws_iam_policy")[arn.split(".")[1]]
        document = policy["policy"].split(".")[2]
        found[document] = in_aws(ci.json["data"]["aws_iam_policy_document"][document]["statement"], _ATTRIBUTES)
    return found


def statements(ci: Stack, role: str) -> list[dict[str, Any]]:
    """Return the statements of all policies of a role of the `ci` stack."""
    return [statement for policy in policies(ci, role).values() for statement in policy]


def named(ci: Stack, document: str) -> list[dict[str, Any]]:
    """Return the statements of the document with this construct id: `task_boundary`, `deploy/trust`."""
    return in_aws(ci.policy(document), _ATTRIBUTES)


def as_policy(written: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """Return emitted statements as the policy that Terraform makes of them."""
    found = []
    for statement in written:
        conditions: dict[str, dict[str, Any]] = {}
        for condition in statement.get("condition", ()):
            conditions.setdefault(condition["test"], {})[condition["variable"]] = _plain(condition["values"])
        policy = {"Effect": statement.get("effect", "Allow"), "Action": _plain(statement["actions"])}
        if sid := statement.get("sid"):
            policy["Sid"] = sid
        if resources := statement.get("resources"):
            policy["Resource"] = _plain(resources)
        if principals := statement.get("principals"):
            policy["Principal"] = {one["type"]: _plain(one["identifiers"]) for one in principals}
        found.append(policy | ({"Condition": conditions} if conditions else {}))
    return {"Version": "2012-10-17", "Statement": found}


def _plain(values: Sequence[str]) -> str | Sequence[str]:
    return values[0] if len(values) == 1 else values


def permits(judged: Sequence[Mapping[str, Any]], action: str, resource: str, context: Context | None = None) -> bool:
    """Tell whether an identity with these statements may do an action on a resource.

    https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html
    """
    effects = {
        statement.get("effect", "Allow")
        for statement in judged
        if any(fnmatchcase(action, pattern) for pattern in statement["actions"])
        and any(fnmatchcase(resource, pattern) for pattern in statement["resources"])
        and meets(statement, context or {})
    }
    return effects == {"Allow"}


def meets(statement: Mapping[str, Any], context: Context) -> bool:
    """Tell whether a request with these condition keys meets all conditions of a statement."""
    return all(_meets(condition, context) for condition in statement.get("condition", ()))


def _meets(condition: Mapping[str, Any], context: Context) -> bool:
    quantifier, _, test = condition["test"].rpartition(":")
    value = context.get(condition["variable"])
    if test == "Null":
        return str(value is None).lower() in condition["values"]
    given = [value] if isinstance(value, str) else list(value or ())
    matched: list[bool] = [any(_TESTS[test](one, wanted) for wanted in condition["values"]) for one in given]
    match quantifier:
        case "ForAllValues":  # holds for a key that is missing
            return all(matched)
        case "ForAnyValue":
            return any(matched)
        case "":
            return matched == [True]
    raise AssertionError(f"{quantifier} is not judged yet")


_TESTS: dict[str, Callable[[str, str], bool]] = {
    "ArnEquals": fnmatchcase,  # as ArnLike: it knows wildcards too
    "Bool": str.__eq__,
    "StringEquals": str.__eq__,
    "StringLike": fnmatchcase,
}
