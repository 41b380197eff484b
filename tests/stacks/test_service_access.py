"""What the tasks may reach. Who may reach them: test_service.py."""

import re

import pytest

from tests.stacks.conftest import Variant
from tests.stacks.synthesized import Stack
from tests.stacks.variants import VARIANTS

pytestmark = pytest.mark.unit

# https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateSecurityGroup.html, and the same for rules:
# https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_SecurityGroupRuleUpdate.html
DESCRIPTION = re.compile(r"[a-zA-Z0-9. _\-:/()#,@\[\]+=&;{}!$*]{1,255}")


def ways_out(stacks: dict[str, Stack]) -> set[str]:
    """Return where the tasks may go, all of it HTTPS."""
    (group,) = stacks["service"].all("aws_security_group")
    found = set()
    for rule in stacks["service"].all("aws_vpc_security_group_egress_rule").values():
        if rule["security_group_id"] == f"${{aws_security_group.{group}.id}}":
            assert (rule["ip_protocol"], rule["from_port"], rule["to_port"]) == ("tcp", 443, 443)
            found.add(rule.get("cidr_ipv4") or rule["prefix_list_id"])
    return found


def test_with_internet_access_they_reach_https_anywhere(prod: dict[str, Stack], variant: Variant) -> None:
    assert ways_out(prod) == {"0.0.0.0/0"}
    assert ways_out(variant("prod", vpc__interface_endpoints="true")) == {"0.0.0.0/0"}


def test_without_it_they_reach_s3_and_the_endpoints_alone(variant: Variant) -> None:
    stacks = variant(
        "prod",
        vpc__nat="none",
        vpc__interface_endpoints="true",
        service__internet_access="false",
        sign_in__method="none",
    )
    s3, *subnets = sorted(ways_out(stacks))
    assert subnets == ["10.0.128.0/18", "10.0.192.0/18"]
    assert "plotly-dash-prod-vpc" in s3
    assert s3.endswith("prefix_list_id}")


def test_no_rule_of_theirs_names_the_group_of_the_endpoints(variant: Variant) -> None:
    """Else the group could not be deleted once the endpoints are switched off, as its stack is applied first."""
    stacks = variant("prod", vpc__interface_endpoints="true")
    assert "endpoints" not in str(stacks["service"].json["resource"]).replace("/endpoints", "")


@pytest.mark.parametrize("name", VARIANTS)
def test_ec2_takes_every_description_of_a_group_or_rule(name: str, variant: Variant) -> None:
    environment, settings = VARIANTS[name]
    descriptions = {
        resource["description"]
        for stack in variant(environment, **settings).values()
        for type_, resources in stack.json.get("resource", {}).items()
        for resource in resources.values()
        if "security_group" in type_ and "description" in resource
    }
    assert len(descriptions) > 4
    assert [text for text in descriptions if not DESCRIPTION.fullmatch(text)] == []
