"""Countries over the years, a line for each."""

from dataclasses import dataclass

from dashboard.figures import Figure, style
from dashboard.measures import Measure

# More lines could not be told apart, neither by colour nor by marker.
MAX_LINES = len(style.PALETTE)


@dataclass(frozen=True)
class Line:
    """One country.

    Attributes:
        name: the country's name.
        years: the years, ascending.
        values: the measure's value in each year.
    """

    name: str
    years: list[int]
    values: list[float]


def lines(shown: list[Line], measure: Measure, scale: str, year_range: tuple[int, int]) -> Figure:
    """A line for each country, told apart by colour and marker.

    Args:
        shown: at most MAX_LINES countries, each with at least one year.
        measure: what the values are.
        scale: "linear" or "log".
        year_range: the first and last year of the axis.
    """
    values = [value for line in shown for value in line.values]
    layout = style.layout(measure.axis, scale, style.padded_range(values, scale, measure.from_zero), year_range)
    layout["yaxis"]["hoverformat"] = f",.{measure.decimals}f"
    return {"data": [_trace(line, number) for number, line in enumerate(shown)], "layout": layout}


def _trace(line: Line, number: int) -> Figure:
    return {
        "type": "scatter",
        "mode": "lines+markers",
        "name": style.literal(line.name),
        "x": line.years,
        "y": line.values,
        "line": {"width": 2.5, "color": style.PALETTE[number]},
        # A shape at every year of yearly data would hide the line.
        "marker": {"size": 10, "symbol": style.MARKERS[number][0], "maxdisplayed": 16},
    }
