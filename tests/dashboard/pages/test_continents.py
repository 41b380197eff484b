import sys
from types import ModuleType
from typing import Any

import pytest
from dash import Dash
from dash.development.base_component import Component
from flask import Flask
from hypothesis import HealthCheck, given, settings

from dashboard.continents import Continent
from dashboard.figures.lines import Line
from dashboard.measures import GDP_PER_CAPITA, LIFE_EXPECTANCY, POPULATION
from tests.dashboard.json_values import JSON_VALUES

pytestmark = pytest.mark.unit


@pytest.fixture
def page(app: Dash) -> ModuleType:
    """The page's module as Dash has loaded it; it cannot be imported without an application."""
    assert app.use_pages
    return sys.modules["dashboard.pages.continents"]


def text(parts: list[Component | str]) -> str:
    return "".join(part if isinstance(part, str) else str(part.children) for part in parts)


def panels(parts: list[Any]) -> dict[str, Any]:
    """The figure of every continent."""
    return {part.children[0].children: part.children[2].children.figure for part in parts}


def test_every_continent_is_a_panel_on_the_same_axes(filled: Flask, page: ModuleType) -> None:
    title, _, parts = page.update_panels("gdpPercap", "v1")
    found = panels(parts)
    assert title == "GDP per capita by continent"
    assert list(found) == ["Americas", "Europe"]
    americas, europe = (figure["layout"] for figure in found.values())
    assert americas["yaxis"]["range"] == europe["yaxis"]["range"]
    assert americas["xaxis"]["range"] == europe["xaxis"]["range"]
    assert americas["yaxis"]["type"] == "log"


def test_the_page_opens_with_life_expectancy_or_what_the_address_asks_for(filled: Flask, page: ModuleType) -> None:
    assert page.layout()["continents-measure"].value == "lifeExp"
    layout = page.layout(measure="pop")
    assert layout["continents-measure"].value == "pop"
    assert layout["continents-title"].children == "Population by continent"


def test_without_data_the_page_says_so(in_app: Flask, page: ModuleType) -> None:
    assert text(page.update_panels("pop", None)[2]) == "No data yet."


def test_going_back_restores_the_measure(page: ModuleType) -> None:
    assert page.restore({"measure": "pop"}) == "pop"
    assert page.restore({}) == "lifeExp"


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=60)
@given(JSON_VALUES)
def test_no_value_makes_a_callback_fail(filled: Flask, page: ModuleType, value: object) -> None:
    page.update_panels(value, value)
    page.restore(value)
    page.restore({"measure": value})
    page.layout(measure=value, other=value)


def test_a_panel_in_words(page: ModuleType) -> None:
    average = Line("Average", [1952, 2007], [40, 70.04])
    lines = [Line("A", [1952], [1]), Line("B", [1952], [1])]
    continent = Continent("X", 1234, lines, average, ("A", 50), ("B", 80))
    assert text(page.describe(continent, LIFE_EXPECTANCY)) == (
        "70.0 years on average in 2007, after 40.0 in 1952. 1,234 countries, from A (50.0) to B (80.0). "
        "The 2 most populous are drawn."
    )
    assert "70 people in the average country in 2007" in text(page.describe(continent, POPULATION))
    one = Continent("X", 1, lines[:1], None, ("A", 50), ("A", 50))
    assert text(page.describe(one, LIFE_EXPECTANCY)) == "One country."


def test_what_the_lines_are_is_told(page: ModuleType) -> None:
    assert page.explain(LIFE_EXPECTANCY) == "Each thin line is a country, the thick line the average person."
    assert page.explain(POPULATION).endswith("the average country. The axis is logarithmic.")
    assert "average person" in page.explain(GDP_PER_CAPITA)
