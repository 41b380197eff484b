import pytest

from dashboard import continents as module
from dashboard.continents import Continent, continents
from dashboard.dataset import Dataset
from dashboard.measures import GDP_PER_CAPITA, LIFE_EXPECTANCY, POPULATION, Measure
from tests.dashboard.files import csv, parse

pytestmark = pytest.mark.unit


def data_of(*rows: str) -> Dataset:
    return parse(csv(*rows))


# B has a gap that is filled: in 1960 its life expectancy is 55, its population 300.
DATA = data_of(
    "A,X,1950,40,100,1",
    "A,X,1960,50,100,2",
    "A,X,1970,60,100,3",
    "B,X,1950,50,300,10",
    "B,X,1970,60,300,30",
    "C,Y,1960,70,5,7",
)


def only(data: Dataset, measure: Measure, name: str) -> Continent:
    return next(continent for continent in continents(data, measure) if continent.name == name)


def test_every_continent_has_its_countries_in_alphabetical_order() -> None:
    assert [continent.name for continent in continents(DATA, LIFE_EXPECTANCY)] == ["X", "Y"]
    found = only(DATA, LIFE_EXPECTANCY, "X")
    assert [(line.name, line.years, line.values) for line in found.lines] == [
        ("A", [1950, 1960, 1970], [40, 50, 60]),
        ("B", [1950, 1970], [50, 60]),
    ]


def test_the_average_counts_people_and_fills_gaps() -> None:
    average = only(DATA, LIFE_EXPECTANCY, "X").average
    assert average is not None
    assert average.years == [1950, 1960, 1970]
    assert average.values == pytest.approx([47.5, (50 * 100 + 55 * 300) / 400, 60])


def test_the_average_population_counts_countries() -> None:
    average = only(DATA, POPULATION, "X").average
    assert average is not None
    assert average.values == [200, 200, 200]


def test_the_average_leaves_out_years_that_too_few_countries_cover() -> None:
    data = data_of("A,X,1950,40,100,1", "A,X,1960,50,100,2", "B,X,1960,50,300,10")
    average = only(data, GDP_PER_CAPITA, "X").average
    assert average is not None
    assert (average.years, average.values) == ([1960], [8])


def test_countries_that_never_meet_have_no_average() -> None:
    assert only(data_of("A,X,1950,40,100,1", "B,X,1960,50,300,10"), LIFE_EXPECTANCY, "X").average is None


def test_nobody_weighs_nothing() -> None:
    assert only(data_of("A,X,1950,40,0,1"), LIFE_EXPECTANCY, "X").average is None


def test_the_lowest_and_the_highest_are_told_by_their_latest_values() -> None:
    found = only(DATA, GDP_PER_CAPITA, "X")
    assert (found.lowest, found.highest) == (("A", 3), ("B", 30))


def test_only_the_most_populous_are_drawn_and_all_are_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MAX_LINES", 2)
    found = only(data_of("A,X,1950,40,9,1", "B,X,1950,50,7,1", "C,X,1950,60,8,1"), LIFE_EXPECTANCY, "X")
    assert [line.name for line in found.lines] == ["A", "C"]
    assert found.countries == 3
    assert found.average is not None
    assert found.average.values == pytest.approx([(40 * 9 + 50 * 7 + 60 * 8) / 24])


def test_a_data_set_is_worked_out_once() -> None:
    assert continents(DATA, LIFE_EXPECTANCY) is continents(DATA, LIFE_EXPECTANCY)
    assert continents(DATA, LIFE_EXPECTANCY) is not continents(DATA, POPULATION)


def test_a_data_set_that_is_gone_is_not_kept() -> None:
    data = data_of("A,X,1950,40,100,1")
    continents(data, LIFE_EXPECTANCY)
    before = len(module._computed)
    del data
    assert len(module._computed) == before - 1
