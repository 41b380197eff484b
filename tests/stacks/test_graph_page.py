"""The page of graphs: CloudWatch can draw it, and it shows what is there."""

import json
import re
from pathlib import Path
from typing import Any, cast

import pytest

from tests.stacks.alarms import BARE, alarms_of
from tests.stacks.conftest import Variant
from tests.stacks.synthesized import Stack
from tests.stacks.terraform import succeed
from tests.stacks.test_whole_graph import as_module


@pytest.fixture(scope="module")
def page(prod: dict[str, Stack]) -> list[dict[str, Any]]:
    """The widgets of prod's page."""
    return widgets(prod["monitoring"])


def widgets(stack: Stack) -> list[dict[str, Any]]:
    """Return the widgets of a stack's page."""
    return cast(list[dict[str, Any]], json.loads(stack.one("aws_cloudwatch_dashboard")["dashboard_body"])["widgets"])


def lines(page: list[dict[str, Any]]) -> list[list[Any]]:
    """Return the lines of all graphs of the page."""
    return [line for widget in page if widget["type"] == "metric" for line in widget["properties"]["metrics"]]


def limits(page: list[dict[str, Any]]) -> list[float]:
    """Return the limits that graphs of the page show."""
    shown = [widget["properties"].get("annotations", {"horizontal": []})["horizontal"] for widget in page]
    return [limit["value"] for horizontal in shown for limit in horizontal]


@pytest.mark.unit
class TestThePage:
    def test_is_of_the_documented_structure(self, prod: dict[str, Stack]) -> None:
        """https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/CloudWatch-Dashboard-Body-Structure.html"""
        dashboard = prod["monitoring"].one("aws_cloudwatch_dashboard")
        assert re.fullmatch(r"[A-Za-z0-9_-]{1,255}", dashboard["dashboard_name"])
        body = json.loads(dashboard["dashboard_body"])
        assert set(body) == {"widgets"}
        assert 1 <= len(body["widgets"]) <= 500
        taken: set[tuple[int, int]] = set()
        for widget in body["widgets"]:
            assert set(widget) == {"type", "x", "y", "width", "height", "properties"}
            assert 1 <= widget["width"] <= 24 - widget["x"]
            assert 1 <= widget["height"] <= 1000
            place = {
                (widget["x"] + column, widget["y"] + row)
                for column in range(widget["width"])
                for row in range(widget["height"])
            }
            assert not place & taken, f"{widget['properties']['title']} lies on another"
            taken |= place

    def test_graphs_are_of_the_documented_structure(self, page: list[dict[str, Any]]) -> None:
        for widget in page[1:]:
            assert widget["type"] == "metric"
            properties = widget["properties"]
            assert set(properties) - {"annotations"} == {"title", "view", "region", "period", "metrics", "yAxis"}
            assert properties["view"] == "timeSeries"
            assert properties["region"] == "us-east-1"
            assert properties["period"] % 60 == 0
            assert properties["yAxis"] == {"left": {"min": 0}}
        for *named, shown in lines(page):
            assert all(isinstance(part, str) and part for part in named)
            assert len(named) % 2 == 0, "namespace and name, then dimensions in pairs"
            assert set(shown) == {"label", "stat"}
            assert re.fullmatch(r"Sum|Average|Minimum|Maximum|SampleCount|p\d\d", shown["stat"])

    def test_shows_the_states_of_all_alarms_first(self, prod: dict[str, Stack], page: list[dict[str, Any]]) -> None:
        alarms = page[0]
        assert (alarms["type"], alarms["x"], alarms["y"]) == ("alarm", 0, 0)
        own, others = prod["monitoring"], prod["service"]
        expected = [
            rf"\$\{{aws_cloudwatch_metric_alarm\.{name}\.arn\}}" for name in own.all("aws_cloudwatch_metric_alarm")
        ]
        expected += [rf".*-service\.outputs\..*{name}arn\}}" for name in others.all("aws_cloudwatch_metric_alarm")]
        shown = alarms["properties"]["alarms"]
        assert len(shown) == len(expected)
        for arn in expected:
            assert [each for each in shown if re.fullmatch(arn, each)]

    def test_draws_the_thresholds_of_the_alarms(self, prod: dict[str, Stack], page: list[dict[str, Any]]) -> None:
        alarms = alarms_of(prod["service"], prod["monitoring"])
        drawn = ("slow-answers", "cpu", "memory", "data-age")
        assert limits(page) == [alarms[name]["threshold"] for name in drawn]

    def test_shows_the_firewall_that_is_there(self, prod: dict[str, Stack], page: list[dict[str, Any]]) -> None:
        metric_name = prod["alb"].one("aws_wafv2_web_acl")["visibility_config"]["metric_name"]
        (blocked,) = [line for line in lines(page) if line[1] == "BlockedRequests"]
        assert blocked[2:-1] == ["WebACL", metric_name, "Region", "us-east-1", "Rule", "ALL"]

    def test_leaves_out_what_is_not_there(self, variant: Variant) -> None:
        page = widgets(variant("dev", **BARE)["monitoring"])
        namespaces = {line[0] for line in lines(page)}
        assert namespaces == {"AWS/ApplicationELB", "AWS/ECS", "PlotlyDash"}
        assert limits(page) == [1.0, 85, 85]

    def test_has_an_address_in_the_outputs(self, prod: dict[str, Stack]) -> None:
        address = prod["monitoring"].json["output"]["graphs_url"]["value"]
        assert address == (
            "https://us-east-1.console.aws.amazon.com/cloudwatch/home"
            "?region=us-east-1#dashboards/dashboard/plotly-dash-prod"
        )


@pytest.mark.terraform
def test_the_page_is_json_once_terraform_knows_the_names_of_other_stacks(
    prod: dict[str, Stack], tmp_path: Path
) -> None:
    module = as_module(prod["monitoring"])
    (name,) = prod["monitoring"].all("aws_cloudwatch_dashboard")
    producers: dict[str, dict[str, str]] = {}
    for producer, output in re.findall(r"var\.producers\.(\w+)\.([\w-]+)", json.dumps(module)):
        producers.setdefault(producer, {})[output] = "arn:aws:sns:us-east-1:123456789012:made-up"
    (tmp_path / "main.tf.json").write_text(json.dumps(module))
    (tmp_path / "page.tftest.hcl").write_text(
        f"""
        mock_provider "aws" {{}}
        variables {{ producers = {json.dumps(producers)} }}
        run "apply" {{
          assert {{
            condition     = length(jsondecode(aws_cloudwatch_dashboard.{name}.dashboard_body).widgets) == 13
            error_message = "not the alarms and twelve graphs"
          }}
        }}
        """
    )
    succeed(tmp_path, "init", "-input=false")
    assert "1 passed, 0 failed" in succeed(tmp_path, "test")
