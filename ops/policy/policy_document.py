"""Reads IAM policy documents of a plan, also those that are written out only when the resource is made.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements.html
"""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from ops.policy.documents import reading
from ops.policy.planned import PlannedStack, Resource, UnknownValueError

_DOCUMENT = re.compile(r"\$\{(data\.aws_iam_policy_document\.[\w-]+)\.(?:minified_)?json\}")
# Only the ARN of a resource is certain to name it, where the value is not known yet.
_BEGINS_WITH_ARN = re.compile(r"\$\{aws_\w+\.[\w-]+\.arn\}")


@dataclass(frozen=True)
class Statement:
    """A statement of a policy. A resource that is not known yet stands there as written: `${aws_s3_bucket.data.arn}/*`.

    `principals` are pairs of type and identifier, `conditions` of test, variable and values.
    """

    effect: str
    actions: tuple[str, ...]
    not_actions: tuple[str, ...]
    resources: tuple[str, ...]
    not_resources: tuple[str, ...]
    principals: tuple[tuple[str, str], ...]
    conditions: tuple[tuple[str, str, tuple[str, ...]], ...]

    @property
    def allows(self) -> bool:
        """Whether it allows, rather than denies."""
        return self.effect == "Allow"


def statements_of(resource: Resource, attribute: str, stack: PlannedStack) -> list[Statement]:
    """Return the statements of the policy that an attribute holds; none where it is not set.

    Raises UnknownValueError where it is known neither now nor as a data source of the stack, UnreadableError where it
    is no policy.
    """
    try:
        text = resource.get(attribute)
    except UnknownValueError:
        written = resource.written(attribute)
        named = _DOCUMENT.fullmatch(written) if isinstance(written, str) else None
        document = stack.data_sources.get(resource.beside(named[1])) if named else None
        if not document:
            raise
        return list(_planned_statements(document, attribute))
    with reading(attribute):
        return list(_written_statements(json.loads(text))) if text else []


def _written_statements(document: Mapping[str, Any]) -> Iterator[Statement]:
    for statement in _listed(document.get("Statement")):
        yield Statement(
            effect=statement["Effect"],
            actions=_texts(statement.get("Action")),
            not_actions=_texts(statement.get("NotAction")),
            resources=_texts(statement.get("Resource")),
            not_resources=_texts(statement.get("NotResource")),
            principals=tuple(_principals(statement.get("Principal"))),
            conditions=tuple(
                (test, variable, _texts(values))
                for test, variables in statement.get("Condition", {}).items()
                for variable, values in variables.items()
            ),
        )


def _principals(principal: object) -> Iterator[tuple[str, str]]:
    if isinstance(principal, Mapping):
        yield from ((kind, name) for kind, names in principal.items() for name in _texts(names))
    elif principal:
        yield "*", str(principal)


def _planned_statements(document: Resource, attribute: str) -> Iterator[Statement]:
    """Yield the statements of a data source that is read only once its resources are known."""
    for other in ("source_policy_documents", "override_policy_documents", "source_json", "override_json"):
        if document.is_configured(other):
            raise UnknownValueError(f"{attribute}, which takes in {other},")
    for index, statement in enumerate(document.value("statement") or []):
        at = ("statement", index)
        principals = statement.get("principals") or []
        conditions = statement.get("condition") or []
        yield Statement(
            effect=document.get(*at, "effect") or "Allow",
            actions=tuple(document.get(*at, "actions") or ()),
            not_actions=tuple(document.get(*at, "not_actions") or ()),
            resources=_known_or_written(document, *at, "resources"),
            not_resources=_known_or_written(document, *at, "not_resources"),
            principals=tuple(
                (document.get(*at, "principals", number, "type"), name)
                for number in range(len(principals))
                for name in _known_or_written(document, *at, "principals", number, "identifiers")
            ),
            conditions=tuple(
                (
                    document.get(*at, "condition", number, "test"),
                    document.get(*at, "condition", number, "variable"),
                    _known_or_written(document, *at, "condition", number, "values", any_reference=True),
                )
                for number in range(len(conditions))
            ),
        )


def _known_or_written(document: Resource, *path: str | int, any_reference: bool = False) -> tuple[str, ...]:
    """Return the texts at a path; those that are unknown as they are written, if they begin with an ARN."""
    try:
        return tuple(document.get(*path) or ())
    except UnknownValueError:
        # Terraform keeps the text of a JSON configuration there, `${…}` and all.
        written = [text for text in document.written(*path) or () if "${" in text]
        named = [text for text in written if any_reference or _BEGINS_WITH_ARN.match(text)]
        values = document.value(*path)
        known = [value for value in values or () if value is not None]
        # They are sets, without order: that as many are named as are unknown shows that it is these.
        if values is None or len(values) - len(known) > len(named):
            raise
        return (*known, *named)


def _listed(value: Any) -> list[Any]:  # noqa: ANN401 - any JSON
    return value if isinstance(value, list) else [] if value is None else [value]


def _texts(value: Any) -> tuple[str, ...]:  # noqa: ANN401 - any JSON
    return tuple(str(item) for item in _listed(value))
