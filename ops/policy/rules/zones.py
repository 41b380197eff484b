"""Rules against what stands in one zone only, and so falls with it."""

from collections.abc import Iterator

from ops.policy.planned import PlannedStack, Resource
from ops.policy.rules.rule import Rule

_GUIDELINE = "https://docs.aws.amazon.com/wellarchitected/latest/reliability-pillar/use-fault-isolation-to-protect-your-workload.html"
_SUBNETS = {
    "aws_ecs_service": ("network_configuration", 0, "subnets"),
    "aws_lb": ("subnets",),
}


def _subnets(resource: Resource, _: PlannedStack) -> Iterator[str]:
    subnets = set(resource.get(*_SUBNETS[resource.type]) or [])
    if len(subnets) < 2:
        yield f"stands in {len(subnets) or 'no'} subnet"


def _zones(_: Resource, stack: PlannedStack) -> Iterator[str]:
    zones = {subnet.get("availability_zone") for subnet in stack.of_type("aws_subnet")}
    if len(zones) < 2:
        yield f"has subnets in {len(zones) or 'no'} zone"


RULES = (
    Rule(
        "DASH_ZONES_SUBNETS",
        "A service and its load balancer stand in two subnets or more, each in a zone of its own",
        "give it a subnet of each zone",
        _GUIDELINE,
        tuple(_SUBNETS),
        _subnets,
    ),
    Rule(
        "DASH_ZONES_VPC",
        "A VPC has subnets in two zones or more",
        "name two availability zones or more in aws.availability_zones",
        _GUIDELINE,
        ("aws_vpc",),
        _zones,
    ),
)
