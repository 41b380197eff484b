"""Each continent with its countries and their average: what the page of continents shows."""

from dataclasses import dataclass
from typing import Any
from weakref import WeakKeyDictionary

import numpy as np
import numpy.typing as npt

from dashboard.dataset import Dataset
from dashboard.figures.lines import Line
from dashboard.measures import POPULATION, Measure

# Thin lines beyond this number hide each other, and make the page slow.
MAX_LINES = 60

# An average over few of a continent's countries would jump where the others begin.
_LEAST_COVERED = 0.9

Numbers = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Continent:
    """One continent and one measure.

    Attributes:
        name: the continent's name.
        countries: number of its countries.
        lines: the most populous of them, at most MAX_LINES, in alphabetical order.
        average: the average over all of them in the years that nine in ten of them cover: of people, so that a country
            counts by its population, or for the population itself of countries. None if there is no such year.
        lowest: the country with the lowest latest value, of all, and that value.
        highest: the country with the highest latest value, of all, and that value.
    """

    name: str
    countries: int
    lines: list[Line]
    average: Line | None
    lowest: tuple[str, float]
    highest: tuple[str, float]


_computed: WeakKeyDictionary[Dataset, dict[str, list[Continent]]] = WeakKeyDictionary()


def continents(data: Dataset, measure: Measure) -> list[Continent]:
    """Every continent, in alphabetical order. Computed once for a data set and a measure."""
    known = _computed.setdefault(data, {})
    if measure.column not in known:
        known[measure.column] = [_continent(data, measure, name, names) for name, names in data.continents.items()]
    return known[measure.column]


def _continent(data: Dataset, measure: Measure, name: str, countries: list[str]) -> Continent:
    latest = {country: _latest(data, country, measure.column) for country in countries}
    populous = sorted(countries, key=lambda country: -_latest(data, country, POPULATION.column))[:MAX_LINES]
    lowest, highest = min(countries, key=latest.__getitem__), max(countries, key=latest.__getitem__)
    return Continent(
        name,
        len(countries),
        [
            Line(country, data.series(country, "year"), data.series(country, measure.column))
            for country in sorted(populous)
        ],
        _average(data, measure, countries),
        (lowest, latest[lowest]),
        (highest, latest[highest]),
    )


def _latest(data: Dataset, country: str, column: str) -> float:
    return float(data.columns[column][data.rows[country]][-1])


def _average(data: Dataset, measure: Measure, countries: list[str]) -> Line | None:
    """The mean in every year, with each country's gaps filled by straight lines between its own years."""
    of_country = [data.columns["year"][data.rows[country]] for country in countries]
    grid = np.unique(np.concatenate(of_country))
    weights, weighted, covering = np.zeros(len(grid)), np.zeros(len(grid)), np.zeros(len(grid), dtype=int)
    for country, years in zip(countries, of_country, strict=True):
        covered = slice(np.searchsorted(grid, years[0]), np.searchsorted(grid, years[-1]) + 1)
        rows = data.rows[country]
        values = _filled(grid[covered], years, data.columns[measure.column][rows])
        weight = (
            np.ones_like(values)
            if measure is POPULATION
            else _filled(grid[covered], years, data.columns[POPULATION.column][rows])
        )
        weights[covered] += weight
        weighted[covered] += weight * values
        covering[covered] += 1
    shown = (covering >= _LEAST_COVERED * len(countries)) & (weights > 0)
    if not shown.any():
        return None
    mean = weighted[shown] / weights[shown]
    return Line("Average", [int(year) for year in grid[shown]], [float(value) for value in mean])


def _filled(grid: npt.NDArray[Any], years: npt.NDArray[Any], values: npt.NDArray[Any]) -> Numbers:
    return values.astype(float) if len(grid) == len(years) else np.interp(grid, years, values)
