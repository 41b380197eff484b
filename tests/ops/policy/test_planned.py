"""The resources of a plan, with what is known of them and how they are written, in modules too."""

from typing import Any

import pytest

from ops.policy.planned import PlannedStack, Resource, UnknownValueError

pytestmark = pytest.mark.unit

BUCKET, POLICY, DOCUMENT = "aws_s3_bucket.data", "aws_s3_bucket_policy.data", "data.aws_iam_policy_document.data"


def planned(address: str, unknown: dict[str, Any] | None = None, **values: object) -> dict[str, Any]:
    _, _, own = address.rpartition("module.")
    name = own.partition(".")[2] if own != address else address
    return {
        "address": address,
        "mode": "data" if name.startswith("data.") else "managed",
        "type": name.removeprefix("data.").partition(".")[0],
        "change": {"actions": ["create"], "after": values, "after_unknown": unknown or {}},
    }


def written(address: str, **expressions: object) -> dict[str, Any]:
    return {"address": address, "expressions": expressions}


def stack(*changes: dict[str, Any], root_module: dict[str, Any]) -> PlannedStack:
    plan = {"resource_changes": list(changes), "configuration": {"root_module": root_module}}
    return PlannedStack("all", plan, {})


def test_a_value_is_known_where_no_part_of_it_is_unknown() -> None:
    resource = Resource("a.b", "a", "", {"list": [{"id": None, "name": "n"}]}, {"list": [{"id": True}]}, {})
    assert resource.get("list", 0, "name") == "n"
    assert resource.get("list", 1, "name") is None
    assert resource.value("list") == [{"id": None, "name": "n"}]
    for path in (("list",), ("list", 0), ("list", 0, "id")):
        with pytest.raises(UnknownValueError):
            resource.get(*path)


def test_how_an_attribute_is_written() -> None:
    expressions = {"name": {"constant_value": "n"}, "rule": [{"id": {"constant_value": 1}}], "computed": {}}
    resource = Resource("a.b", "a", "", {}, {}, expressions)
    assert resource.written("name") == "n"
    assert resource.written("rule", 0, "id") == 1
    paths: list[tuple[str | int, ...]] = [("computed",), ("other",), ("rule",), ("rule", 1, "id")]
    assert [resource.written(*path) for path in paths] == [None] * 4


def in_module() -> dict[str, Any]:
    """Return the configuration of a bucket and its policy in a module within a module."""
    reference = {"references": [f"{BUCKET}.id", BUCKET]}
    bucket = {"resources": [written(BUCKET, bucket={}), written(POLICY, bucket=reference)]}
    storage = {"module_calls": {"bucket": {"module": bucket}}}
    return {"resources": [written(BUCKET)], "module_calls": {"storage": {"module": storage}}}


@pytest.mark.parametrize("module", ["module.storage.module.bucket", 'module.storage["one.a"].module.bucket[0]'])
def test_what_modules_configure_is_known_too(module: str) -> None:
    bucket, policy = f"{module}.{BUCKET}", f"{module}.{POLICY}"
    found = stack(planned(BUCKET), planned(bucket), planned(policy), root_module=in_module())
    assert found.resources[bucket].is_configured("bucket")
    assert not found.resources[BUCKET].is_configured("bucket")
    assert found.resources[policy].references("bucket") == [f"{bucket}.id", bucket]


def test_what_a_module_names_is_its_own() -> None:
    """Not the resource of the same name outside, which nothing protects."""
    bucket, policy = f"module.storage.module.bucket.{BUCKET}", f"module.storage.module.bucket.{POLICY}"
    found = stack(planned(BUCKET), planned(bucket), planned(policy), root_module=in_module())
    assert found.attached_to(found.resources[BUCKET], "aws_s3_bucket_policy", "bucket") == []
    (attached,) = found.attached_to(found.resources[bucket], "aws_s3_bucket_policy", "bucket")
    assert attached.address == policy


def test_a_stack_without_a_configuration_configures_nothing() -> None:
    found = PlannedStack("all", {"resource_changes": [planned(BUCKET)]}, {})
    assert found.resources[BUCKET].expressions == {}
