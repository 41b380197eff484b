import csv
import io
import sys
from types import ModuleType
from typing import Any

import brotli
import orjson
import pytest
from dash import Dash
from dash.development.base_component import Component
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dashboard.data import DataStore
from dashboard.measures import LIFE_EXPECTANCY, POPULATION
from dashboard.sample import sample_csv
from tests.dashboard.fake_s3 import FakeS3
from tests.dashboard.json_values import JSON_VALUES

pytestmark = pytest.mark.unit

# The fixtures give the same data to each example.
anything = settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=60)


@pytest.fixture
def page(app: Dash) -> ModuleType:
    """The page's module as Dash has loaded it; it cannot be imported without an application."""
    assert app.use_pages
    return sys.modules["dashboard.pages.population"]


def serve(store: DataStore, s3: FakeS3, content: bytes) -> None:
    s3.content = content
    store.refresh()
    assert store.state.problem is None


def text(part: object) -> str:
    if isinstance(part, Component):
        return text(part.children) if getattr(part, "aria-hidden", None) != "true" else ""
    return "|".join(map(text, part)) if isinstance(part, list) else str(part)


def graph(
    page: ModuleType, countries: object, measure: object = "pop", scale: object = "linear", years: object = None
) -> tuple[list[dict[str, Any]], str]:
    """The traces and the summary."""
    figure, summary = page.update_graph(countries, measure, scale, years, "v1")
    return figure["data"], text(summary)


def test_choosing_a_country_draws_its_line(filled: Flask, page: ModuleType) -> None:
    (trace,), summary = graph(page, ["Canada"])
    assert (trace["x"], trace["y"]) == ([1952, 2007], [14785584, 33390141])
    assert summary == "|Canada|33,390,141|people in 2007, 2.3 times as many as in 1952"


def test_a_single_name_is_a_choice_too_as_in_the_reference(filled: Flask, page: ModuleType) -> None:
    assert graph(page, "Canada") == graph(page, ["Canada"])


def test_several_countries_are_drawn_in_the_order_of_the_choice(filled: Flask, page: ModuleType) -> None:
    traces, summary = graph(page, ["Canada", "Albania"], "lifeExp")
    assert [(trace["name"], trace["y"]) for trace in traces] == [("Canada", [68.75, 80.653]), ("Albania", [55.23])]
    assert "|Albania|55.2|in 1952" in summary


def test_the_years_cut_the_line_and_the_comparison(filled: Flask, page: ModuleType) -> None:
    (trace,), summary = graph(page, ["Canada"], years=[2000, 2007])
    assert trace["x"] == [2007]
    assert summary.endswith("people in 2007")


def test_no_country_draws_nothing_and_says_so(filled: Flask, page: ModuleType) -> None:
    figure, summary = page.update_graph([], "pop", "linear", None, "v1")
    assert figure["layout"]["annotations"][0]["text"] == "Choose a country above"
    assert text(summary) == "No country is chosen."


def test_years_without_data_are_told(filled: Flask, page: ModuleType) -> None:
    traces, summary = graph(page, ["Albania"], years=[1953, 2007])
    assert (traces, summary) == ([], "The chosen countries have no data in these years.")
    _, summary = graph(page, ["Albania", "Canada"], years=[1953, 2007])
    assert "No data in these years: Albania." in summary


def test_more_countries_than_can_be_told_apart_are_cut_with_a_word(
    in_app: Flask, page: ModuleType, s3: FakeS3, store: DataStore
) -> None:
    serve(store, s3, sample_csv())
    countries = store.state.snapshot.dataset.countries  # type: ignore[union-attr]
    traces, summary = graph(page, countries)
    assert len(traces) == 8
    assert "The first 8 of 142 chosen countries are shown" in summary


def test_zero_on_a_log_axis_is_told(in_app: Flask, page: ModuleType, s3: FakeS3, store: DataStore) -> None:
    serve(store, s3, b"country,continent,year,lifeExp,pop,gdpPercap\nA,X,1952,1,0,1\nA,X,2007,1,5,1\n")
    assert "no place for zero" in graph(page, ["A"], scale="log")[1]
    assert "no place for zero" not in graph(page, ["A"])[1]


def test_without_data_there_is_nothing_to_draw(in_app: Flask, page: ModuleType) -> None:
    figure, summary = page.update_graph(["Canada"], "pop", "linear", None, None)
    assert (figure["data"], summary) == ([], [])
    assert figure["layout"]["annotations"][0]["text"] == "No data yet"


def test_choosing_one_country_answers_in_less_than_a_kilobyte(
    in_app: Flask, page: ModuleType, s3: FakeS3, store: DataStore
) -> None:
    serve(store, s3, sample_csv())
    for measure in ("pop", "lifeExp", "gdpPercap"):
        figure, summary = page.update_graph(["Bosnia and Herzegovina"], measure, "log", None, "v")
        body = orjson.dumps({"figure": figure, "summary": summary}, default=_plain)
        assert len(brotli.compress(body, quality=4)) < 1000


def _plain(part: Component) -> object:
    return part.to_plotly_json()  # type: ignore[no-untyped-call]


@anything
@given(st.lists(JSON_VALUES, min_size=8, max_size=8))
def test_no_value_of_any_control_makes_a_callback_fail(filled: Flask, page: ModuleType, values: list[Any]) -> None:
    page.update_graph(*values[:5])
    page.update_title(values[0])
    page.update_controls(*values)
    page.update_controls(*values[:5], page.NO_YEAR, page.NO_YEAR + 1, values[7])
    page.restore(values[0])
    page.restore({"countries": values[0], "measure": values[1], "scale": values[2], "years": values[3]})
    page.find_countries(*values[:2])
    page.download(*values[:5])
    page.layout(countries=values[0], measure=values[1], scale=values[2], years=values[3], other=values[4])


@anything
@given(st.lists(JSON_VALUES, min_size=8, max_size=8))
def test_nor_while_there_are_no_data(in_app: Flask, page: ModuleType, values: list[Any]) -> None:
    page.update_graph(*values[:5])
    page.update_controls(*values)
    page.restore(values[0])
    page.find_countries(*values[:2])
    assert page.download(*values[:5]) is None
    page.layout(countries=values[0], measure=values[1], scale=values[2], years=values[3])


def test_the_title_follows_the_measure(page: ModuleType) -> None:
    assert page.update_title("pop") == ("Population by country", POPULATION.explanation)
    assert page.update_title("lifeExp") == ("Life expectancy by country", LIFE_EXPECTANCY.explanation)


def test_new_data_keep_the_choice_as_far_as_they_can(filled: Flask, page: ModuleType) -> None:
    names, years, options, first, last, _, _ = page.update_controls(
        "v2", ["Atlantis", "Albania"], "pop", "log", [1960, 2000], 1900, 2100, None
    )
    assert (names, years) == (["Albania"], [1960, 2000])
    assert (options, first, last) == (["Albania", "Canada"], 1952, 2007)


def test_all_years_stay_all_years(filled: Flask, page: ModuleType) -> None:
    assert page.update_controls("v2", ["Canada"], "pop", "log", [1960, 2000], 1960, 2000, None)[1] == [1952, 2007]


@pytest.mark.parametrize(("chosen", "kept"), [(["Atlantis"], ["Canada"]), ([], []), (None, ["Canada"])])
def test_a_choice_that_is_gone_becomes_the_default_and_none_stays_none(
    filled: Flask, page: ModuleType, chosen: object, kept: list[str]
) -> None:
    assert page.update_controls("v2", chosen, "pop", "log", [1960, 2000], 1952, 2007, None)[0] == kept


def test_the_first_data_are_shown_as_the_address_asked(filled: Flask, page: ModuleType) -> None:
    asked = {"countries": "Albania", "years": "1960-2007"}
    names, years, *_ = page.update_controls("v1", [], "pop", "log", None, page.NO_YEAR, page.NO_YEAR + 1, asked)
    assert (names, years) == (["Albania"], [1960, 2007])


def test_going_back_restores_what_the_address_says(filled: Flask, page: ModuleType) -> None:
    fields = {"countries": "Albania,Canada", "measure": "lifeExp", "scale": "log", "years": "1960-2000"}
    assert page.restore(fields) == [["Albania", "Canada"], "lifeExp", "log", [1960, 2000]]
    assert page.restore({}) == [["Canada"], "pop", "linear", [1952, 2007]]


def test_few_countries_are_all_offered(filled: Flask, page: ModuleType) -> None:
    assert page.find_countries("alb", ["Canada"]) == ["Albania", "Canada"]


@pytest.fixture
def many(in_app: Flask, s3: FakeS3, store: DataStore) -> list[str]:
    """More countries than a page offers."""
    names = [f"Land {number:04}" for number in range(1200)]
    rows = "".join(f"{name},X,1952,1,1,1\n" for name in names)
    serve(store, s3, b"country,continent,year,lifeExp,pop,gdpPercap\n" + rows.encode())
    return names


def test_many_countries_are_searched_and_the_chosen_are_among_them(many: list[str], page: ModuleType) -> None:
    assert page.find_countries(None, []) == many[: page.MAX_OPTIONS]
    assert page.find_countries("LAND 1197", ["Land 1100"]) == ["Land 1100", "Land 1197"]
    assert page.find_countries("1199 land", None) == ["Land 1199"]
    assert page.find_countries("nowhere", ["Land 1100", "Atlantis"]) == ["Land 1100"]


def test_a_page_of_many_countries_tells_the_browser_to_ask_the_server(many: list[str], page: ModuleType) -> None:
    layout = page.layout(countries="Land 1100")
    assert layout["search-on-server"].data is True
    assert layout["dropdown-selection"].value == ["Land 1100"]
    assert len(layout["dropdown-selection"].options) == page.MAX_OPTIONS + 1


def test_the_csv_holds_what_is_shown(filled: Flask, page: ModuleType) -> None:
    answer = page.download(1, ["Canada", "Albania"], "lifeExp", "log", [1952, 2000])
    assert answer["filename"] == "life-expectancy-canada-albania-1952-2000.csv"
    assert list(csv.reader(io.StringIO(answer["content"].removeprefix("\ufeff")))) == [
        ["Country", "Year", "Life expectancy (years)"],
        ["Canada", "1952", "68.75"],
        ["Albania", "1952", "55.23"],
    ]


def test_the_layout_has_the_ids_and_the_default_of_the_reference(filled: Flask, page: ModuleType) -> None:
    layout = page.layout()
    assert layout["dropdown-selection"].value == ["Canada"]
    assert layout["dropdown-selection"].options == ["Albania", "Canada"]
    assert layout["graph-content"].figure["data"][0]["name"] == "Canada"
    assert layout["search-on-server"].data is False


def test_the_layout_shows_what_the_address_asks_for(filled: Flask, page: ModuleType) -> None:
    layout = page.layout(countries="Albania", measure="lifeExp", scale="log", years="1952-1960")
    controls = [layout[name].value for name in ("dropdown-selection", "measure", "scale", "years")]
    assert controls == [["Albania"], "lifeExp", "log", [1952, 1960]]
    assert layout["title"].children == "Life expectancy by country"
    assert layout["graph-content"].figure["layout"]["yaxis"]["type"] == "log"


def test_the_page_has_one_heading_and_a_name_for_every_control(filled: Flask, page: ModuleType) -> None:
    layout = page.layout()
    parts = list(layout._traverse())
    assert [part.children for part in parts if type(part).__name__ == "H1"] == ["Population by country"]
    groups = [part for part in parts if getattr(part, "role", None) in {"group", "radiogroup"}]
    names = [layout[getattr(group, "aria-labelledby")].children for group in groups]
    assert names == ["Countries", "Measure", "Scale", "Years"]
