"""What would be lost, and what protects it: by what is deployed, not by the settings."""

from collections.abc import Iterator
from typing import Any

import pytest
from botocore.exceptions import ClientError
from botocore.stub import Stubber

from config import Settings
from ops.aws import Aws
from ops.errors import OpsError
from ops.teardown.holdings import Holding, Protection, read_holdings
from ops.teardown.protection import require_unprotected
from tests.ops.teardown.states import state_of, states_of

pytestmark = pytest.mark.unit

LOAD_BALANCER = {"arn": "arn:lb", "name": "Alb", "dns_name": "alb.example"}


class Cognito:
    """The user pool as AWS has it; None where it is gone."""

    def __init__(self, pool: dict[str, Any] | None) -> None:
        self.pool = pool

    def describe_user_pool(self, **_asked: str) -> dict[str, Any]:
        if self.pool is None:
            raise ClientError({"Error": {"Code": "ResourceNotFoundException"}}, "DescribeUserPool")
        return {"UserPool": self.pool}


@pytest.fixture
def s3(aws: Aws) -> Iterator[Stubber]:
    with Stubber(aws.s3) as stub:
        yield stub


@pytest.mark.parametrize(
    ("stack", "what", "key"),
    [
        ("bucket", "the data bucket", "bucket.force_destroy"),
        ("logs", "the bucket of access logs", "access_logs.force_destroy"),
    ],
)
@pytest.mark.parametrize("force_destroy", [True, False, None])
def test_a_bucket_is_protected_by_what_the_state_says(
    aws: Aws, s3: Stubber, stack: str, what: str, key: str, force_destroy: bool | None
) -> None:
    s3.add_response("list_object_versions", {"Versions": [{"Size": 10}], "IsTruncated": False})
    state = state_of(aws_s3_bucket={"bucket": "b", "force_destroy": force_destroy})

    (holding,) = read_holdings(aws, states_of(**{stack: state}))

    assert holding.description == f"{what} b: 1 object version, 10 B"
    assert holding.protection == (None if force_destroy else Protection(key, off=True))


def test_an_empty_bucket_is_no_obstacle_and_one_with_a_delete_marker_is(aws: Aws, s3: Stubber) -> None:
    states = states_of(bucket=state_of(aws_s3_bucket={"bucket": "b", "force_destroy": False}))
    s3.add_response("list_object_versions", {"IsTruncated": False})
    s3.add_response("list_object_versions", {"DeleteMarkers": [{"Key": "k"}], "IsTruncated": False})

    assert read_holdings(aws, states) == []
    assert [holding.protection for holding in read_holdings(aws, states)] == [
        Protection("bucket.force_destroy", off=True)
    ]


@pytest.mark.parametrize(
    ("images", "force_delete", "protected"), [(0, False, None), (1, True, False), (1, False, True)]
)
def test_a_repository_is_protected_while_it_has_images(
    aws: Aws, images: int, force_delete: bool, protected: bool | None
) -> None:
    with Stubber(aws.ecr) as ecr:
        ecr.add_response("describe_images", {"imageDetails": [{"imageSizeInBytes": 1}] * images})
        state = state_of(aws_ecr_repository={"name": "app", "force_delete": force_delete})

        found = read_holdings(aws, states_of(ecr=state))

    assert [bool(holding.protection) for holding in found] == ([] if protected is None else [protected])


@pytest.mark.parametrize("on", [True, False])
def test_a_load_balancer_is_protected_by_what_aws_says(aws: Aws, on: bool) -> None:
    with Stubber(aws.elbv2) as elbv2:
        attributes = [{"Key": "deletion_protection.enabled", "Value": str(on).lower()}]
        elbv2.add_response("describe_load_balancer_attributes", {"Attributes": attributes})
        state = state_of(aws_lb=LOAD_BALANCER | {"enable_deletion_protection": not on})

        (holding,) = read_holdings(aws, states_of(alb=state))

    assert "alb.example" in holding.description
    assert holding.protection == (Protection("alb.deletion_protection", off=False) if on else None)


def test_a_load_balancer_that_is_gone_is_no_obstacle(aws: Aws) -> None:
    with Stubber(aws.elbv2) as elbv2:
        elbv2.add_client_error("describe_load_balancer_attributes", "LoadBalancerNotFound")

        assert read_holdings(aws, states_of(alb=state_of(aws_lb=LOAD_BALANCER))) == []


@pytest.mark.parametrize(
    ("pool", "protections"),
    [
        (
            {"EstimatedNumberOfUsers": 1200, "DeletionProtection": "ACTIVE"},
            [Protection("alb.deletion_protection", False)],
        ),
        ({"EstimatedNumberOfUsers": 1200, "DeletionProtection": "INACTIVE"}, [None]),
        (None, []),
    ],
)
def test_a_user_pool_is_protected_by_what_aws_says(
    aws: Aws, monkeypatch: pytest.MonkeyPatch, pool: dict[str, Any] | None, protections: list[Protection | None]
) -> None:
    monkeypatch.setitem(aws.__dict__, "cognito", Cognito(pool))

    found = read_holdings(aws, states_of(alb=state_of(aws_cognito_user_pool={"id": "p", "name": "readers"})))

    assert [holding.protection for holding in found] == protections
    assert all(holding.description == "the user pool readers: about 1,200 readers" for holding in found)


def test_the_key_and_the_logs_go_too(aws: Aws) -> None:
    with Stubber(aws.logs) as logs:
        groups = [
            {"logGroupName": "/ecs/app", "storedBytes": 2048},
            {"logGroupName": "/ecs/app/exec", "storedBytes": 1},
        ]
        logs.add_response("describe_log_groups", {"logGroups": groups}, {"logGroupNamePrefix": "/ecs/app"})
        states = states_of(
            service=state_of(aws_cloudwatch_log_group={"name": "/ecs/app"}),
            encryption=state_of(aws_kms_key={"key_id": "k-1", "deletion_window_in_days": 30}),
        )

        log, key = read_holdings(aws, states)

    assert log == Holding("service", "the log /ecs/app: 2 KiB")
    assert "the key k-1" in key.description
    assert "30 days" in key.description


def test_every_protection_is_named_with_what_switches_it_off(prod: Settings) -> None:
    holdings = [
        Holding("service", "the log"),
        Holding("alb", "the address", Protection("alb.deletion_protection", off=False)),
        Holding("alb", "the user pool", Protection("alb.deletion_protection", off=False)),
        Holding("bucket", "the data bucket", Protection("bucket.force_destroy", off=True)),
    ]

    with pytest.raises(OpsError) as raised:
        require_unprotected(prod, holdings)

    assert str(raised.value).splitlines() == [
        "environment 'prod' is protected, so nothing was destroyed:",
        "  the address: set alb.deletion_protection = false in config/prod.toml",
        "  the user pool: set alb.deletion_protection = false in config/prod.toml",
        "  the data bucket: set bucket.force_destroy = true in config/prod.toml",
        "deploy that first, ./dashctl deploy alb bucket --env prod: until then it protects",
    ]


def test_a_setting_that_was_not_deployed_protects_on(prod: Settings) -> None:
    changed = prod.model_copy(update={"bucket": prod.bucket.model_copy(update={"force_destroy": True})})
    holding = Holding("bucket", "the data bucket", Protection("bucket.force_destroy", off=True))

    with pytest.raises(OpsError, match=r"the data bucket: bucket\.force_destroy = true is set, but not deployed"):
        require_unprotected(changed, [holding])


def test_what_nothing_protects_may_go(prod: Settings) -> None:
    require_unprotected(prod, [Holding("bucket", "the data bucket")])
