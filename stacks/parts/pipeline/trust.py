"""Whose token takes a role: the trust of the pipelines in GitHub's identity provider."""

from collections.abc import Sequence

from cdktf_cdktf_provider_aws.data_aws_iam_policy_document import DataAwsIamPolicyDocumentStatementPrincipals

from config import Settings
from stacks.parts.pipeline.statements import Statement, condition

ISSUER = "token.actions.githubusercontent.com"
AUDIENCE = "sts.amazonaws.com"


def deploy_trust(settings: Settings, *, provider_arn: str) -> Statement:
    """Return who deploys: jobs of the repository's GitHub environment of the same name, on `ci.branch` alone.

    The subject of such a job does not tell its branch, the claim `ref` does:
    https://docs.github.com/en/actions/reference/security/oidc and
    https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_iam-condition-keys.html#condition-keys-wif
    """
    return _trust(
        provider_arn,
        [f"repo:{settings.ci.github_repository}:environment:{settings.environment}"],
        ref=_ref(settings),
    )


def review_trust(settings: Settings, *, provider_arn: str) -> Statement:
    """Return who reviews: jobs for the repository's pull requests, and jobs without an environment on `ci.branch`.

    Workflows for a pull request from a fork get no token:
    https://docs.github.com/en/actions/reference/workflows-and-actions/events-that-trigger-workflows#pull_request
    """
    repository = f"repo:{settings.ci.github_repository}"
    return _trust(provider_arn, [f"{repository}:pull_request", f"{repository}:ref:{_ref(settings)}"])


def _ref(settings: Settings) -> str:
    return f"refs/heads/{settings.ci.branch}"


def _trust(provider_arn: str, subjects: Sequence[str], *, ref: str | None = None) -> Statement:
    return Statement(
        actions=["sts:AssumeRoleWithWebIdentity"],
        principals=[DataAwsIamPolicyDocumentStatementPrincipals(type="Federated", identifiers=[provider_arn])],
        condition=[
            condition("StringEquals", f"{ISSUER}:aud", AUDIENCE),
            condition("StringEquals", f"{ISSUER}:sub", *subjects),
            *([condition("StringEquals", f"{ISSUER}:ref", ref)] if ref else ()),
        ],
    )
