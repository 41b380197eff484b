"""Short forms of what the policies of the pipelines consist of: ARNs, conditions, statements."""

from collections.abc import Iterable
from dataclasses import dataclass

from cdktf_cdktf_provider_aws.data_aws_iam_policy_document import (
    DataAwsIamPolicyDocumentStatement,
    DataAwsIamPolicyDocumentStatementCondition,
)

from config import Settings

Statement = DataAwsIamPolicyDocumentStatement
Condition = DataAwsIamPolicyDocumentStatementCondition


@dataclass(frozen=True)
class Arns:
    """The ARNs of an account: https://docs.aws.amazon.com/service-authorization/latest/reference/"""

    partition: str
    region: str
    account_id: str

    def regional(self, service: str, resource: str) -> str:
        """Return the ARN of a resource of this region."""
        return f"arn:{self.partition}:{service}:{self.region}:{self.account_id}:{resource}"

    def everywhere(self, service: str, resource: str) -> str:
        """Return the ARN of a resource that has no region."""
        return f"arn:{self.partition}:{service}::{self.account_id}:{resource}"

    def unique(self, service: str, resource: str) -> str:
        """Return the ARN of a resource whose name is taken once among all accounts."""
        return f"arn:{self.partition}:{service}:::{resource}"


def condition(test: str, variable: str, *values: str) -> Condition:
    """Return a condition that one of the values fulfils."""
    return Condition(test=test, variable=variable, values=list(values))


def allow(
    sid: str, actions: Iterable[str], resources: Iterable[str], conditions: Iterable[Condition] = ()
) -> Statement:
    """Return a statement that allows these actions, each named once."""
    return Statement(
        sid=sid, actions=sorted(set(actions)), resources=list(resources), condition=list(conditions) or None
    )


def owned(settings: Settings) -> tuple[Condition, ...]:
    """Return the conditions that a resource has this deployment's tags, which stacks/base.py gives it.

    https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html#condition-keys-resourcetag
    """
    return _tagged("aws:ResourceTag", settings)


def requested(settings: Settings) -> tuple[Condition, ...]:
    """Return the conditions that a resource is made with this deployment's tags."""
    return _tagged("aws:RequestTag", settings)


def _tagged(key: str, settings: Settings) -> tuple[Condition, ...]:
    costs = dict.fromkeys((settings.tags.infrastructure_cost, settings.tags.service_cost))
    return (
        condition("StringEquals", f"{key}/cost", *costs),
        condition("StringEquals", f"{key}/environment", settings.environment),
        condition("StringEquals", f"{key}/project", settings.project.name),
        condition("StringEquals", f"{key}/team", settings.project.team),
    )
