"""Judges the statements of a policy as AWS does, as far as the policies of this project go."""

import json
import re
from collections.abc import Mapping, Sequence
from fnmatch import fnmatchcase
from typing import Any

_PARTITION = {"partition": "aws", "dns_suffix": "amazonaws.com"}
_PARTITION_TOKEN = re.compile(r"\$\{data\.aws_partition\.\w+\.(\w+)\}")


def in_aws(statements: Sequence[Mapping[str, Any]], attributes: Mapping[str, str]) -> list[dict[str, Any]]:
    """Return emitted statements with what Terraform puts in at the apply: the partition, and `attributes` by token."""
    text = _PARTITION_TOKEN.sub(lambda match: _PARTITION[match[1]], json.dumps(statements))
    for token, value in attributes.items():
        text = text.replace(token, value)
    assert "${" not in text, f"nobody says what stands for a token in {text}"
    judged: list[dict[str, Any]] = json.loads(text)
    return judged


def may(
    statements: Sequence[Mapping[str, Any]],
    who: str,
    action: str,
    resource: str,
    context: Mapping[str, str],
) -> bool:
    """Tell whether a principal may do an action on a resource; `context` holds the condition keys of the request.

    https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html
    """
    effects = {
        statement.get("effect", "Allow")
        for statement in statements
        if any({who, "*"} & set(principal["identifiers"]) for principal in statement["principals"])
        and any(fnmatchcase(action, pattern) for pattern in statement["actions"])
        and any(fnmatchcase(resource, pattern) for pattern in statement["resources"])
        and all(_holds(condition, context) for condition in statement.get("condition", ()))
    }
    return effects == {"Allow"}


def _holds(condition: Mapping[str, Any], context: Mapping[str, str]) -> bool:
    given = context.get(condition["variable"])
    if given is None:
        return False
    match condition["test"]:
        case "StringEquals" | "Bool":
            return given in condition["values"]
        case "ArnLike":
            return any(fnmatchcase(given, pattern) for pattern in condition["values"])
    raise AssertionError(f"{condition['test']} is not judged yet")
