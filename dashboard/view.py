"""What a reader has chosen to see, checked: from the controls of the page, or from the query of its address.

Both come from outside, so every function here takes any JSON value and falls back to what the page shows by default.
"""

import math
import re
from dataclasses import dataclass
from urllib.parse import unquote

from dashboard.dataset import Dataset
from dashboard.figures.lines import MAX_LINES
from dashboard.measures import MEASURES, POPULATION, Measure

DEFAULT_COUNTRY = "Canada"
SCALES = {"linear": "Linear", "log": "Logarithmic"}
DEFAULT_SCALE = "linear"

_YEARS = re.compile(r"(\d{1,4})-(\d{1,4})", re.ASCII)
_LONGEST_QUERY = 20_000  # characters; far more than MAX_LINES names have


@dataclass(frozen=True)
class View:
    """A choice that fits the data.

    Attributes:
        countries: the chosen countries that the data have, in the order of the choice; there may be none.
        measure: what is shown of them.
        scale: "linear" or "log".
        years: the first and last year shown.
    """

    countries: list[str]
    measure: Measure
    scale: str
    years: tuple[int, int]


def from_controls(data: Dataset, countries: object, measure: object, scale: object, years: object) -> View:
    """The view that the controls of the page ask for.

    Args:
        data: what can be chosen.
        countries: a list of names, or one name.
        measure: name of a column.
        scale: "linear" or "log".
        years: the first and last year.
    """
    return View(
        known_countries(data, countries),
        to_measure(measure),
        to_scale(scale),
        to_years(data, years),
    )


def from_query(
    data: Dataset, countries: object = None, measure: object = None, scale: object = None, years: object = None
) -> View:
    """The view that an address asks for, as in ``?countries=Canada,Chad&measure=lifeExp&scale=log&years=1960-2000``.

    A comma or a percent sign in a name is written ``%2C`` or ``%25``, as assets/address.js does. An empty list of
    countries is a choice, too; one of unknown names is not.
    """
    chosen = default_countries(data)
    if isinstance(countries, str):
        names = [unquote(name) for name in countries[:_LONGEST_QUERY].split(",")]
        chosen = known_countries(data, names)[:MAX_LINES] or ([] if countries == "" else chosen)
    match = _YEARS.fullmatch(years) if isinstance(years, str) else None
    return View(
        chosen,
        to_measure(measure),
        to_scale(scale),
        to_years(data, [int(match[1]), int(match[2])] if match else None),
    )


def default_countries(data: Dataset) -> list[str]:
    """Canada, as in the reference, or the first country of data without it."""
    return [DEFAULT_COUNTRY if DEFAULT_COUNTRY in data.rows else next(iter(data.rows))]


def known_countries(data: Dataset, value: object) -> list[str]:
    """The names that are countries of the data, each once."""
    names = value if isinstance(value, list) else [value]
    return list(dict.fromkeys(name for name in names if isinstance(name, str) and name in data.rows))


def to_measure(value: object, default: Measure = POPULATION) -> Measure:
    """The measure of that name."""
    return MEASURES.get(value, default) if isinstance(value, str) else default


def to_scale(value: object) -> str:
    """The scale of that name."""
    return value if isinstance(value, str) and value in SCALES else DEFAULT_SCALE


def to_years(data: Dataset, value: object) -> tuple[int, int]:
    """The first and last year, within those of the data."""
    first, last = data.year_range
    if not (isinstance(value, list) and len(value) == 2 and all(map(_is_number, value))):
        return first, last
    low, high = sorted(int(min(max(year, first), last)) for year in value)
    return low, high


def _is_number(value: object) -> bool:
    return (isinstance(value, float) and math.isfinite(value)) or (
        isinstance(value, int) and not isinstance(value, bool)
    )
