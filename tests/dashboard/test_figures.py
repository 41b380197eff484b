import json
import subprocess
import sys

import pytest
from plotly import graph_objects

from dashboard import figures

pytestmark = pytest.mark.unit


def test_the_line_holds_the_years_and_the_population() -> None:
    (trace,) = figures.population_line("Canada", [1952, 2007], [14785584, 33390141])["data"]
    assert (trace["type"], trace["name"]) == ("scatter", "Canada")
    assert (trace["x"], trace["y"]) == ([1952, 2007], [14785584, 33390141])
    assert "lines" in trace["mode"]


@pytest.mark.parametrize("figure", [figures.population_line("Canada", [1952], [1]), figures.no_data()])
def test_a_figure_is_plain_json_that_plotly_accepts(figure: figures.Figure) -> None:
    # Plotly refuses names and values that are not in its schema.
    graph_objects.Figure(json.loads(json.dumps(figure)))


def test_an_empty_figure_says_so() -> None:
    figure = figures.no_data()
    assert figure["data"] == []
    assert figure["layout"]["annotations"][0]["text"] == "No data yet"


def test_serving_never_imports_plotly_express() -> None:
    code = "import sys, dashboard.app, dashboard.figures; sys.exit('plotly.express' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], timeout=60).returncode == 0
