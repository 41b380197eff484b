"""Whose token of GitHub takes which role, and that nobody else's does."""

from collections.abc import Mapping

import pytest

from tests.stacks.conftest import Variant
from tests.stacks.permissions import PROVIDER, meets, named
from tests.stacks.synthesized import Stack
from tests.stacks.variants import PIPELINES

pytestmark = pytest.mark.unit

ISSUER = "token.actions.githubusercontent.com"
REPOSITORY = "repo:example/dashboard"
DEPLOY = {"aud": "sts.amazonaws.com", "sub": f"{REPOSITORY}:environment:prod", "ref": "refs/heads/main"}
PULL_REQUEST = {"aud": "sts.amazonaws.com", "sub": f"{REPOSITORY}:pull_request", "ref": "refs/pull/1/merge"}
NIGHTLY = {"aud": "sts.amazonaws.com", "sub": f"{REPOSITORY}:ref:refs/heads/main", "ref": "refs/heads/main"}

# What tokens of others, or of other jobs, say instead.
ATTACKS: dict[str, dict[str, str | None]] = {
    "another repository": {"sub": "repo:example/other:environment:prod"},
    "a fork": {"sub": "repo:attacker/dashboard:environment:prod"},
    "an owner whose name begins like ours": {"sub": "repo:example-evil/dashboard:environment:prod"},
    "an owner whose name ends like ours": {"sub": "repo:my-example/dashboard:environment:prod"},
    "a repository whose name begins like ours": {"sub": "repo:example/dashboard-evil:environment:prod"},
    "a repository of this name in another's letters": {"sub": "repo:Example/Dashboard:environment:prod"},
    "another environment": {"sub": f"{REPOSITORY}:environment:dev"},
    "an environment whose name begins like ours": {"sub": f"{REPOSITORY}:environment:prod-2"},
    "a branch that is called like the environment": {"sub": f"{REPOSITORY}:ref:refs/heads/environment:prod"},
    "a tag that is called like the branch": {"sub": f"{REPOSITORY}:ref:refs/tags/main", "ref": "refs/tags/main"},
    "a branch that begins like ours": {"sub": f"{REPOSITORY}:ref:refs/heads/main2", "ref": "refs/heads/main2"},
    "the environment, on another branch": {"sub": f"{REPOSITORY}:environment:prod", "ref": "refs/heads/feature"},
    "wildcards": {"sub": "repo:*", "ref": "*"},
    "another audience": {"sub": f"{REPOSITORY}:environment:prod", "aud": "https://github.com/example"},
    "no audience": {"sub": f"{REPOSITORY}:environment:prod", "aud": None},
    "no subject": {"sub": None},
    "no branch": {"sub": f"{REPOSITORY}:environment:prod", "ref": None},
    "an id in the owner": {"sub": "repo:example@1/dashboard@2:environment:prod"},
}
REVIEW_ATTACKS: dict[str, dict[str, str | None]] = {
    "another repository's pull request": {"sub": "repo:example/other:pull_request"},
    "a fork's pull request, in the fork": {"sub": "repo:attacker/dashboard:pull_request"},
    "a pull request, another audience": {"sub": f"{REPOSITORY}:pull_request", "aud": "https://github.com/example"},
    "a pull request, no audience": {"sub": f"{REPOSITORY}:pull_request", "aud": None},
    "a branch called pull_request": {"sub": f"{REPOSITORY}:ref:refs/heads/pull_request"},
    "another branch": {"sub": f"{REPOSITORY}:ref:refs/heads/feature"},
    "a job that deploys": {"sub": f"{REPOSITORY}:environment:prod"},
}


def takes(ci: Stack, role: str, claims: Mapping[str, str | None]) -> bool:
    """Tell whether a token of GitHub with these claims takes the role."""
    (trust,) = named(ci, f"{role}/trust")
    assert trust["actions"] == ["sts:AssumeRoleWithWebIdentity"]
    assert trust["principals"] == [{"identifiers": [PROVIDER], "type": "Federated"}]
    return meets(trust, {f"{ISSUER}:{name}": value for name, value in claims.items() if value is not None})


def test_a_job_of_the_environment_on_the_branch_deploys(prod: dict[str, Stack]) -> None:
    assert takes(prod["ci"], "deploy", DEPLOY)


@pytest.mark.parametrize("claims", [PULL_REQUEST, NIGHTLY])
def test_pull_requests_and_the_branch_review_but_do_not_deploy(claims: dict[str, str], prod: dict[str, Stack]) -> None:
    assert takes(prod["ci"], "review", claims)
    assert not takes(prod["ci"], "deploy", claims)


@pytest.mark.parametrize("attack", ATTACKS)
def test_nobody_else_deploys(attack: str, prod: dict[str, Stack]) -> None:
    assert not takes(prod["ci"], "deploy", DEPLOY | ATTACKS[attack])


@pytest.mark.parametrize("attack", [*ATTACKS, *REVIEW_ATTACKS])
def test_nobody_else_reviews(attack: str, prod: dict[str, Stack]) -> None:
    assert not takes(prod["ci"], "review", DEPLOY | (ATTACKS | REVIEW_ATTACKS)[attack])


def test_tokens_with_ids_take_the_roles_of_a_repository_with_ids_only(variant: Variant) -> None:
    ci = variant("dev", **PIPELINES)["ci"]
    with_ids = DEPLOY | {"sub": "repo:example@1234/dashboard@5678:environment:dev"}
    assert takes(ci, "deploy", with_ids)
    assert takes(ci, "review", {"aud": "sts.amazonaws.com", "sub": "repo:example@1234/dashboard@5678:pull_request"})
    for strangers in (
        "repo:example/dashboard:environment:dev",
        "repo:example@1234/dashboard@999:environment:dev",
        "repo:example@999/dashboard@5678:environment:dev",
    ):
        assert not takes(ci, "deploy", with_ids | {"sub": strangers})


def test_another_branch_deploys_where_the_settings_name_it(variant: Variant) -> None:
    ci = variant("prod", ci__branch="release")["ci"]
    assert takes(ci, "deploy", DEPLOY | {"ref": "refs/heads/release"})
    assert not takes(ci, "deploy", DEPLOY)
    assert takes(ci, "review", NIGHTLY | {"sub": f"{REPOSITORY}:ref:refs/heads/release"})
    assert not takes(ci, "review", NIGHTLY)


def test_no_condition_has_a_wildcard(prod: dict[str, Stack]) -> None:
    for role in ("deploy", "review"):
        (trust,) = named(prod["ci"], f"{role}/trust")
        assert {condition["test"] for condition in trust["condition"]} == {"StringEquals"}
        assert not any(sign in value for one in trust["condition"] for value in one["values"] for sign in "*?")


def test_a_session_ends_after_an_hour(prod: dict[str, Stack]) -> None:
    roles = prod["ci"].all("aws_iam_role").values()
    assert {role["name"]: role["max_session_duration"] for role in roles} == {
        "plotly-dash-prod-deploy": 3600,
        "plotly-dash-prod-review": 3600,
    }


def test_the_provider_is_made_without_a_thumbprint_that_would_grow_old(prod: dict[str, Stack]) -> None:
    provider = prod["ci"].one("aws_iam_openid_connect_provider")
    assert provider["url"] == f"https://{ISSUER}"
    assert provider["client_id_list"] == ["sts.amazonaws.com"]
    assert "thumbprint_list" not in provider


def test_the_accounts_own_provider_is_used_where_it_is_named(variant: Variant) -> None:
    ci = variant("prod", ci__oidc_provider_arn=PROVIDER)["ci"]
    assert not ci.all("aws_iam_openid_connect_provider")
    assert takes(ci, "deploy", DEPLOY)
