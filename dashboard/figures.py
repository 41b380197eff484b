"""The figures, as plain dictionaries in Plotly's schema.

A dictionary costs a hundredth of what ``plotly.express`` does and has a fifth of its bytes. Colours are not here:
assets/figures.css gives them to the drawn figure, so that light and dark follow the reader's system.
"""

from typing import Any

Figure = dict[str, Any]


def population_line(country: str, years: list[int], population: list[int]) -> Figure:
    """A country's population over the years.

    Args:
        country: the country's name.
        years: the years, ascending.
        population: people, one number per year.
    """
    return {
        "data": [
            {
                "type": "scatter",
                "mode": "lines+markers",
                "name": country,
                "x": years,
                "y": population,
                "line": {"width": 3},
                "marker": {"size": 7},
                "hovertemplate": "%{y:,}<extra></extra>",
            }
        ],
        "layout": _layout(),
    }


def no_data() -> Figure:
    """An empty figure, for as long as there are no data."""
    layout = _layout()
    layout["xaxis"]["visible"] = False
    layout["yaxis"]["visible"] = False
    layout["annotations"] = [
        {"text": "No data yet", "showarrow": False, "xref": "paper", "yref": "paper", "x": 0.5, "y": 0.5}
    ]
    return {"data": [], "layout": layout}


def _layout() -> dict[str, Any]:
    return {
        "font": {"size": 13},
        "margin": {"l": 8, "r": 16, "t": 8, "b": 8},
        "paper_bgcolor": "rgba(0,0,0,0)",
        "plot_bgcolor": "rgba(0,0,0,0)",
        "hovermode": "x",
        "showlegend": False,
        "dragmode": False,
        "xaxis": {"automargin": True, "showgrid": False, "zeroline": False, "tickformat": "d", "fixedrange": True},
        "yaxis": {
            "automargin": True,
            "rangemode": "tozero",
            "zeroline": False,
            # "B" writes 1.3 billion as 1.3B; the default, SI, as 1.3G.
            "exponentformat": "B",
            "nticks": 6,
            "fixedrange": True,
        },
    }
