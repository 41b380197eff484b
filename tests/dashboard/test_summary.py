import pytest

from dashboard.figures.lines import Line
from dashboard.measures import GDP_PER_CAPITA, LIFE_EXPECTANCY, POPULATION, Measure
from dashboard.summary import describe

pytestmark = pytest.mark.unit


@pytest.mark.parametrize(
    ("measure", "first", "last", "told"),
    [
        (POPULATION, 100, 230, "people in 2007, 2.3 times as many as in 1952"),
        (POPULATION, 100, 150, "people in 2007, 50 % more than in 1952"),
        (POPULATION, 100, 90, "people in 2007, 10 % fewer than in 1952"),
        (POPULATION, 100, 100, "people in 2007, as many as in 1952"),
        (POPULATION, 0, 100, "people in 2007"),
        (POPULATION, 100, 0, "people in 2007, 100 % fewer than in 1952"),
        (GDP_PER_CAPITA, 1000, 4500, "international dollars per person in 2007, 4.5 times as much as in 1952"),
        (GDP_PER_CAPITA, 1000, 900, "international dollars per person in 2007, 10 % less than in 1952"),
        (LIFE_EXPECTANCY, 68.75, 80.65, "years in 2007, 11.9 more than in 1952"),
        (LIFE_EXPECTANCY, 60, 50.5, "years in 2007, 9.5 fewer than in 1952"),
    ],
)
def test_the_change_is_told_in_words(measure: Measure, first: float, last: float, told: str) -> None:
    assert describe(Line("A", [1952, 2007], [first, last]), measure) == told


def test_a_single_year_has_no_change() -> None:
    assert describe(Line("A", [2007], [1]), POPULATION) == "people in 2007"
    assert describe(Line("A", [2007], [1]), POPULATION, with_unit=False) == "in 2007"
