"""What resources cost is worked out from their attributes, and each line says what it assumes."""

import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from config import Settings
from ops.costs.change import cost_change
from ops.costs.estimate import NOT_PRICED, monthly_costs, read_resources
from ops.costs.lines import CostLine, Resource
from ops.costs.price_table import read_price_table
from ops.costs.prices import Prices
from ops.costs.products import ASKED
from tests.settings import settings_of

pytestmark = pytest.mark.unit

GOLDEN = Path(__file__).parents[2] / "stacks" / "golden"
SPOT = {"spot-vcpu", "spot-gb"}
# Ten by ten, so that no two quantities give the same sum.
ROUND = Prices(
    {name: Decimal(10) for name in ASKED} | {"spot-vcpu": Decimal(1), "spot-gb": Decimal(2)}, "round numbers"
)
ROUND_ARM = Prices(
    {**ROUND.usd, "fargate-vcpu": Decimal(3), "fargate-gb": Decimal(5), "arm-vcpu": Decimal(7), "arm-gb": Decimal(11)},
    "primes",
)


def prod(**settings: str) -> Settings:
    variables = {f"DASH__{key.upper()}": value for key, value in settings.items()}
    return settings_of({"DASH_ENV": "prod", "DASH__AWS__ACCOUNT_ID": "123456789012"} | variables)


def resource(type_: str, **values: Any) -> Resource:  # noqa: ANN401 - any JSON
    return Resource("service", type_, f"{type_}.one", values)


def costs(*resources: Resource, settings: Settings | None = None, prices: Prices = ROUND) -> dict[str, Decimal]:
    return {line.what: line.usd_month for line in monthly_costs(resources, settings or prod(), prices)}


def definition(cpu: str, memory: str, architecture: str = "X86_64") -> Resource:
    platform = [{"cpu_architecture": architecture, "operating_system_family": "LINUX"}]
    return resource("aws_ecs_task_definition", cpu=cpu, memory=memory, runtime_platform=platform)


def service(*providers: tuple[str, int | None, int], tasks: int = 4) -> Resource:
    strategy = [{"capacity_provider": name, "base": base, "weight": weight} for name, base, weight in providers]
    return resource("aws_ecs_service", desired_count=tasks, capacity_provider_strategy=strategy)


@pytest.mark.parametrize(
    ("type_", "values", "expected"),
    [
        ("aws_nat_gateway", {}, {"NAT gateway": 7300}),
        ("aws_eip", {}, {"public address": 7300}),
        ("aws_lb", {"subnets": ["a", "b", "c"]}, {"load balancer": 7300, "its public addresses": 21900}),
        ("aws_lb", {"subnets": None}, {"load balancer": 7300, "its public addresses": 14600}),
        ("aws_lb", {"internal": True, "subnets": ["a", "b"]}, {"load balancer": 7300}),
        (
            "aws_vpc_endpoint",
            {"vpc_endpoint_type": "Interface", "subnet_ids": ["a", "b", "c"]},
            {"interface endpoint": 21900},
        ),
        ("aws_vpc_endpoint", {"vpc_endpoint_type": "Interface"}, {"interface endpoint": 14600}),
        ("aws_vpc_endpoint", {"vpc_endpoint_type": "Gateway"}, {}),
        ("aws_flow_log", {}, {"flow logs": 80}),
        ("aws_wafv2_web_acl", {"rule": [{}, {}, {}]}, {"WAF": 40}),
        ("aws_cognito_user_pool", {}, {"readers who sign in": 0}),
        ("aws_cloudwatch_metric_alarm", {"metric_name": "CPUUtilization", "metric_query": []}, {"alarm": 10}),
        (
            "aws_cloudwatch_metric_alarm",
            {"metric_query": [{"metric": [{}]}, {"metric": [{}]}, {"metric": [], "expression": "a / b"}]},
            {"alarm": 20},
        ),
        ("aws_appautoscaling_policy", {"policy_type": "TargetTrackingScaling"}, {"alarms of the scaling": 20}),
        ("aws_appautoscaling_policy", {"policy_type": "StepScaling"}, {}),
        ("aws_cloudwatch_dashboard", {}, {"page of graphs": 10}),
        (
            "aws_ecs_cluster",
            {"setting": [{"name": "containerInsights", "value": "enabled"}]},
            {"Container Insights": 390},
        ),
        ("aws_ecs_cluster", {"setting": [{"name": "containerInsights", "value": "disabled"}]}, {}),
        ("aws_ecs_cluster", {}, {}),
        ("aws_kms_key", {}, {"key": 10}),
        ("aws_ecr_repository", {}, {"images": 20}),
        ("aws_s3_bucket", {"bucket": "plotly-dash-prod-data-123456789012"}, {"data": 10}),
        ("aws_s3_bucket", {"bucket": "plotly-dash-prod-logs-123456789012"}, {"access logs": 460}),
        ("aws_s3_bucket", {"bucket": "plotly-dash-prod-tfstate-123456789012"}, {"Terraform's state": 0}),
        ("aws_s3_bucket", {"bucket": "somebody-else-s"}, {"bucket": 0}),
        ("aws_cloudwatch_log_group", {"name": "/ecs/plotly_dash_app"}, {"log": 5}),
        ("aws_cloudwatch_log_group", {"name": "/ecs/plotly_dash_app/exec"}, {"log": 10}),
        ("aws_cloudwatch_log_group", {"name": "aws-waf-logs-plotly-dash-prod"}, {"log": 0}),
        ("aws_subnet", {}, {}),
        ("aws_quantum_computer", {}, {NOT_PRICED: 0}),
    ],
)
def test_a_resource_costs_what_it_uses(type_: str, values: dict[str, Any], expected: dict[str, int]) -> None:
    assert costs(resource(type_, **values)) == expected


def test_tasks_cost_by_their_size_and_number() -> None:
    found = costs(service(("FARGATE", 1, 100)), definition("1024", "2048"))
    assert found["tasks"] == 4 * 730 * (1 * 10 + 2 * 10)
    assert found["the dashboard's metrics"] == 120
    assert found["looks for new data"] == 4 * 730 * Decimal("0.36") * 10
    assert found["through NAT"] == 40


def test_every_process_of_a_task_looks_for_new_data() -> None:
    settings = prod(dashboard__workers="2", dashboard__poll_seconds="60")
    found = costs(service(("FARGATE", 1, 100)), definition("1024", "2048"), settings=settings)
    assert found["looks for new data"] == 4 * 730 * 2 * Decimal("0.06") * 10


def test_the_size_of_tasks_is_that_of_the_settings_where_there_is_no_definition() -> None:
    assert costs(service(("FARGATE", 1, 100), tasks=1))["tasks"] == 730 * (Decimal("0.5") * 10 + 4 * 10)


@pytest.mark.parametrize(
    ("providers", "tasks", "spot"),
    [
        ((("FARGATE_SPOT", None, 100),), 4, "4"),
        ((("FARGATE", 1, 50), ("FARGATE_SPOT", None, 50)), 4, "1.5"),
        ((("FARGATE", 1, 50), ("FARGATE_SPOT", None, 50)), 1, "0"),
        ((("FARGATE", 1, 75), ("FARGATE_SPOT", 2, 25)), 5, "2.5"),
        ((), 4, "0"),
    ],
)
def test_a_share_of_the_tasks_is_on_spot(
    providers: tuple[tuple[str, int | None, int], ...], tasks: int, spot: str
) -> None:
    on_demand = tasks - Decimal(spot)
    found = costs(service(*providers, tasks=tasks), definition("1024", "2048"))
    assert found["tasks"] == 730 * (on_demand * (10 + 2 * 10) + Decimal(spot) * (1 + 2 * 2))


def test_arm_has_its_own_price_and_none_on_spot() -> None:
    arm = definition("1024", "2048", "ARM64")
    for provider in ("FARGATE", "FARGATE_SPOT"):
        found = costs(service((provider, None, 1), tasks=1), arm, prices=ROUND_ARM)
        assert found["tasks"] == 730 * (7 + 2 * 11)
    (line, *_) = monthly_costs([service(("FARGATE_SPOT", None, 1), tasks=1), arm], prod(), ROUND_ARM)
    assert "100 % of it on Spot, by the price on demand" in line.assumption


def test_what_tasks_send_goes_by_the_way_that_there_is() -> None:
    task = service(("FARGATE", 1, 100), tasks=2)
    isolated = {"vpc__nat": "none", "vpc__interface_endpoints": "true", "service__internet_access": "false"}
    network = {
        "vpc__id": "vpc-0a1b2c3d",
        "vpc__flow_logs": "false",
        "vpc__public_subnet_ids": '["subnet-0a1b2c3d", "subnet-1a1b2c3d"]',
        "vpc__private_subnet_ids": '["subnet-2a1b2c3d", "subnet-3a1b2c3d"]',
    }
    assert costs(task)["through NAT"] == 20
    found = costs(task, settings=prod(**isolated, sign_in__method="none"))
    assert found["through the endpoints"] == 20
    assert "through NAT" not in found
    assert {"through NAT", "through the endpoints"}.isdisjoint(costs(task, settings=prod(**network)))


def test_a_service_that_rests_costs_nothing_for_so_long() -> None:
    rests = [
        resource(
            "aws_appautoscaling_scheduled_action",
            schedule=f"cron(0 {hour} ? * MON-FRI *)",
            scalable_target_action=[{"min_capacity": tasks}],
        )
        for hour, tasks in ((7, "1"), (19, "0"))
    ]
    found = costs(service(("FARGATE", 1, 100)), definition("1024", "2048"), *rests)
    assert found["tasks"] == 260 * 30
    assert found["the dashboard's metrics"] == Decimal(120) * (Decimal(260) / 730)
    assert costs(resource("aws_cloudwatch_log_group", name="/ecs/plotly_dash_app"), *rests)["log"] == pytest.approx(
        Decimal("2.5") * 260 / 730
    )


def test_another_region_s_price_is_told_beside_the_line() -> None:
    prices = Prices(ROUND.usd, "half a table", stand_ins=frozenset({"nat-hour", "kms-key"}))
    gateway, address = monthly_costs([resource("aws_nat_gateway"), resource("aws_eip")], prod(), prices)
    assert gateway.assumption == "730 h; by us-east-1's price of nat-hour"
    assert address.assumption == "730 h"


def test_every_line_says_what_it_assumes() -> None:
    for line in monthly_costs(golden(), prod(), ROUND):
        assert line.assumption, line
        assert line.address.count(".") == 1


def golden() -> list[Resource]:
    """Return the resources of the golden files: all that the stacks emit with everything switched on.

    What is a block there is a list of one block in a plan.
    """
    return [
        Resource(
            file.name.partition(".")[0],
            type_,
            f"{type_}.{name}",
            {key: [value] if isinstance(value, dict) else value for key, value in values.items()},
        )
        for file in sorted(GOLDEN.glob("*.tf.json"))
        for type_, named in json.loads(file.read_text())["resource"].items()
        for name, values in named.items()
    ]


class Recorded(dict[str, Decimal]):
    """Prices that remember which of them were looked up."""

    def __init__(self) -> None:
        super().__init__(read_price_table().known("us-east-1"))
        self.used: set[str] = set()

    def __getitem__(self, name: str) -> Decimal:
        self.used.add(name)
        return super().__getitem__(name)


def test_every_type_that_the_stacks_emit_is_priced_or_free() -> None:
    resources = golden()
    assert len({found.type for found in resources}) > 50
    assert [line for line in monthly_costs(resources, prod(), ROUND) if line.what == NOT_PRICED] == []


def test_aws_is_asked_for_every_price_that_is_used() -> None:
    recorded = Recorded()
    more = [
        resource("aws_vpc_endpoint", vpc_endpoint_type="Interface"),
        service(("FARGATE_SPOT", None, 1)),
        definition("256", "512"),
    ]
    isolated = {"vpc__nat": "none", "vpc__interface_endpoints": "true", "service__internet_access": "false"}
    for settings in (prod(), prod(**isolated, sign_in__method="none")):
        monthly_costs([*golden(), *more], settings, Prices(recorded, "recorded"))
    monthly_costs([service(("FARGATE", None, 1)), definition("256", "512")], prod(), Prices(recorded, "recorded"))
    arm = [service(("FARGATE", None, 1)), definition("256", "512", "ARM64")]
    monthly_costs(arm, prod(), Prices(recorded, "recorded"))
    assert recorded.used == ASKED | SPOT


def test_resources_are_read_from_a_plan() -> None:
    data = {"address": "data.aws_ecr_image.image", "mode": "data", "type": "aws_ecr_image", "values": {}}
    eip = {"address": "aws_eip.one", "mode": "managed", "type": "aws_eip", "values": {"domain": "vpc"}}
    unknown = {"address": "aws_s3_bucket_policy.one", "mode": "managed", "type": "aws_s3_bucket_policy"}
    assert read_resources("vpc", {"root_module": {"resources": [data, eip, unknown]}}) == [
        Resource("vpc", "aws_eip", "aws_eip.one", {"domain": "vpc"}),
        Resource("vpc", "aws_s3_bucket_policy", "aws_s3_bucket_policy.one", {}),
    ]
    assert read_resources("vpc", {}) == []


def line(address: str, usd: str, assumption: str = "as before") -> CostLine:
    return CostLine("vpc", address, "NAT gateway", Decimal(usd), assumption)


def test_a_change_tells_what_differs_and_the_whole() -> None:
    before = [line("same", "1.10"), line("gone", "2.20"), line("less", "5")]
    after = [line("same", "1.10"), line("less", "4.9", "one zone"), line("new", "32.85"), line("free", "0")]
    change = cost_change(before, after)
    assert (change.before, change.after, change.difference) == (Decimal("8.30"), Decimal("38.85"), Decimal("30.55"))
    assert [(shown.address, shown.before, shown.after, shown.assumption) for shown in change.lines] == [
        ("new", 0, Decimal("32.85"), "as before"),
        ("gone", Decimal("2.20"), 0, "as before"),
        ("less", 5, Decimal("4.9"), "one zone"),
    ]
    assert cost_change(after, after).lines == ()
