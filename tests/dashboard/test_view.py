from typing import Any
from urllib.parse import parse_qs, quote, urlencode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboard import view
from dashboard.figures.lines import MAX_LINES
from dashboard.measures import LIFE_EXPECTANCY, POPULATION
from tests.dashboard.files import csv, parse
from tests.dashboard.json_values import JSON_VALUES

pytestmark = pytest.mark.unit

NAMES = ["Canada", "Chad", '"Korea, Rep."', '"50%2C, %"', "Côte d'Ivoire"]
DATA = parse(csv(*(f"{name},X,{year},1,1,1" for name in NAMES for year in (1952, 2007))))
DEFAULT = view.View(["Canada"], POPULATION, "linear", (1952, 2007))


def test_an_address_without_choices_is_the_default() -> None:
    assert view.from_query(DATA) == DEFAULT


def test_an_address_names_countries_measure_scale_and_years() -> None:
    assert view.from_query(DATA, "Chad,Canada", "lifeExp", "log", "1960-2000") == view.View(
        ["Chad", "Canada"], LIFE_EXPECTANCY, "log", (1960, 2000)
    )


def test_commas_and_percent_signs_in_names_are_escaped() -> None:
    assert view.from_query(DATA, "Korea%2C Rep.,50%252C%2C %25").countries == ["Korea, Rep.", "50%2C, %"]


@given(st.lists(st.sampled_from(DATA.countries), unique=True))
def test_every_choice_of_countries_survives_the_address(names: list[str]) -> None:
    # As assets/address.js writes it.
    written = ",".join(name.replace("%", "%25").replace(",", "%2C") for name in names)
    query = parse_qs(urlencode({"countries": written}, quote_via=quote), keep_blank_values=True)
    assert view.from_query(DATA, query["countries"][0]).countries == names


def test_an_empty_list_is_a_choice_and_unknown_names_are_none() -> None:
    assert view.from_query(DATA, "").countries == []
    assert view.from_query(DATA, "Atlantis,").countries == ["Canada"]
    assert view.from_query(DATA, "Atlantis,Chad,Chad").countries == ["Chad"]


def test_without_canada_the_first_country_is_the_default() -> None:
    assert view.from_query(parse(csv("Chad,X,1952,1,1,1", "Benin,X,1952,1,1,1"))).countries == ["Benin"]


def test_an_address_can_name_only_as_many_countries_as_are_shown() -> None:
    data = parse(csv(*(f"Land {number},X,1952,1,1,1" for number in range(20))))
    assert len(view.from_query(data, ",".join(data.countries)).countries) == MAX_LINES


@pytest.mark.parametrize("years", ["", "1960", "1960-", "x-y", "1960-2000-1", "²-³", "-1-5", "99999-1", " 1960-2000"])
def test_years_that_make_no_sense_are_all_years(years: str) -> None:
    assert view.from_query(DATA, years=years).years == (1952, 2007)


@pytest.mark.parametrize(
    ("years", "shown"),
    [
        ([1960, 2000], (1960, 2000)),
        ([2000, 1960], (1960, 2000)),
        ([0, 10**400], (1952, 2007)),
        ([1960.7, 2000.2], (1960, 2000)),
        ([float("nan"), 2000], (1952, 2007)),
        ([float("inf"), 2000], (1952, 2007)),
        ([True, 2000], (1952, 2007)),
        ([1960], (1952, 2007)),
        (["1960", "2000"], (1952, 2007)),
        (None, (1952, 2007)),
    ],
)
def test_years_are_ordered_and_within_the_data(years: object, shown: tuple[int, int]) -> None:
    assert view.to_years(DATA, years) == shown


@given(st.lists(JSON_VALUES, min_size=4, max_size=4))
def test_any_value_gives_a_view_that_fits_the_data(values: list[Any]) -> None:
    for shown in (view.from_controls(DATA, *values), view.from_query(DATA, *values)):
        assert set(shown.countries) <= set(DATA.countries)
        assert len(set(shown.countries)) == len(shown.countries)
        assert shown.scale in view.SCALES
        assert 1952 <= shown.years[0] <= shown.years[1] <= 2007


def test_a_type_is_checked_before_a_name_is_looked_up() -> None:
    assert view.known_countries(DATA, [["Canada"], {"Canada": 1}, None, "Canada"]) == ["Canada"]
