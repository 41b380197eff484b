"""The data as pages use them: immutable, sorted by country and year, indexed once."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import numpy.typing as npt
    import pandas as pd


# Compared by identity: arrays have no single truth value.
@dataclass(frozen=True, eq=False)
class Dataset:
    """A data set. What is asked of it for one country costs the same however many rows there are.

    Attributes:
        countries: every country, in alphabetical order.
        rows: where the rows of every country lie, ordered by year.
        columns: the columns of numbers, read-only and all of one length: year as int16, pop (people) as int64, lifeExp
            (years) and gdpPercap (international dollars) as float64.
        continent_of: the continent of every country.
        continents: the countries of every continent; both in alphabetical order.
        year_range: first and last year.
    """

    countries: list[str]
    rows: Mapping[str, slice]
    columns: "Mapping[str, npt.NDArray[Any]]"
    continent_of: Mapping[str, str]
    continents: Mapping[str, list[str]]
    year_range: tuple[int, int]

    @property
    def row_count(self) -> int:
        """Number of rows."""
        return len(self.columns["year"])

    def series(self, country: str, column: str) -> list[Any]:
        """The values of one column for one country, ordered by year.

        Raises:
            KeyError: the country or the column does not exist.
        """
        values: list[Any] = self.columns[column][self.rows[country]].tolist()
        return values

    def frame(self, country: str) -> "pd.DataFrame":
        """One country's rows as a pandas frame with a column for each of ``columns``, ordered by year.

        For work that asks for pandas, such as resampling. It is loaded at the first call (0.5 s and 50 MB, measured),
        since nothing that draws a figure needs it.

        Raises:
            KeyError: the country does not exist.
        """
        import pandas as pd

        where = self.rows[country]
        return pd.DataFrame({name: values[where] for name, values in self.columns.items()})
