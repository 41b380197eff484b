"""What is kept for a shorter time than before: the rest is deleted at the next look of AWS, within a day or two."""

import json
from collections.abc import Callable, Iterator
from typing import Any

from ops.policy.documents import reading
from ops.policy.planned import Resource
from ops.review.dangers.danger import Found
from ops.review.dangers.rule import Judge, Rule
from ops.review.dangers.transition import Transition, Transitions

_LONGER = "What is older is deleted and cannot be had back: keep the longer time, or copy it first."

#: How much is kept, by what it is and the unit; what is not there is kept for ever.
Kept = dict[tuple[str, str], float]
_DAYS = "days"


def _log(transition: Transition, _: Transitions) -> Iterator[Found]:
    if transition.before and transition.after:
        yield from _shorter(_kept_entries(transition.before), _kept_entries(transition.after))


def _kept_entries(resource: Resource) -> Kept:
    days = resource.get("retention_in_days")
    # 0: https://registry.terraform.io/providers/hashicorp/aws/5.100.0/docs/resources/cloudwatch_log_group
    return {("entries", _DAYS): days} if days else {}


def _lifecycle(of: str, kept: Callable[[Resource], Kept]) -> Judge:
    """Return a judge of what is `kept` by the lifecycle of what the attribute `of` names."""

    def judge(transition: Transition, transitions: Transitions) -> Iterator[Found]:
        after = transition.after
        if after and not _is_of_a_new_one(after, of, transitions):
            yield from _shorter(kept(transition.before) if transition.before else {}, kept(after))

    return judge


def _kept_objects(resource: Resource) -> Kept:
    """https://docs.aws.amazon.com/AmazonS3/latest/userguide/intro-lifecycle-rules.html"""
    found: Kept = {}
    for rule in resource.get("rule") or []:
        if rule["status"] != "Enabled":
            continue
        scope = _scope(rule)
        if days := _first(rule, "expiration").get("days"):
            _keep(found, f"objects{scope}", days)
        if _first(rule, "expiration").get("date"):
            _keep(found, f"objects{scope}", 0)
        if days := _first(rule, "noncurrent_version_expiration").get("noncurrent_days"):
            newer = _first(rule, "noncurrent_version_expiration").get("newer_noncurrent_versions")
            _keep(found, f"old versions{scope}{f' but {newer}' if newer else ''}", days)
    return found


def _scope(rule: dict[str, Any]) -> str:
    where = _first(rule, "filter")
    prefix = where.get("prefix") or rule.get("prefix")
    others = sorted(name for name, value in where.items() if value and name != "prefix")
    return (
        f"{f' under {prefix}' if prefix else ''}{f' by {json.dumps([where[key] for key in others])}' if others else ''}"
    )


def _kept_images(resource: Resource) -> Kept:
    """https://docs.aws.amazon.com/AmazonECR/latest/userguide/lifecycle_policy_parameters.html"""
    found: Kept = {}
    text = resource.get("policy")
    with reading("policy"):
        for rule in json.loads(text)["rules"]:
            selection = dict(rule["selection"])
            count = float(selection.pop("countNumber"))
            unit = "in number" if selection["countType"] == "imageCountMoreThan" else _DAYS
            which = ", ".join(str(selection[key]) for key in sorted(selection) if key not in ("countType", "countUnit"))
            _keep(found, f"images ({which})", count, unit)
    return found


def _shorter(before: Kept, after: Kept) -> Iterator[Found]:
    for (what, unit), count in after.items():
        earlier = before.get((what, unit))
        if earlier is None or count < earlier:
            until_now = "for ever" if earlier is None else f"{earlier:g}"
            yield Found("danger", f"{what} are kept {count:g} {unit}, {until_now} before", _LONGER)


def _keep(found: Kept, what: str, count: float, unit: str = _DAYS) -> None:
    found[what, unit] = min(count, found.get((what, unit), count))


def _first(values: dict[str, Any], key: str) -> dict[str, Any]:
    first: dict[str, Any] = (values.get(key) or [{}])[0]
    return first


def _is_of_a_new_one(resource: Resource, attribute: str, transitions: Transitions) -> bool:
    """Tell whether the bucket or repository is made or replaced by the same plan, so that nothing is in it."""
    return any(
        reference in (transition.address, f"{transition.address}.id", f"{transition.address}.name")
        for transition in transitions.all
        if transition.action in ("create", "replace")
        for reference in resource.references(attribute)
    )


RULES = (
    Rule(("aws_cloudwatch_log_group",), _log),
    Rule(("aws_s3_bucket_lifecycle_configuration",), _lifecycle("bucket", _kept_objects)),
    Rule(("aws_ecr_lifecycle_policy",), _lifecycle("repository", _kept_images)),
)
