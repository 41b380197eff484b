import sys
from types import ModuleType

import pytest
from dash import Dash
from dash.development.base_component import Component
from flask import Flask

from dashboard.data import DataStore
from tests.dashboard.fake_s3 import FakeS3

pytestmark = pytest.mark.unit


@pytest.fixture
def page(app: Dash) -> ModuleType:
    """The page's module as Dash has loaded it; it cannot be imported without an application."""
    assert app.use_pages
    return sys.modules["dashboard.pages.population"]


def text(children: list[Component | str]) -> str:
    return "".join(child if isinstance(child, str) else str(child.children) for child in children)


def test_canada_is_chosen_first(filled: Flask, page: ModuleType) -> None:
    assert page.update_countries("v1", None) == (["Albania", "Canada"], "Canada")


def test_without_canada_the_first_country_is_chosen(
    filled: Flask, page: ModuleType, s3: FakeS3, store: DataStore, csv_bytes: bytes
) -> None:
    s3.content = csv_bytes.replace(b"Canada", b"Zambia")
    store.refresh()
    assert page.update_countries("v2", "Canada") == (["Albania", "Zambia"], "Albania")


def test_the_chosen_country_stays_chosen_when_the_data_change(filled: Flask, page: ModuleType) -> None:
    assert page.update_countries("v2", "Albania") == (["Albania", "Canada"], "Albania")


def test_choosing_a_country_draws_its_line(filled: Flask, page: ModuleType) -> None:
    figure, summary = page.update_graph("Canada", "v1")
    assert figure["data"][0]["y"] == [14785584, 33390141]
    assert text(summary) == "33,390,141 people in Canada in 2007, 2.3 times as many as in 1952"


def test_a_single_year_has_no_change(filled: Flask, page: ModuleType) -> None:
    assert text(page.update_graph("Albania", "v1")[1]) == "1,282,697 people in Albania in 1952"


@pytest.mark.parametrize("country", [None, "Atlantis", "", 7, ["Canada"], {"a": 1}])
def test_an_unknown_country_draws_nothing(filled: Flask, page: ModuleType, country: object) -> None:
    figure, summary = page.update_graph(country, "v1")
    assert (figure["data"], summary) == ([], [])


@pytest.mark.parametrize("chosen", [7, ["Canada"], {"a": 1}])
def test_a_choice_that_is_no_country_falls_back(filled: Flask, page: ModuleType, chosen: object) -> None:
    assert page.update_countries("v1", chosen)[1] == "Canada"


def test_without_data_there_is_nothing_to_choose(in_app: Flask, page: ModuleType) -> None:
    assert page.update_countries(None, None) == ([], None)
    assert page.update_graph(None, None)[0]["data"] == []


def test_the_layout_has_the_ids_of_the_reference_and_shows_canada(filled: Flask, page: ModuleType) -> None:
    layout = page.layout()
    assert layout["dropdown-selection"].value == "Canada"
    assert layout["dropdown-selection"].options == ["Albania", "Canada"]
    assert layout["graph-content"].figure["data"][0]["name"] == "Canada"


def test_the_page_has_one_heading_and_a_label_for_the_dropdown(filled: Flask, page: ModuleType) -> None:
    parts = list(page.layout()._traverse())
    assert [part.children for part in parts if type(part).__name__ == "H1"] == ["Population by country"]
    assert [part.htmlFor for part in parts if type(part).__name__ == "Label"] == ["dropdown-selection"]
