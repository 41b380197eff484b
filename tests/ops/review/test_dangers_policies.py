"""Policies are compared by what they allow and deny, however they are written."""

import json
from fnmatch import fnmatchcase
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ops.review.dangers import find_dangers

pytestmark = pytest.mark.unit

Statement = dict[str, Any]
Policy = Statement | list[Statement]

ROLE = "aws_iam_role_policy.it"
READ: Statement = {"Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::data/*"}
IF = {"StringEquals": {"aws:SourceAccount": ["1", "2"]}}
TLS: Statement = {
    "Effect": "Deny",
    "Principal": "*",
    "Action": "s3:*",
    "Resource": ["arn:aws:s3:::data", "arn:aws:s3:::data/*"],
    "Condition": {"Bool": {"aws:SecureTransport": "false"}},
}


def change(
    address: str,
    before: Policy | None,
    after: Policy | None,
    **more: Any,  # noqa: ANN401 - any JSON
) -> dict[str, Any]:
    attribute = more.pop("attribute", "policy")
    sides = [
        None if statements is None else {"role": "task", **more, attribute: json.dumps({"Statement": statements})}
        for statements in (before, after)
    ]
    action = "create" if before is None else "delete" if after is None else "no-op" if before == after else "update"
    change = {"actions": [action], "before": sides[0], "after": sides[1], "after_unknown": {}}
    return {"address": address, "mode": "managed", "type": address.partition(".")[0], "change": change}


def told(*changes: dict[str, Any]) -> list[tuple[str, str]]:
    return [(danger.level, danger.summary) for danger in find_dangers("service", {"resource_changes": list(changes)})]


@pytest.mark.parametrize(
    ("before", "after"),
    [
        pytest.param(READ, READ | {"Action": ["S3:getobject"], "Resource": ["arn:aws:s3:::data/*"]}, id="spelling"),
        pytest.param(READ | {"Action": "s3:Get*"}, READ, id="an action of a wildcard"),
        pytest.param(READ | {"Action": "*"}, READ | {"Action": "s3:Get*"}, id="a wildcard of a wider one"),
        pytest.param(READ | {"Action": "s3:G?tObject"}, READ, id="a question mark"),
        pytest.param(
            [READ, READ | {"Action": "s3:PutObject"}], READ | {"Action": ["s3:PutObject", "s3:GetObject"]}, id="parted"
        ),
        pytest.param(READ, READ | {"Resource": "arn:aws:s3:::data/2024/*"}, id="fewer resources"),
        pytest.param(READ, [], id="nothing left"),
        pytest.param(READ, READ | {"Condition": IF}, id="a new condition"),
        pytest.param(
            READ | {"Condition": IF},
            READ | {"Condition": {"stringequals": {"AWS:SourceAccount": "1"}}},
            id="fewer values",
        ),
        pytest.param(
            READ | {"Condition": {"StringLike": {"a:b": "x*"}}},
            READ | {"Condition": {"StringLike": {"a:b": ["xy", "xz*"]}}},
            id="narrower patterns",
        ),
        pytest.param(
            READ | {"Condition": {"StringNotEquals": {"a:b": "1"}}},
            READ | {"Condition": {"StringNotEquals": {"a:b": ["1", "2"]}}},
            id="more is excluded",
        ),
        pytest.param(
            {"Effect": "Allow", "NotAction": "iam:*", "Resource": "*"},
            {"Effect": "Allow", "NotAction": ["iam:*", "sts:*"], "Resource": "*"},
            id="more actions excluded",
        ),
        pytest.param({"Effect": "Allow", "NotAction": "iam:*", "Resource": "*"}, READ, id="an action not excluded"),
        pytest.param(
            {"Effect": "Allow", "Action": "s3:*", "NotResource": "arn:aws:s3:::other/*"},
            READ,
            id="a resource not excluded",
        ),
        pytest.param(
            READ | {"Principal": {"AWS": "arn:aws:iam::123456789012:root"}},
            READ | {"Principal": {"AWS": ["123456789012"]}},
            id="an account in two forms",
        ),
        pytest.param(
            READ | {"Principal": "*"}, READ | {"Principal": {"AWS": "arn:aws:iam::1:role/a"}}, id="one of everyone"
        ),
        pytest.param([READ, TLS], [READ, TLS | {"Effect": "Deny", "Action": ["*"]}], id="denies more"),
    ],
)
def test_what_allows_no_more_is_no_danger(before: Policy, after: Policy) -> None:
    assert told(change(ROLE, before, after)) == []


@pytest.mark.parametrize(
    ("before", "after", "words"),
    [
        (
            READ,
            READ | {"Action": ["s3:GetObject", "s3:PutObject"]},
            "allows s3:PutObject on arn:aws:s3:::data/*, which",
        ),
        (READ, READ | {"Action": "s3:Get*"}, "allows s3:Get* on"),
        (READ, READ | {"Resource": ["arn:aws:s3:::data/*", "*"]}, "allows s3:GetObject on *, which it did not before"),
        (READ | {"Action": "s3:Get?bject"}, READ | {"Action": "s3:Get*bject"}, "s3:Get*bject"),
        (READ | {"Condition": IF}, READ, "under fewer or other conditions"),
        (
            READ | {"Condition": IF},
            READ | {"Condition": {"StringEquals": {"aws:SourceAccount": "3"}}},
            "other conditions",
        ),
        (
            READ | {"Condition": {"StringNotEquals": {"a:b": ["1", "2"]}}},
            READ | {"Condition": {"StringNotEquals": {"a:b": "1"}}},
            "other conditions",
        ),
        (READ | {"Principal": {"AWS": "a"}}, READ | {"Principal": {"AWS": ["a", "b"]}}, "to b, which"),
        (READ | {"Principal": {"AWS": "a"}}, READ | {"Principal": "*"}, "to everyone, which"),
        (READ | {"Principal": {"Service": "a"}}, READ | {"Principal": {"AWS": "a"}}, "to a, which"),
        (
            {"Effect": "Allow", "NotAction": ["iam:*", "sts:*"], "Resource": "*"},
            {"Effect": "Allow", "NotAction": "iam:*", "Resource": "*"},
            "all but iam:*",
        ),
        ({"Effect": "Allow", "NotAction": "s3:*", "Resource": "*"}, READ, "allows s3:GetObject"),
        ({"Effect": "Allow", "NotAction": "s3:Get*", "Resource": "*"}, READ | {"Action": "s3:*"}, "allows s3:*"),
        ({"Effect": "Allow", "Action": "s3:*", "NotResource": "arn:aws:s3:::data/*"}, READ, "allows s3:GetObject"),
        ([READ, TLS], [READ], "no longer denies s3:* on arn:aws:s3:::data, arn:aws:s3:::data/* to everyone"),
        ([READ, TLS], [READ, TLS | {"Resource": "arn:aws:s3:::data"}], "no longer denies s3:* on arn:aws:s3:::data/*"),
        ([READ, TLS], [READ, TLS | {"Condition": {**TLS["Condition"], **IF}}], "no longer denies"),
    ],
)
def test_what_allows_more_or_denies_less_is_a_danger(before: Policy, after: Policy, words: str) -> None:
    ((level, summary),) = told(change(ROLE, before, after))
    assert level == "danger"
    assert words in summary


@pytest.mark.parametrize(
    ("address", "attribute"),
    [
        ("aws_iam_role.it", "assume_role_policy"),
        ("aws_iam_policy.it", "policy"),
        ("aws_kms_key.it", "policy"),
        ("aws_s3_bucket_policy.it", "policy"),
        ("aws_sns_topic_policy.it", "policy"),
        ("aws_ecr_repository_policy.it", "policy"),
        ("aws_vpc_endpoint.it", "policy"),
    ],
)
def test_every_kind_of_policy_is_compared(address: str, attribute: str) -> None:
    before = {"Effect": "Allow", "Action": "a:B", "Principal": {"AWS": "one"}}
    after = before | {"Principal": {"AWS": ["one", "two"]}}
    assert told(change(address, before, after, attribute=attribute)) == [
        ("danger", "allows a:B to two, which it did not before")
    ]


def test_a_policy_beside_others_of_a_role_is_compared_with_them() -> None:
    kept = change("aws_iam_role_policy.other", READ, READ)
    new = change("aws_iam_role_policy.new", None, READ)
    assert told(kept, new) == []
    assert [level for level, _ in told(new)] == ["danger"]
    elsewhere = change("aws_iam_role_policy.other", READ, READ, role="another")
    assert [level for level, _ in told(elsewhere, new)] == ["danger"]
    moved = change("aws_iam_role_policy.old", TLS, None), change("aws_iam_role_policy.new", None, TLS)
    assert told(*moved) == []


def test_a_new_role_is_told_where_it_may_do_anything() -> None:
    def new(statement: Statement, address: str = ROLE) -> dict[str, Any]:
        return change(address, None, statement, role=None)

    assert told(new(READ)) == []
    ((level, summary),) = told(new(READ | {"Action": "s3:*"}))
    assert (level, summary) == ("notice", "is new, and allows s3:* on arn:aws:s3:::data/*")
    trust = {"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": "*"}
    assert told(change("aws_iam_role.it", None, trust, attribute="assume_role_policy")) == [
        ("notice", "is new, and allows sts:AssumeRole to everyone")
    ]


def test_a_bucket_that_loses_its_policy_denies_less() -> None:
    policy = change("aws_s3_bucket_policy.it", TLS, None, bucket="data")
    assert [level for level, _ in told(policy)] == ["danger"]
    bucket = change("aws_s3_bucket.data", READ, None)
    bucket["change"]["before"] = {"id": "data"}
    assert told(bucket, policy) == [("danger", "the bucket is destroyed")]


def test_an_endpoint_without_a_policy_lets_everything_through() -> None:
    endpoint = change("aws_vpc_endpoint.it", READ | {"Principal": "*"}, [])
    endpoint["change"]["after"] = {"policy": None}
    assert told(endpoint) == [("danger", "allows * on * to everyone, which it did not before")]


@pytest.mark.parametrize(
    ("policy", "unknown"),
    [
        pytest.param(None, {"policy": True}, id="known after the apply"),
        pytest.param("no JSON", {}, id="no document"),
        pytest.param('{"Statement": [{"Effect": "Allow", "NotPrincipal": "*"}]}', {}, id="excluded principals"),
    ],
)
def test_a_policy_that_cannot_be_judged_is_a_notice(policy: str | None, unknown: dict[str, Any]) -> None:
    it = change(ROLE, READ, [])
    it["change"].update(after={"role": "task", "policy": policy}, after_unknown=unknown)
    written = [{"address": ROLE, "expressions": {"policy": {"constant_value": "${local.policy}"}}}]
    shown = {"resource_changes": [it], "configuration": {"root_module": {"resources": written}}}
    (danger,) = find_dangers("service", shown)
    assert (danger.level, danger.summary) == ("notice", "its policy cannot be compared with the one before")


def test_a_policy_that_stays_is_not_judged() -> None:
    assert told(change(ROLE, {"Effect": "Allow", "NotPrincipal": "*"}, {"Effect": "Allow", "NotPrincipal": "*"})) == []


@pytest.mark.parametrize(("action", "level"), [("s3:GetObject", "notice"), ("s3:PutObject", "danger")])
def test_resources_that_are_not_made_yet_are_judged_by_the_actions(action: str, level: str) -> None:
    document = "data.aws_iam_policy_document.it"
    it = change(ROLE, READ, [])
    it["change"].update(after={"role": "task"}, after_unknown={"policy": True})
    data = {
        "address": document,
        "mode": "data",
        "type": "aws_iam_policy_document",
        "change": {
            "actions": ["read"],
            "before": None,
            "after": {"statement": [{"actions": [action], "resources": [None]}]},
            "after_unknown": {"statement": [{"resources": [True]}]},
        },
    }
    written = [
        {"address": ROLE, "expressions": {"policy": {"constant_value": f"${{{document}.json}}"}}},
        {
            "address": document,
            "expressions": {"statement": [{"resources": {"constant_value": ["${aws_s3_bucket.data.arn}/*"]}}]},
        },
    ]
    shown = {"resource_changes": [it, data], "configuration": {"root_module": {"resources": written}}}
    (danger,) = find_dangers("service", shown)
    assert danger.level == level
    assert f"{action} on ${{aws_s3_bucket.data.arn}}/*" in danger.summary


def test_a_resource_that_is_known_is_not_hidden_by_one_that_is_not() -> None:
    unresolved = "${aws_s3_bucket.data.arn}/*"
    after = READ | {"Resource": [unresolved, "*"]}
    assert told(change(ROLE, READ, after)) == [
        ("danger", "allows s3:GetObject on *, which it did not before"),
        ("notice", f"allows s3:GetObject on {unresolved}, which it did not, or under another name"),
    ]


def test_a_variable_of_a_policy_is_no_unknown_value() -> None:
    after = READ | {"Resource": "arn:aws:s3:::${aws:username}/*"}
    assert [level for level, _ in told(change(ROLE, READ, after))] == ["danger"]


def test_what_is_denied_under_a_name_that_is_not_known_yet_is_a_notice() -> None:
    after = TLS | {"Resource": ["${aws_s3_bucket.it.arn}", "${aws_s3_bucket.it.arn}/*"]}
    ((level, summary),) = told(change("aws_s3_bucket_policy.it", TLS, after))
    assert (level, summary.endswith("no longer, or under another name")) == ("notice", True)


def test_a_condition_on_what_is_not_made_yet_is_a_notice() -> None:
    before = READ | {"Condition": {"ArnLike": {"aws:SourceArn": "arn:aws:sns:1"}}}
    after = READ | {"Condition": {"ArnLike": {"aws:SourceArn": "${aws_sns_topic.it.arn}"}}}
    assert [level for level, _ in told(change(ROLE, before, after))] == ["notice"]


patterns = st.text("ab*?", min_size=1, max_size=3)
statements = st.lists(
    st.fixed_dictionaries(
        {
            "Effect": st.just("Allow"),
            **{key: st.lists(patterns, min_size=1, max_size=2) for key in ("Action", "Resource")},
        }
    ),
    min_size=1,
    max_size=2,
)


@given(before=statements, after=statements, excluded=st.booleans())
@settings(max_examples=100, deadline=None)
def test_nothing_that_is_newly_allowed_goes_unseen(
    before: list[Statement], after: list[Statement], excluded: bool
) -> None:
    if excluded:
        before = [{**each, "NotAction": each["Action"]} for each in before]
        before = [{key: value for key, value in each.items() if key != "Action"} for each in before]
    dangers = told(change(ROLE, before, after))
    new = [
        (action, resource)
        for action in EXAMPLES
        for resource in EXAMPLES
        if allows(after, action, resource) and not allows(before, action, resource)
    ]
    if new:
        assert dangers


EXAMPLES = ["", "a", "b", "ab", "ba", "aa", "bb", "aab", "abb", "bab"]


def allows(statements: list[Statement], action: str, resource: str) -> bool:
    return any(
        (matches(each["Action"], action) if "Action" in each else not matches(each["NotAction"], action))
        and matches(each["Resource"], resource)
        for each in statements
    )


def matches(patterns: list[str], name: str) -> bool:
    return any(fnmatchcase(name, pattern) for pattern in patterns)
