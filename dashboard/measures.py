"""What can be shown of a country: the columns of numbers, with their names and units for people."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Measure:
    """A column of numbers.

    Attributes:
        column: its name in the data, and in the page's address.
        label: its name for people.
        axis: label of an axis: the unit.
        unit: the unit after a number: "33,390,141 people".
        decimals: how many decimals are shown.
        from_zero: whether a linear axis begins at zero.
        more: how a growth is told: "twice as many as in 1952".
        explanation: a sentence on what it is.
    """

    column: str
    label: str
    axis: str
    unit: str
    decimals: int
    from_zero: bool
    more: str
    explanation: str

    def text(self, value: float) -> str:
        """A value as people read it, without its unit."""
        return f"{value:,.{self.decimals}f}"


POPULATION = Measure(
    "pop", "Population", "People", "people", 0, True, "many", "How many people lived there, year by year."
)
LIFE_EXPECTANCY = Measure(
    "lifeExp",
    "Life expectancy",
    "Years",
    "years",
    1,
    False,
    "long",
    "How many years a child born in that year could expect to live.",
)
# International dollars: https://www.gapminder.org/data/documentation/gd001/
GDP_PER_CAPITA = Measure(
    "gdpPercap",
    "GDP per capita",
    "International dollars per person",
    "international dollars per person",
    0,
    True,
    "much",
    "What was produced per person, adjusted for inflation and prices.",
)

MEASURES = {measure.column: measure for measure in (POPULATION, LIFE_EXPECTANCY, GDP_PER_CAPITA)}
