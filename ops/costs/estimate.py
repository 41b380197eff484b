"""Estimates what resources cost in a month in which nobody looks, one line for each thing that is paid for."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from decimal import Decimal
from typing import Any

from config import Settings
from ops.costs import keeping, network, tasks, watching
from ops.costs.free import FREE
from ops.costs.lines import Basis, CostLine, Resource
from ops.costs.prices import Prices

NOT_PRICED = "not priced"

_PRICED: Mapping[str, Callable[[Resource, Basis], Iterator[CostLine]]] = {
    "aws_appautoscaling_policy": watching.tracking,
    "aws_cloudwatch_dashboard": watching.graph_page,
    "aws_cloudwatch_log_group": tasks.log_group,
    "aws_cloudwatch_metric_alarm": watching.alarm,
    "aws_cognito_user_pool": network.user_pool,
    "aws_ecr_repository": keeping.repository,
    "aws_ecs_cluster": watching.cluster,
    "aws_ecs_service": tasks.service,
    "aws_eip": network.public_address,
    "aws_flow_log": network.flow_log,
    "aws_kms_key": keeping.key,
    "aws_lb": network.load_balancer,
    "aws_nat_gateway": network.nat_gateway,
    "aws_s3_bucket": keeping.bucket,
    "aws_vpc_endpoint": network.endpoint,
    "aws_wafv2_web_acl": network.web_acl,
}


def monthly_costs(resources: Iterable[Resource], settings: Settings, prices: Prices) -> list[CostLine]:
    """Return what resources cost in a month of 730 hours, with what each line assumes; docs/costs.md assumes the same.

    How many tasks run and how large they are is taken from the resources where they tell it, else from the settings.
    A resource that nothing is known of has a line of 0 US dollars that is NOT_PRICED; one that is free has none.
    """
    by_stack: dict[str, list[Resource]] = {}
    for resource in resources:
        by_stack.setdefault(resource.stack, []).append(resource)
    return [
        line
        for stack in by_stack.values()
        for resource in stack
        for line in _lines(resource, Basis(settings, prices, stack))
    ]


def read_resources(stack: str, values: Mapping[str, Any]) -> list[Resource]:
    """Return the resources in the `planned_values`, or the `values` of the `prior_state`, of a plan that is shown.

    https://developer.hashicorp.com/terraform/internals/json-format#values-representation
    """
    return [
        Resource(stack, resource["type"], resource["address"], resource.get("values") or {})
        for resource in values.get("root_module", {}).get("resources", [])
        if resource["mode"] == "managed"
    ]


def _lines(resource: Resource, basis: Basis) -> Iterable[CostLine]:
    if resource.type in _PRICED:
        return _PRICED[resource.type](resource, basis)
    if resource.type in FREE:
        return ()
    unknown = f"no price of {resource.type} is known here: look it up"
    return [CostLine(resource.stack, resource.address, NOT_PRICED, Decimal(0), unknown)]
