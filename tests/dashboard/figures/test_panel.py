import json

import pytest
from plotly import graph_objects

from dashboard.continents import Continent
from dashboard.figures import style
from dashboard.figures.lines import Line
from dashboard.figures.panel import panel, scale_of
from dashboard.measures import GDP_PER_CAPITA, LIFE_EXPECTANCY, POPULATION

pytestmark = pytest.mark.unit

EUROPE = Continent(
    "Europe",
    2,
    [Line("A <b>", [1952, 2007], [10.123456, 20]), Line("B", [1952], [30])],
    Line("Average", [1952], [15]),
    ("A <b>", 20),
    ("B", 30),
)


def test_countries_are_thin_lines_with_a_gap_between_and_the_average_a_thick_one() -> None:
    countries, average = panel(EUROPE, LIFE_EXPECTANCY, (0, 40), (1952, 2007))["data"]
    assert countries["x"] == [1952, 2007, None, 1952, None]
    assert countries["y"] == [10.123, 20, None, 30, None]
    assert (average["x"], average["y"]) == ([1952], [15])
    assert average["line"]["width"] > 2 * countries["line"]["width"]
    assert (countries["line"]["color"], average["line"]["color"]) == (style.CONTEXT_COLOUR, style.PALETTE[0])


def test_a_country_is_named_where_the_pointer_is_and_never_as_html() -> None:
    countries = panel(EUROPE, LIFE_EXPECTANCY, (0, 40), (1952, 2007))["data"][0]
    assert countries["text"] == ["A &lt;b&gt;"] * 3 + ["B"] * 2
    assert countries["hovertemplate"].startswith("%{text}")


def test_a_continent_without_an_average_has_only_its_countries() -> None:
    without = Continent("Europe", 2, EUROPE.lines, None, EUROPE.lowest, EUROPE.highest)
    assert len(panel(without, LIFE_EXPECTANCY, (0, 40), (1952, 2007))["data"]) == 1


def test_amounts_are_on_a_log_axis() -> None:
    assert [scale_of(measure) for measure in (POPULATION, LIFE_EXPECTANCY, GDP_PER_CAPITA)] == ["log", "linear", "log"]


@pytest.mark.parametrize("measure", [POPULATION, LIFE_EXPECTANCY])
def test_a_panel_is_plain_json_that_plotly_accepts(measure: object) -> None:
    figure = panel(EUROPE, measure, (1, 40), (1952, 2007))  # type: ignore[arg-type]
    graph_objects.Figure(json.loads(json.dumps(figure)))
