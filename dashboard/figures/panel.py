"""A small figure of many: one continent, its countries as thin lines, their average as a thick one."""

from dashboard.continents import Continent
from dashboard.figures import Figure, style
from dashboard.measures import Measure


def scale_of(measure: Measure) -> str:
    """Amounts that grow by factors are on a log axis, so that small and large countries both show their change."""
    return "log" if measure.from_zero else "linear"


def panel(
    continent: Continent, measure: Measure, value_range: tuple[float, float] | None, year_range: tuple[int, int]
) -> Figure:
    """One continent.

    Args:
        continent: its lines and average.
        measure: what the values are.
        value_range: the smallest and largest value on the axis: the same for every panel, so that they compare.
        year_range: the first and last year on the axis, the same for every panel.
    """
    layout = style.layout(measure.axis, scale_of(measure), value_range, year_range)
    layout["hovermode"] = "closest"
    layout["hoverdistance"] = 20
    layout["yaxis"]["nticks"] = 5
    layout["xaxis"]["nticks"] = 4
    traces = [_countries(continent, measure)]
    if continent.average:
        traces.append(_average(continent.average.years, continent.average.values, measure))
    return {"data": traces, "layout": layout}


def _countries(continent: Continent, measure: Measure) -> Figure:
    """All countries in one trace, with a gap after each: a trace for each would cost a browser ten times the time."""
    years: list[int | None] = []
    values: list[float | None] = []
    names: list[str] = []
    for line in continent.lines:
        years += [*line.years, None]
        values += [*map(_short, line.values), None]
        names += [style.literal(line.name)] * (len(line.years) + 1)
    return {
        "type": "scatter",
        "mode": "lines",
        "x": years,
        "y": values,
        "text": names,
        "line": {"width": 1, "color": style.CONTEXT_COLOUR},
        "hovertemplate": _hover("%{text}", measure),
    }


def _average(years: list[int], values: list[float], measure: Measure) -> Figure:
    return {
        "type": "scatter",
        "mode": "lines",
        "x": years,
        "y": [_short(value) for value in values],
        "line": {"width": 3.5, "color": style.PALETTE[0]},
        "hovertemplate": _hover("Average", measure),
    }


def _hover(name: str, measure: Measure) -> str:
    return f"{name}<br>%{{x}}: %{{y:,.{measure.decimals}f}}<extra></extra>"


def _short(value: float) -> float:
    """As many digits as a small figure can show: they are most of the bytes."""
    return float(f"{value:.5g}")
