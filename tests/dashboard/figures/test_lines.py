import json
import subprocess
import sys

import pytest
from plotly import graph_objects

from dashboard.figures import Figure, style
from dashboard.figures.lines import MAX_LINES, Line, lines
from dashboard.measures import GDP_PER_CAPITA, LIFE_EXPECTANCY, POPULATION

pytestmark = pytest.mark.unit

CANADA = Line("Canada", [1952, 2007], [14785584, 33390141])
SEVERAL = [Line(f"Land {number}", [1952], [number]) for number in range(MAX_LINES)]


def test_a_line_holds_the_years_and_the_values() -> None:
    (trace,) = lines([CANADA], POPULATION, "linear", (1952, 2007))["data"]
    assert (trace["type"], trace["name"]) == ("scatter", "Canada")
    assert (trace["x"], trace["y"]) == (CANADA.years, CANADA.values)
    assert "lines" in trace["mode"]


def test_every_line_has_its_own_colour_and_marker() -> None:
    traces = lines(SEVERAL, POPULATION, "linear", (1952, 2007))["data"]
    assert len({trace["line"]["color"] for trace in traces}) == MAX_LINES
    assert len({trace["marker"]["symbol"] for trace in traces}) == MAX_LINES


def test_the_unit_is_written_at_the_axis_and_numbers_have_the_measures_decimals() -> None:
    layout = lines([CANADA], LIFE_EXPECTANCY, "linear", (1952, 2007))["layout"]
    assert layout["annotations"][0]["text"] == "Years"
    assert layout["yaxis"]["hoverformat"] == ",.1f"


def test_amounts_begin_at_zero_and_life_expectancy_does_not() -> None:
    assert lines([CANADA], POPULATION, "linear", (1952, 2007))["layout"]["yaxis"]["range"][0] == 0
    assert lines([CANADA], LIFE_EXPECTANCY, "linear", (1952, 2007))["layout"]["yaxis"]["range"][0] > 0


def test_a_log_axis_is_one() -> None:
    axis = lines([CANADA], POPULATION, "log", (1952, 2007))["layout"]["yaxis"]
    assert axis["type"] == "log"
    assert 7 < axis["range"][0] < axis["range"][1] < 8


def test_a_name_is_never_html() -> None:
    hostile = Line("<img src=x onerror=alert(1)>", [1952], [1])
    assert "<" not in json.dumps(lines([hostile], POPULATION, "linear", (1952, 2007)))


@pytest.mark.parametrize(
    "figure",
    [
        lines([CANADA], POPULATION, "linear", (1952, 2007)),
        lines(SEVERAL, GDP_PER_CAPITA, "log", (1952, 2007)),
        style.message("No data yet"),
    ],
)
def test_a_figure_is_plain_json_that_plotly_accepts(figure: Figure) -> None:
    # Plotly refuses names and values that are not in its schema.
    graph_objects.Figure(json.loads(json.dumps(figure)))


def test_an_empty_figure_says_why() -> None:
    figure = style.message("No data yet")
    assert figure["data"] == []
    assert figure["layout"]["annotations"][0]["text"] == "No data yet"


def test_serving_never_imports_plotly_express() -> None:
    code = "import sys, dashboard.app, dashboard.figures.lines; sys.exit('plotly.express' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], timeout=60).returncode == 0
