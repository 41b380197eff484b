"""Every value of every switch makes Terraform that the real provider plans; variants.py has the environments."""

from collections.abc import Iterator
from pathlib import Path
from types import NoneType, UnionType
from typing import Any, Literal, Union, get_args, get_origin

import pytest

from config import Settings
from config.sections.section import Section
from ops.offline.aws import VERSION, offline_aws
from ops.offline.copies import make_offline_root
from tests.settings import settings_of
from tests.stacks.conftest import Variant
from tests.stacks.synthesized import ENVIRONMENTS
from tests.stacks.terraform import planned, succeed
from tests.stacks.variants import VARIANTS


def every_settings() -> list[Settings]:
    """Return the settings of all variants."""
    return [
        settings_of(ENVIRONMENTS[environment] | {f"DASH__{key.upper()}": value for key, value in settings.items()})
        for environment, settings in VARIANTS.values()
    ]


def positions(annotation: object) -> Iterator[object]:
    """Return what a switch can be: each value of a boolean or of a choice, and for an optional key `given`."""
    if annotation is bool:
        yield from (True, False)
    elif get_origin(annotation) is Literal:
        yield from get_args(annotation)
    elif get_origin(annotation) in (Union, UnionType) and NoneType in get_args(annotation):
        yield "given"


def required_positions() -> set[tuple[str, object]]:
    found: set[tuple[str, object]] = set()
    for table, field in Settings.model_fields.items():
        sections = [kind for kind in (field.annotation, *get_args(field.annotation)) if isinstance(kind, type)]
        for section in sections:
            if issubclass(section, Section) and table != "local":
                for key, inner in section.model_fields.items():
                    found |= {(f"{table}.{key}", position) for position in positions(inner.annotation)}
    return found


def taken_positions(settings: Settings) -> set[tuple[str, object]]:
    found: set[tuple[str, object]] = set()
    for table, keys in settings.model_dump(exclude={"environment", "local"}).items():
        for key, value in keys.items():
            found.add((f"{table}.{key}", tuple(value) if isinstance(value, dict | list | tuple) else value))
            if value is not None:
                found.add((f"{table}.{key}", "given"))
    return found


@pytest.mark.unit
def test_every_switch_stands_in_each_of_its_positions_in_some_variant() -> None:
    taken = set[tuple[str, object]]().union(*(taken_positions(settings) for settings in every_settings()))
    required = required_positions()
    assert ("vpc.nat", "single") in required
    assert ("alarms.enabled", False) in required
    assert ("https.certificate_arn", "given") in required
    assert required - taken == set()


@pytest.fixture(scope="module")
def aws() -> Iterator[str]:
    with offline_aws() as endpoint:
        yield endpoint


@pytest.mark.terraform
@pytest.mark.parametrize("name", VARIANTS)
def test_the_real_provider_plans_every_stack(name: str, variant: Variant, aws: str, tmp_path: Path) -> None:
    environment, settings = VARIANTS[name]
    stacks = variant(environment, **settings)
    root = tmp_path / "root"
    make_offline_root({key: stack.folder for key, stack in stacks.items()}, root, endpoint=aws, version=VERSION)
    succeed(root, "init", "-input=false")

    plan: dict[str, Any] = planned(root)

    created = [change for change in plan["resource_changes"] if change["change"]["actions"] == ["create"]]
    emitted = sum(len(found) for stack in stacks.values() for found in stack.json.get("resource", {}).values())
    assert len(created) == emitted > 20
